"""Cases: a firm on one day, and what a rule must say about it; in the form of the files in seeds/cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from app.rules.kinds import CollectionKind, FactKind, read_value
from app.rules.sheet import FactSheet, KnownFact, KnownRecord, Vouch
from app.rules.vocabulary import Vocabulary

COPIES = "件数"
SIDES = ("低于界点", "恰在界点", "高于界点")
BY = "用例"
_FIELDS = {"符合": "met", "不符合": "fails", "待核": "open"}


@dataclass(frozen=True)
class Expectation:
    """What a case says the engine must answer; None and empty mean that the case does not say."""

    answer: str | None = None
    amount: object = None
    missing: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    scores: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One firm on one day, and what the rule under a code must say about it; facts and records by label."""

    rule: str
    name: str
    on: date
    facts: Mapping[str, Any]
    records: Mapping[str, list[dict[str, Any]]]
    vouches: tuple[str, ...]
    expect: Expectation
    vocabulary: Vocabulary = field(repr=False, compare=False)

    @cached_property
    def sheet(self) -> FactSheet:
        """What is known about the firm; built once, however many rules look at it.

        Raises:
            ValueError: a Chinese sentence naming the label or value that the vocabulary does not know.
        """
        facts = [fact for label, value in self.facts.items() for fact in _known_facts(self, label, value)]
        records = [record for label, rows in self.records.items() for record in _known_records(self, label, rows)]
        codes = [collection_of(label, self.vocabulary).code for label in self.vouches]
        return FactSheet(facts, records, [Vouch(code, {}, None, self.on, BY, code) for code in codes])


def cases_of(book: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[Case]:
    """The cases of one file: the base itself, its changes, its edges, its bands, its missing facts.

    In: the plain data of a file in seeds/cases (form: seeds/README.md). Out: cases, rule after rule.
    """
    for code in book.get("rules") or [book["rule"]]:
        yield from _Book(code, book["base"], vocabulary).cases(book)


def fact_of(label: str, vocabulary: Vocabulary) -> FactKind:
    """The kind of fact under a label. ValueError where there is none."""
    kind = vocabulary.fact(label)
    if kind is None:
        raise ValueError(f"没有数据项“{label[:40]}”")
    return kind


def collection_of(label: str, vocabulary: Vocabulary) -> CollectionKind:
    """The kind of records under a label. ValueError where there is none."""
    collection = vocabulary.collection(label)
    if collection is None:
        raise ValueError(f"没有“{label[:40]}”这类记录")
    return collection


def with_fact(facts: Mapping[str, Any], label: str, value: object) -> dict[str, Any]:
    """The facts with one of them set; of an annual fact only the last accounting year changes."""
    before = facts.get(label)
    return {**facts, label: {**before, max(before): value} if isinstance(before, dict) else value}


def _changed(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The base with one thing changed: facts and records by label, everything else as a whole."""
    made = {**base, **change}
    for part in ("facts", "records"):
        made[part] = {**base.get(part, {}), **change.get(part, {})}
    return made


def case_of(code: str, name: str, data: Mapping[str, Any], expect: Any, vocabulary: Vocabulary) -> Case:
    """A case out of plain data: day, facts, records, vouches; `expect` is an answer, or names what is expected."""
    wanted: dict[str, Any] = {"answer": expect} if isinstance(expect, str) else dict(expect)
    wanted |= {key: tuple(wanted.get(key, ())) for key in ("missing", "fails", "open", "met")}
    facts = {label: value for label, value in data.get("facts", {}).items() if value is not None}
    records, vouches = data.get("records", {}), tuple(data.get("vouches", ()))
    return Case(code, name, data["day"], facts, records, vouches, Expectation(**wanted), vocabulary)


class _Book:
    """One file of cases for one of its rules; everything in it is told as a change of the base."""

    def __init__(self, code: str, base: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        self.code, self.base, self.vocabulary = code, base, vocabulary

    def cases(self, book: Mapping[str, Any]) -> Iterator[Case]:
        yield self._case("基准企业", self.base, self.base.get("expect", {}))
        for each in book.get("cases", ()):
            yield self._case(each["name"], _changed(self.base, each.get("change", {})), each["expect"])
        yield from self._edges(book.get("edges", ()))
        yield from self._bands(book.get("bands", ()))
        yield from self._missing(book.get("missing", {}))

    def _edges(self, rows: Any) -> Iterator[Case]:
        for row in rows:
            for side, (name, wanted) in enumerate(zip(SIDES, row["expect"], strict=True)):
                value = _moved(fact_of(row["of"], self.vocabulary), row["at"], row["step"], side - 1)
                expect = {"answer": wanted} if "condition" not in row else {_FIELDS[wanted]: (row["condition"],)}
                told = f"{row['of']}{name}（{row.get('condition', '结论')}，{value}）"
                yield self._case(told, self._with(row, value), expect)

    def _bands(self, rows: Any) -> Iterator[Case]:
        for row in rows:
            for value, points in row["points"].items():
                told = f"{row['of']}为{value}时{row['score']}"
                yield self._case(told, self._with(row, value), {"scores": {row["score"]: points}})

    def _missing(self, answers: Mapping[str, list[str]]) -> Iterator[Case]:
        for answer, labels in answers.items():
            for label in labels:
                expect = {"answer": answer, "missing": [label] if answer == "待核" else []}
                yield self._case(f"缺{label}", _changed(self.base, {"facts": {label: None}}), expect)

    def _with(self, row: Mapping[str, Any], value: object) -> dict[str, Any]:
        data = _changed(self.base, row.get("change", {}))
        return {**data, "facts": with_fact(data["facts"], row["of"], value)}

    def _case(self, name: str, data: Mapping[str, Any], expect: Any) -> Case:
        return case_of(self.code, name, data, expect, self.vocabulary)


def _moved(kind: FactKind, at: object, step: object, way: int) -> str:
    start = kind.read(str(at))
    if isinstance(start, date):
        return (start + timedelta(days=way * int(str(step).removesuffix("天")))).isoformat()
    assert isinstance(start, Decimal)
    return f"{start + way * _amount(kind.unit, step):f}{kind.unit}"


def _amount(unit: str, text: object) -> Decimal:
    value = read_value(str(text), "number", unit, ())
    assert isinstance(value, Decimal)
    return value


def _known_facts(case: Case, label: str, value: Any) -> Iterator[KnownFact]:
    kind = fact_of(label, case.vocabulary)
    years = value if isinstance(value, dict) else {case.on.year - 1 if kind.annual else None: value}
    for year, each in years.items():
        yield KnownFact(kind.code, year, kind.read(str(each)), BY, case.on, f"{label}{year or ''}")


def _known_records(case: Case, label: str, rows: list[dict[str, Any]]) -> Iterator[KnownRecord]:
    collection = collection_of(label, case.vocabulary)
    for row in rows:
        attributes = {**row}
        starts, ends = (attributes.pop(name, None) for name in (collection.starts, collection.ends))
        for copy in range(int(attributes.pop(COPIES, 1))):
            values = dict(_attribute(collection, name, text) for name, text in attributes.items())
            yield KnownRecord(collection.code, values, starts, ends, BY, case.on, f"{label}{copy}")


def _attribute(collection: CollectionKind, name: str, text: object) -> tuple[str, Any]:
    attribute = collection.attribute(name)
    if attribute is None:
        raise ValueError(f"“{collection.label}”没有“{name[:40]}”这一项")
    return attribute.code, read_value(str(text), attribute.type, attribute.unit, attribute.choices)
