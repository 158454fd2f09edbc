"""The filters of the ledger, as its address carries them; the page, its paper and its export read the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from app.accounts.models import User
from app.core.fields import LARGEST_ID, ODD
from app.core.text import day
from app.ledgers.lines import LineKind, LineState
from app.needs.declared import declared
from app.plans.measurekinds import KINDS
from app.plans.schedule import Light
from app.visits.declared import topics

LONGEST = 100
ME, FIRM = "me", "firm"
LIGHTS = (Light.LATE, Light.NEAR)
# Of measures, visits and needs: what they are about, in the words of each.
SORTS = tuple(dict.fromkeys((*KINDS, *topics(), *(label for _, label in declared().options()))))


@dataclass(frozen=True)
class LedgerSearch:
    """What the ledger is narrowed to; what is not offered counts as not asked for.

    `person` is a user's number or “me”, `owner` a unit's number or “firm”.
    """

    kind: str = ""
    state: str = ""
    light: str = ""
    sort: str = ""
    owner: str = ""
    place: str = ""
    person: str = ""
    since: str = ""
    until: str = ""
    met: str = ""
    q: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        typed = {name: ODD.sub("", given.get(name, ""))[:LONGEST].strip() for name in cls.__dataclass_fields__}
        return cls(**{name: text for name, text in typed.items() if OFFERED[name](text)})

    @classmethod
    def read_address(cls, query: str) -> Self:
        return cls.read({name: values[-1] for name, values in parse_qs(query).items()})

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    @property
    def address(self) -> str:
        return urlencode(self.query)

    def but(self, **changed: Any) -> Self:
        return replace(self, **changed)

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
            ("登记", f"{day(date.fromisoformat(self.since))}起" if self.since else ""),
            ("登记", f"到{day(date.fromisoformat(self.until))}" if self.until else ""),
            ("核对", "条件已符合、待确认" if self.met else ""),
            ("企业名称含", self.q),
        )
        return "；".join(f"{label}：{value}" for label, value in words if value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(LARGEST_ID))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


OFFERED: Mapping[str, Callable[[str], bool]] = {
    "kind": dict(LineKind.options()).__contains__,
    "state": dict(LineState.options()).__contains__,
    "light": {each.code for each in LIGHTS}.__contains__,
    "sort": SORTS.__contains__,
    "owner": lambda text: text == FIRM or _is_number(text),
    "place": _is_number,
    "person": lambda text: text == ME or _is_number(text),
    "since": _is_day,
    "until": _is_day,
    "met": "yes".__eq__,
    "q": bool,
}
