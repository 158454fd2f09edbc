"""The filters of the ledger, as its address carries them; the page, its paper and its export read the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.accounts.models import User
from app.core.address import ListSearch, asked, day_in, digits, one_of
from app.core.text import day
from app.ledgers.lines import LineKind, LineState
from app.needs.declared import declared
from app.plans.measurekinds import KINDS
from app.plans.schedule import Light
from app.visits.declared import topics

ME, FIRM = "me", "firm"
LIGHTS = (Light.LATE, Light.NEAR)
# Of measures, visits and needs: what they are about, in the words of each.
SORTS = tuple(dict.fromkeys((*KINDS, *topics(), *(label for _, label in declared().options()))))


def _unit_or_firm(text: str) -> str:
    return text if text == FIRM else digits(text)


def _person_or_me(text: str) -> str:
    return text if text == ME else digits(text)


@dataclass(frozen=True)
class LedgerSearch(ListSearch):
    """`person` is a user's number or “me”, `owner` a unit's number or “firm”."""

    kind: str = asked(one_of(LineKind.codes))
    state: str = asked(one_of(LineState.codes))
    light: str = asked(one_of(lambda: [each.code for each in LIGHTS]))
    sort: str = asked(one_of(lambda: SORTS))
    owner: str = asked(_unit_or_firm)
    place: str = asked(digits)
    person: str = asked(_person_or_me)
    since: date | None = asked(day_in)
    until: date | None = asked(day_in)
    met: str = asked(one_of(lambda: ("yes",)))
    q: str = asked(str)

    def who(self, actor: User) -> int:
        """The number of the person asked for; 0 for nobody."""
        return actor.id if self.person == ME else int(self.person or 0)

    def in_words(self, units: Mapping[str, str], people: Mapping[str, str]) -> str:
        """The filters for people; `units` and `people` name by number."""
        words = (
            ("来源", dict(LineKind.options()).get(self.kind, "")),
            ("状态", dict(LineState.options()).get(self.state, "")),
            ("期限", dict(Light.options()).get(self.light, "")),
            ("类别", self.sort),
            ("责任单位", "企业" if self.owner == FIRM else units.get(self.owner, "")),
            ("属地", units.get(self.place, "")),
            ("经手人", people.get(self.person, "")),
            ("登记", f"{day(self.since)}起" if self.since else ""),
            ("登记", f"到{day(self.until)}" if self.until else ""),
            ("核对", "条件已符合、待确认" if self.met else ""),
            ("企业名称含", self.q),
        )
        return "；".join(f"{label}：{value}" for label, value in words if value)
