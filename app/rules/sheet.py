"""What is known about one firm on one day: facts, records, and who vouches that a collection is complete."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from app.rules.values import Value


@dataclass(frozen=True)
class KnownFact:
    """One figure: `kind` is the code of its FactKind, `year` its accounting year or None, money in 元."""

    kind: str
    year: int | None
    value: Value
    source: str
    recorded_on: date
    ref: str


@dataclass(frozen=True)
class KnownRecord:
    """One record; attributes by code. No `ends_on` means that no end is known."""

    collection: str
    attributes: Mapping[str, Value] = field(hash=False)
    starts_on: date | None
    ends_on: date | None
    source: str
    recorded_on: date
    ref: str


@dataclass(frozen=True)
class Vouch:
    """Someone's word that a collection is complete.

    It covers the records that match `scope` (attribute code → value) and start, or are in force, from `since`
    (None: from the firm's beginning) to `until`, both included.
    """

    collection: str
    scope: Mapping[str, str] = field(hash=False)
    since: date | None
    until: date
    source: str
    ref: str


FactKey = tuple[str, int | None]
_Item = TypeVar("_Item", KnownRecord, Vouch)


class Kept:
    """Something worked out once, and its trace: it holds for every sheet equal in the facts and collections in that."""

    __slots__ = ("_facts", "content", "owner", "trace")

    def __init__(self, owner: object, content: Any, trace: Any) -> None:
        # The owner is kept with the answer, so that its identity cannot be taken over by another.
        self.owner, self.content, self.trace = owner, content, trace
        self._facts: frozenset[tuple[object, ...]] | None = None

    @property
    def facts(self) -> frozenset[tuple[object, ...]]:
        """The figures it hung on; most are never asked for them."""
        if self._facts is None:
            self._facts = frozenset(self.trace.facts())
        return self._facts


@dataclass(frozen=True)
class _Index:
    facts: dict[FactKey, KnownFact]
    records: dict[str, tuple[KnownRecord, ...]]
    vouches: dict[str, tuple[Vouch, ...]]


class FactSheet:
    """Everything known, indexed; the order in which things are given makes no difference."""

    def __init__(
        self,
        facts: Iterable[KnownFact] = (),
        records: Iterable[KnownRecord] = (),
        vouches: Iterable[Vouch] = (),
        *,
        index: _Index | None = None,
    ) -> None:
        self._index = index or _Index(
            {(fact.kind, fact.year): fact for fact in sorted(facts, key=_fact_order)},
            _grouped(sorted(records, key=_record_order)),
            _grouped(sorted(vouches, key=_vouch_order)),
        )
        # What evaluation works out once is kept for the next rule that asks the same.
        self.notes: dict[FactKey, Any] = {}
        self.answers: dict[tuple[object, ...], Kept] = {}

    @property
    def facts(self) -> tuple[KnownFact, ...]:
        return tuple(self._index.facts.values())

    @property
    def records(self) -> tuple[KnownRecord, ...]:
        return tuple(each for group in self._index.records.values() for each in group)

    @property
    def vouches(self) -> tuple[Vouch, ...]:
        return tuple(each for group in self._index.vouches.values() for each in group)

    def fact(self, kind: str, year: int | None) -> KnownFact | None:
        """The fact of a kind in an accounting year (None for a standing fact); the latest recorded one counts."""
        return self._index.facts.get((kind, year))

    def records_of(self, collection: str) -> tuple[KnownRecord, ...]:
        return self._index.records.get(collection, ())

    def vouches_for(self, collection: str) -> tuple[Vouch, ...]:
        return self._index.vouches.get(collection, ())

    def with_facts(self, *facts: KnownFact) -> "FactSheet":
        """A copy in which the given facts replace those of the same kind and year."""
        changed = self._index.facts | {(fact.kind, fact.year): fact for fact in facts}
        made = FactSheet(index=replace(self._index, facts=changed))
        touched = {(fact.kind, fact.year) for fact in facts}
        made.notes |= {key: note for key, note in self.notes.items() if key not in touched}
        made.answers |= {key: kept for key, kept in self.answers.items() if touched.isdisjoint(kept.facts)}
        return made

    def with_records(self, *records: KnownRecord) -> "FactSheet":
        """A copy with more records."""
        more = _grouped(sorted((*self.records, *records), key=_record_order))
        return self._with_index(replace(self._index, records=more), {each.collection for each in records})

    def with_vouches(self, *vouches: Vouch) -> "FactSheet":
        """A copy with more vouches."""
        more = _grouped(sorted((*self.vouches, *vouches), key=_vouch_order))
        return self._with_index(replace(self._index, vouches=more), {each.collection for each in vouches})

    def _with_index(self, index: _Index, touched: set[str]) -> "FactSheet":
        made = FactSheet(index=index)
        made.notes |= self.notes
        made.answers |= {key: kept for key, kept in self.answers.items() if touched.isdisjoint(kept.trace.asked)}
        return made


def _grouped(items: list[_Item]) -> dict[str, tuple[_Item, ...]]:
    found: dict[str, list[_Item]] = {}
    for item in items:
        found.setdefault(item.collection, []).append(item)
    return {name: tuple(group) for name, group in found.items()}


def _fact_order(fact: KnownFact) -> tuple[object, ...]:
    return fact.recorded_on, fact.source, fact.ref, _written(fact.value)


def _record_order(record: KnownRecord) -> tuple[object, ...]:
    attributes = sorted((key, _written(value)) for key, value in record.attributes.items())
    dates = (record.starts_on or date.min, record.ends_on or date.max)
    return record.collection, *dates, record.ref, record.source, record.recorded_on, attributes


def _vouch_order(vouch: Vouch) -> tuple[object, ...]:
    return vouch.collection, vouch.since or date.min, vouch.until, vouch.source, vouch.ref, sorted(vouch.scope.items())


def _written(value: Value) -> str:
    return f"{type(value).__name__}:{value:f}" if isinstance(value, Decimal) else f"{type(value).__name__}:{value}"
