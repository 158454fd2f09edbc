"""Rows of annual figures: each matched to a firm on file, each figure compared with the one that stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.facts.models import Fact
from app.facts.service import EARLIEST_YEAR
from app.facts.values import joined, kept, restored
from app.firms.models import Firm
from app.firms.names import name_key
from app.imports.chunks import chunks
from app.imports.entries import Entry, change, is_repeated, read_cells, settle_claims
from app.imports.mapping import Column, Mapping
from app.imports.models import Outcome, Policy
from app.imports.targets import CODE, NAME, YEAR
from app.imports.values import Unclear, read_code, read_fact, read_year
from app.rules import FactKind
from app.rules.values import Value


@dataclass(frozen=True)
class Figure:
    """One figure of a row: the column it comes from, its year (0 where the kind has none), its value."""

    column: Column
    kind: FactKind
    year: int
    value: Value


@dataclass
class Directory:
    """The firms that a file may mean: by code, and by what is compared of a name."""

    by_code: dict[str, Firm]
    by_name: dict[str, list[Firm]]


def judge(db: Session, mapping: Mapping, entries: Sequence[Entry]) -> None:
    """Give every entry its outcome, its changes and what is to be said about it."""
    for entry in entries:
        entry.values.update(figures=[], year=None)
        read_cells(entry, mapping, _read)
    directory = _directory(db, entries)
    for entry in entries:
        _find_firm(entry, mapping, directory)
        _date_figures(entry, mapping)
    settle_claims(entries)
    standing = _standing(db, entries)
    for entry in entries:
        entry.outcome = _outcome(entry, standing)


def _read(entry: Entry, mapping: Mapping, column: Column, cell: str) -> None:
    target = mapping.target(column)
    match target.code:
        case _ if target.fact:
            unit = column.unit or mapping.unit
            value = read_fact(target.fact, cell, unit=unit, from_1904=mapping.from_1904)
            entry.values["figures"].append(Figure(column, target.fact, column.year or 0, value))
        case "credit_code":
            entry.code = read_code(cell)
        case "year":
            entry.values["year"] = read_year(cell)
        case _:
            entry.name = cell


def _directory(db: Session, entries: Iterable[Entry]) -> Directory:
    codes, keys = {entry.code for entry in entries if entry.code}, {name_key(entry.name) for entry in entries}
    by_code: dict[str, Firm] = {}
    by_name: dict[str, list[Firm]] = defaultdict(list)
    for some in chunks(codes):
        by_code.update(
            (firm.credit_code, firm) for firm in db.scalars(sa.select(Firm).where(Firm.credit_code.in_(some)))
        )
    for some in chunks(keys - {""}):
        for firm in db.scalars(sa.select(Firm).where(Firm.name_key.in_(some))):
            by_name[firm.name_key].append(firm)
    return Directory(by_code, by_name)


def _find_firm(entry: Entry, mapping: Mapping, directory: Directory) -> None:
    column = mapping.column(CODE)
    if column and any(problem["place"] == column.place for problem in entry.problems):
        return
    firm = _by_code(entry, column, directory) if entry.code else _by_name(entry, mapping, directory)
    if firm is None:
        return
    if entry.code and entry.name and name_key(entry.name) != firm.name_key:
        entry.note(f"需核对：文件中的名称是“{entry.name[:60]}”，名录中这个代码是“{firm.name}”")
    entry.firm_id, entry.name = firm.id, firm.name


def _by_code(entry: Entry, column: Column | None, directory: Directory) -> Firm | None:
    firm = directory.by_code.get(entry.code)
    if firm is None:
        entry.refuse("名录中没有这家企业，请先导入或登记企业。", column)
    return firm


def _by_name(entry: Entry, mapping: Mapping, directory: Directory) -> Firm | None:
    """The only firm of that name. A name is weaker than a code, so the row is marked."""
    if not entry.name:
        entry.refuse("没有填写统一社会信用代码，也没有企业名称。", mapping.column(CODE) or mapping.column(NAME))
        return None
    found = directory.by_name.get(name_key(entry.name), [])
    if len(found) != 1:
        many = f"名录中有 {len(found)} 家同名企业" if found else "名录中没有这个名称的企业"
        entry.refuse(f"{many}，请填写统一社会信用代码。", mapping.column(NAME))
        return None
    entry.note(f"需核对：没有信用代码，按名称对应到“{found[0].name}”（{found[0].credit_code}）")
    return found[0]


def _date_figures(entry: Entry, mapping: Mapping) -> None:
    dated = []
    for figure in entry.values["figures"]:
        year = (figure.year or entry.values["year"] or mapping.year or 0) if figure.kind.annual else 0
        try:
            _check_year(figure.kind, year)
        except Unclear as unclear:
            entry.refuse(f"{unclear}。", figure.column if figure.year else mapping.column(YEAR) or figure.column)
            continue
        dated.append(Figure(figure.column, figure.kind, year, figure.value))
        entry.claims[entry.firm_id, figure.kind.code, year] = kept(figure.value)
    entry.values["figures"] = dated


def _check_year(kind: FactKind, year: int) -> None:
    latest = clock.today().year
    if not kind.annual:
        return
    if not year:
        raise Unclear("没有填写年度")
    if not EARLIEST_YEAR <= year <= latest:
        raise Unclear(f"年度 {year} 不在 {EARLIEST_YEAR} 至 {latest} 之间，请核对")


def _standing(db: Session, entries: Iterable[Entry]) -> dict[tuple[int, str, int], Fact]:
    """What stands in the ledger for the firms and kinds of a file."""
    firms = {entry.firm_id for entry in entries if entry.firm_id}
    kinds = {figure.kind.code for entry in entries for figure in entry.values["figures"]}
    found: dict[tuple[int, str, int], Fact] = {}
    for some in chunks(firms):
        standing = sa.select(Fact).where(Fact.firm_id.in_(some), Fact.kind.in_(kinds), Fact.superseded_at.is_(None))
        found.update(((fact.firm_id, fact.kind, fact.year), fact) for fact in db.scalars(standing))
    return found


def _outcome(entry: Entry, standing: dict[tuple[int, str, int], Fact]) -> Outcome:
    if entry.problems or entry.firm_id is None:
        return Outcome.REFUSED
    if is_repeated(entry):
        return Outcome.REPEATED
    repeated: dict[Any, int] = entry.values.get("repeated", {})
    for figure in entry.values["figures"]:
        key = (entry.firm_id, figure.kind.code, figure.year)
        if key not in repeated:
            _compare(entry, figure, standing.get(key))
    if not entry.values["figures"]:
        entry.note("这一行没有填写数据")
    if not entry.changes:
        return Outcome.SAME
    return Outcome.CHANGED if any(each["was"] is not None for each in entry.changes) else Outcome.NEW


def _compare(entry: Entry, figure: Figure, fact: Fact | None) -> None:
    kind = figure.kind
    was = joined(kind, fact.number, fact.text) if fact else None
    if was is not None and was == figure.value:
        return
    label = f"{figure.year} 年{kind.label}" if figure.year else kind.label
    if was is not None and figure.column.policy is Policy.FILL:
        entry.note(f"“{label}”已有“{kind.show(was)}”，文件中为“{kind.show(figure.value)}”，按“只补空”保留原值")
        return
    made = change(
        f"{kind.code}:{figure.year}", label, was=was, now=figure.value, shown=kind.show, fact=fact and fact.id
    )
    made["now"], made["was"] = kept(figure.value), None if was is None else kept(was)
    entry.changes.append(made)


def value_of(kind: FactKind, text: str) -> Value:
    """A kept value of a change as the ledger takes it."""
    return restored(kind.type, text)
