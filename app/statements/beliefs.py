"""What is believed of a firm, value by value: how it reads, where it comes from, how old it is."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import NotFound
from app.core.text import age, day, wan
from app.facts import queries as facts
from app.facts.archive import Closure, make_closures, make_item
from app.facts.freshness import age_of, is_stale
from app.facts.models import Fact, Record, Recorded, Vouch
from app.facts.service import declared_fact, named
from app.facts.sheet import is_registration
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import CollectionKind, FactKind
from app.rules.values import Value
from app.rules.vocabulary import TITLES
from app.statements.models import Sort
from app.titles import queries as titles
from app.titles.models import Title

NOTHING = "0"
# Column of the registration → its label, and how it is written.
IDENTITY: dict[str, tuple[str, Any]] = {
    "name": ("企业名称", str),
    "legal_form": ("企业类型", str),
    "founded_on": ("成立日期", day),
    "registered_capital": ("注册资本", wan),
    "industry": ("行业", str),
    "address": ("地址", str),
    "business_scope": ("经营范围", str),
}


@dataclass(frozen=True)
class Belief:
    """One value as a firm is shown it; `seen` names exactly this value, `kind` and `value` are set for figures."""

    sort: Sort
    code: str
    year: int
    label: str
    text: str
    source: str
    age: str
    stale: bool
    seen: str
    group: str
    kind: FactKind | None = None
    value: Value | None = None

    @property
    def subject(self) -> tuple[Sort, str, int]:
        return self.sort, self.code, self.year

    @property
    def name(self) -> str:
        """What it is called in an address or as the place on a page."""
        return f"{self.sort.code}-{self.code}-{self.year}"


@dataclass(frozen=True)
class Held:
    """What stands in the ledgers about a firm."""

    firm: Firm
    vouches: Sequence[Vouch]
    titles: Sequence[Title]
    facts: Sequence[Fact]
    records: Sequence[Record]


def held_of(db: Session, firms: Collection[Firm]) -> dict[int, Held]:
    """Firm → what stands about it; each ledger is read once, for however many firms."""
    ids = [firm.id for firm in firms]
    rows = titles.titles_of_firms(db, ids), facts.facts_of_firms(db, ids), facts.records_of_firms(db, ids)
    mine: list[dict[int, list[Any]]] = [_by_firm(each) for each in rows]
    vouches = facts.vouches_of_firms(db, ids)
    return {
        firm.id: Held(
            firm,
            [each for each in vouches if each.firm_id in {firm.id, None}],
            *(found.get(firm.id, []) for found in mine),
        )
        for firm in firms
    }


def beliefs_of(held: Held) -> dict[str, list[Belief]]:
    """Heading → values: the registration, the titles, the figures group by group, the records."""
    found: dict[str, list[Belief]] = {}
    for belief in (*_identities(held.firm), *_titles(held), *_figures(held), *_records(held)):
        found.setdefault(belief.group, []).append(belief)
    return found


def collections_of(held: Held) -> list[Belief]:
    """Every collection with what is on file in it, and who vouches that this is all."""
    return list(_collections(held))


def belief_of(db: Session, firm: Firm, sort: Sort, code: str, year: int) -> Belief:
    """One value as it is believed now; of a figure also that nothing is.

    Raises:
        NotFound: there is no such value.
        FieldError: a figure is not declared, or does not go with the year.
    """
    return _belief(held_of(db, [firm])[firm.id], sort, code, year)


def find_belief(held: Held, subject: tuple[Sort, str, int]) -> Belief | None:
    """One value as it is believed now; None where a title or a record has been taken back since."""
    try:
        return _belief(held, *subject)
    except NotFound:
        return None


def _belief(held: Held, sort: Sort, code: str, year: int) -> Belief:
    if sort is Sort.FACT:
        kind = declared_fact(code, year)
        return _figure(kind, year, next((each for each in held.facts if (each.kind, each.year) == (code, year)), None))
    sources = {Sort.IDENTITY: _identities(held.firm), Sort.TITLE: _titles(held), Sort.RECORD: _records(held)}
    sources[Sort.COLLECTION] = _collections(held)
    found = next((each for each in sources[sort] if (each.code, each.year) == (code, year)), None)
    if found is None:
        raise NotFound("这一项已经不在登记中了，请回到“核对信息”重新查看。")
    return found


def _by_firm(rows: Iterable[Fact | Record | Title]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.firm_id, []).append(row)
    return found


def _identities(firm: Firm) -> Iterator[Belief]:
    since = clock.local_day(firm.created_at)
    for code, (label, shown) in IDENTITY.items():
        value = getattr(firm, code)
        text = shown(value) if value is not None else ""
        seen = hashlib.sha256(text.encode()).hexdigest()[:32]
        old = age(since, clock.today())
        yield Belief(Sort.IDENTITY, code, 0, label, text, firm.source, old, stale=False, seen=seen, group="登记信息")


def _titles(held: Held) -> Iterator[Belief]:
    for title in held.titles:
        until = f"，有效至{day(title.valid_until)}" if title.valid_until else ""
        revoked = f"，{day(title.revoked_on)}撤销" if title.revoked_on else ""
        text = f"{day(title.issued_on)}取得{until}{revoked}"
        yield _recorded(Sort.TITLE, title.thread, str(title), text, title, "资质")


def _figures(held: Held) -> Iterator[Belief]:
    known: dict[str, list[Fact]] = {}
    for fact in held.facts:
        known.setdefault(fact.kind, []).append(fact)
    for kind in vocabulary().facts.values():
        for fact in reversed(known.get(kind.code, [])):
            if not is_registration(kind):
                yield _figure(kind, fact.year, fact)


def _figure(kind: FactKind, year: int, fact: Fact | None) -> Belief:
    label, group = named(kind, year), f"数据：{kind.group}"
    if fact is None:
        return Belief(Sort.FACT, kind.code, year, label, "", "", "", stale=False, seen=NOTHING, group=group, kind=kind)
    today, value = clock.today(), joined(kind, fact.number, fact.text)
    return Belief(
        Sort.FACT,
        kind.code,
        year,
        label,
        kind.show(value),
        _source(fact),
        age_of(fact, today),
        stale=is_stale(kind, year, fact, today),
        seen=str(fact.id),
        group=group,
        kind=kind,
        value=value,
    )


def _records(held: Held) -> Iterator[Belief]:
    for record in held.records:
        collection = vocabulary().collections.get(record.collection)
        if collection is not None:
            item = make_item(collection, record, clock.today())
            said = "；".join(filter(None, (item.rest, _term(record.starts_on, record.ends_on))))
            yield _recorded(Sort.RECORD, record.thread, item.name, said, record, _group(collection))


def _collections(held: Held) -> Iterator[Belief]:
    entries: dict[str, list[Belief]] = {}
    for each in (*_titles(held), *_records(held)):
        entries.setdefault(each.group, []).append(each)
    for kind in vocabulary().collections.values():
        yield _collection(kind, entries.get(_group(kind), []), make_closures(kind, held.vouches))


def _collection(kind: CollectionKind, entries: Sequence[Belief], closures: Sequence[Closure]) -> Belief:
    """`seen` names the very entries: one more, one less or one mended makes it another list."""
    names = "；".join(each.label for each in entries)
    text = f"登记 {len(entries)} 项：{names}" if entries else "没有登记"
    whole = [each.text for each in closures if not each.scope]
    source = "；".join(whole) or f"尚未有人担保齐全，通常由{kind.supplied_by}提供"
    label = f"{kind.label}已全部登记" if entries else f"{kind.label}一项也没有"
    seen = hashlib.sha256(" ".join(sorted(each.seen for each in entries)).encode()).hexdigest()[:32]
    return Belief(Sort.COLLECTION, kind.code, 0, label, text, source, "", stale=False, seen=seen, group=kind.label)


def _group(kind: CollectionKind) -> str:
    """The heading under which the entries of a collection stand."""
    return "资质" if kind.code == TITLES else f"档案：{kind.label}"


def _term(starts: date | None, ends: date | None) -> str:
    if starts is None and ends is None:
        return ""
    return f"{day(starts) if starts else '——'}起" + (f"，至{day(ends)}" if ends else "")


def _recorded(sort: Sort, thread: str, label: str, text: str, row: Title | Record, group: str) -> Belief:
    old = age_of(row, clock.today())
    return Belief(sort, thread, 0, label, text, _source(row), old, stale=False, seen=str(row.id), group=group)


def _source(row: Recorded) -> str:
    return f"{row.source.label}（{row.source_note}）" if row.source_note else row.source.label
