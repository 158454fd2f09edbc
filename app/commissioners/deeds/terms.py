"""Counting what happened within the terms of 派驻. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Term:
    """One 派驻 as far as it lies in the year: both days included."""

    user_id: int
    firm_id: int
    starts_on: date
    ends_on: date

    def holds(self, item: "Item") -> bool:
        """Whether something happened at this firm within the term and, if somebody did it, by this person."""
        own = item.user_id is None or item.user_id == self.user_id
        return own and item.firm_id == self.firm_id and self.starts_on <= item.on <= self.ends_on


@dataclass(frozen=True)
class Item:
    """One thing on file: `source` says of which sort, `user_id` whose doing it was (None: the firm's own)."""

    source: str
    ref: int
    firm_id: int
    on: date
    words: str
    user_id: int | None = None
    state: str = ""
    state_label: str = ""
    # The visit on whose page it stands, where it has no page of its own.
    detail: int = 0


@dataclass(frozen=True)
class Counted:
    """A measure: the items of one source, in some states only, or each firm once."""

    code: str
    label: str
    source: str
    unit: str
    states: tuple[str, ...] = ()
    by_firm: bool = False
    note: str = ""

    def of(self, items: Iterable[Item]) -> list[Item]:
        """The items that this measure counts; its number is the length of this list."""
        mine = [each for each in items if each.source == self.source and (not self.states or each.state in self.states)]
        if not self.by_firm:
            return mine
        return list({each.firm_id: each for each in reversed(mine)}.values())[::-1]


FOLLOWED = "任期内取得，只说明先后，不说明因果"

MEASURES: tuple[Counted, ...] = (
    Counted("firms", "派驻企业", "term", "家", by_firm=True),
    Counted("visits", "走访", "visit", "次"),
    Counted("visited", "走访到的企业", "visit", "家", by_firm=True),
    Counted("needs", "走访中发现的需求", "need", "件"),
    Counted("solved", "其中已解决", "need", "件", ("solved",)),
    Counted("promises", "应由本人办的承诺", "promise", "件"),
    Counted("kept", "其中已办结", "promise", "件", ("kept",)),
    Counted("late", "其中逾期未办", "promise", "件", ("late",)),
    Counted("replies", "走访核实的数据", "reply", "项"),
    Counted("inquiries", "答复的询问", "inquiry", "件"),
    Counted("measures", "任期内办结的方案措施", "measure", "项", note=FOLLOWED),
    Counted("titles", "任期内取得的资质", "title", "项", note=FOLLOWED),
    Counted("ip", "任期内取得的知识产权", "ip", "项", note=FOLLOWED),
    Counted("platforms", "任期内批准的研发平台", "platform", "个", note=FOLLOWED),
    Counted("deeds", "已确认的服务事项", "deed", "项", ("confirmed",)),
    Counted("unconfirmed", "待确认的服务事项", "deed", "项", ("waiting",), note="确认后才计入"),
)
BY_CODE = {each.code: each for each in MEASURES}


@dataclass(frozen=True)
class ServiceRecord:
    """What one person did in one year: the terms, and every item that lies within one of them."""

    terms: tuple[Term, ...]
    items: tuple[Item, ...]

    def rows(self, code: str, firm_id: int | None = None) -> list[Item]:
        """The rows behind a number, of all firms or of one."""
        mine = self.items if firm_id is None else [each for each in self.items if each.firm_id == firm_id]
        return BY_CODE[code].of(mine)

    def number(self, code: str, firm_id: int | None = None) -> int:
        return len(self.rows(code, firm_id))

    @property
    def firm_ids(self) -> list[int]:
        return list(dict.fromkeys(each.firm_id for each in self.terms))


def record_of(user_id: int | None, terms: Sequence[Term], items: Iterable[Item]) -> ServiceRecord:
    """One person's record: a thing counts where it happened within a term of theirs, and once however many hold it."""
    own = tuple(each for each in terms if each.user_id == user_id)
    firms = {each.firm_id: [term for term in own if term.firm_id == each.firm_id] for each in own}
    held = [each for each in items if any(term.holds(each) for term in firms.get(each.firm_id, ()))]
    served = [_served(each) for each in own]
    return ServiceRecord(own, (*served, *sorted(held, key=lambda each: (each.on, each.source, each.ref), reverse=True)))


def _served(term: Term) -> Item:
    words = f"{term.starts_on.isoformat()} 至 {term.ends_on.isoformat()}"
    return Item("term", term.firm_id, term.firm_id, term.starts_on, words, term.user_id)
