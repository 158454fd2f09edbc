"""Reading the case files under seeds/cases: base firms, changes, edges, score bands and missing facts as cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from app.rules import Rule, Vocabulary, load_rule
from app.rules.kinds import CollectionKind, read_value
from app.rules.sheet import FactSheet, KnownFact, KnownRecord, Vouch

SEEDS = Path(__file__).parents[2] / "seeds"
COPIES = "件数"
SIDES = ("低于界点", "恰在界点", "高于界点")


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
    """One firm on one day, and what the rule must say about it."""

    rule: str
    name: str
    on: date
    facts: Mapping[str, Any]
    records: Mapping[str, list[dict[str, Any]]]
    vouches: tuple[str, ...]
    expect: Expectation

    @cached_property
    def sheet(self) -> FactSheet:
        """What is known about the firm; built once, however many rules look at it."""
        facts = [fact for label, value in self.facts.items() for fact in _known_facts(self, label, value)]
        records = [record for label, rows in self.records.items() for record in _known_records(self, label, rows)]
        vouches = [Vouch(_collection(label).code, {}, None, self.on, "用例", label) for label in self.vouches]
        return FactSheet(facts, records, vouches)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.from_data(*(read(SEEDS / f"{name}.yaml") for name in ("facts", "records", "titles")))


@cache
def rule_files() -> dict[str, Path]:
    """Every rule file by the code it must carry."""
    return {path.stem: path for path in sorted((SEEDS / "rules").glob("*/*.yaml"))}


@cache
def rule(code: str) -> Rule:
    return load_rule(read(rule_files()[code]), vocabulary())


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(case for path in sorted((SEEDS / "cases").glob("*/*.yaml")) for case in cases_of(read(path)))


def cases_of(book: Mapping[str, Any]) -> Iterator[Case]:
    """The cases of one file: the base itself, its changes, its edges, its bands, its missing facts."""
    for code in book.get("rules") or [book["rule"]]:
        base = book["base"]
        yield _case(code, "基准企业", base, base.get("expect", {}))
        for each in book.get("cases", ()):
            yield _case(code, each["name"], changed(base, each.get("change", {})), each["expect"])
        yield from _edges(code, base, book.get("edges", ()))
        yield from _bands(code, base, book.get("bands", ()))
        yield from _missing(code, base, book.get("missing", {}))


def changed(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The base with one thing changed: facts and records by label, everything else as a whole."""
    made = {**base, **change}
    for part in ("facts", "records"):
        made[part] = {**base.get(part, {}), **change.get(part, {})}
    return made


def _case(code: str, name: str, data: Mapping[str, Any], expect: Any) -> Case:
    wanted = {"answer": expect} if isinstance(expect, str) else dict(expect)
    lists = {key: tuple(wanted.pop(key, ())) for key in ("missing", "fails", "open", "met")}
    facts = {label: value for label, value in data.get("facts", {}).items() if value is not None}
    records, vouches = data.get("records", {}), tuple(data.get("vouches", ()))
    return Case(code, name, data["day"], facts, records, vouches, Expectation(**lists, **wanted))


def _edges(code: str, base: Mapping[str, Any], rows: Any) -> Iterator[Case]:
    for row in rows:
        for side, (name, wanted) in enumerate(zip(SIDES, row["expect"], strict=True)):
            value = _moved(row["of"], row["at"], row["step"], side - 1)
            data = _with_fact(changed(base, row.get("change", {})), row["of"], value)
            expect = {"answer": wanted} if "condition" not in row else {_FIELDS[wanted]: (row["condition"],)}
            yield _case(code, f"{row['of']}{name}（{row.get('condition', '结论')}，{value}）", data, expect)


_FIELDS = {"符合": "met", "不符合": "fails", "待核": "open"}


def _bands(code: str, base: Mapping[str, Any], rows: Any) -> Iterator[Case]:
    for row in rows:
        for value, points in row["points"].items():
            data = _with_fact(changed(base, row.get("change", {})), row["of"], value)
            yield _case(code, f"{row['of']}为{value}时{row['score']}", data, {"scores": {row["score"]: points}})


def _missing(code: str, base: Mapping[str, Any], answers: Mapping[str, list[str]]) -> Iterator[Case]:
    for answer, labels in answers.items():
        for label in labels:
            expect = {"answer": answer, "missing": [label] if answer == "待核" else []}
            yield _case(code, f"缺{label}", changed(base, {"facts": {label: None}}), expect)


def _with_fact(data: Mapping[str, Any], label: str, value: object) -> dict[str, Any]:
    """The data with one fact set; of an annual fact only the last accounting year changes."""
    before = data.get("facts", {}).get(label)
    if isinstance(before, dict):
        return changed(data, {"facts": {label: {**before, max(before): value}}})
    return changed(data, {"facts": {label: value}})


def _moved(label: str, at: object, step: object, way: int) -> str:
    kind = vocabulary().fact(label)
    assert kind is not None, f"没有数据项“{label}”"
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
    kind = vocabulary().fact(label)
    assert kind is not None, f"没有数据项“{label}”"
    years = value if isinstance(value, dict) else {case.on.year - 1 if kind.annual else None: value}
    for year, each in years.items():
        yield KnownFact(kind.code, year, kind.read(str(each)), "用例", case.on, f"{label}{year or ''}")


def _known_records(case: Case, label: str, rows: list[dict[str, Any]]) -> Iterator[KnownRecord]:
    collection = _collection(label)
    for row in rows:
        attributes = {**row}
        starts, ends = attributes.pop(collection.starts, None), attributes.pop(collection.ends, None)
        for copy in range(int(attributes.pop(COPIES, 1))):
            values = dict(_attribute(collection, name, text) for name, text in attributes.items())
            yield KnownRecord(collection.code, values, starts, ends, "用例", case.on, f"{label}{copy}")


def _attribute(collection: CollectionKind, name: str, text: object) -> tuple[str, Any]:
    attribute = collection.attribute(name)
    assert attribute is not None, f"“{collection.label}”没有“{name}”这个属性"
    return attribute.code, read_value(str(text), attribute.type, attribute.unit, attribute.choices)


def _collection(label: str) -> CollectionKind:
    collection = vocabulary().collection(label)
    assert collection is not None, f"没有“{label}”这类记录"
    return collection
