"""Rows of annual figures: each matched to a firm on file, each figure compared with the one that stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.chunks import chunks
from app.facts.models import Fact
from app.facts.service import EARLIEST_YEAR
from app.facts.values import joined, kept, restored
from app.imports.columns.mapping import Column, Mapping
from app.imports.columns.targets import YEAR
from app.imports.models import Outcome, Policy
from app.imports.rows import matching
from app.imports.rows.entry import (
    Entry,
    change,
    compared,
    is_repeated,
    keep_on_file,
    read_cells,
    refused,
    settle_claims,
)
from app.imports.rows.values import Unclear, read_code, read_fact, read_year
from app.rules import FactKind
from app.rules.values import Value


@dataclass(frozen=True)
class Figure:
    """One figure of a row: the column it comes from, its year (0 where the kind has none), its value."""

    column: Column
    kind: FactKind
    year: int
    value: Value


def judge(db: Session, mapping: Mapping, entries: Sequence[Entry]) -> None:
    """Give every entry its outcome, its changes and what is to be said about it."""
    for entry in entries:
        entry.values.update(figures=[], year=None)
        read_cells(entry, mapping, _read)
    directory = matching.directory(db, entries)
    for entry in entries:
        matching.find_firm(entry, mapping, directory)
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
        return refused(entry)
    if is_repeated(entry):
        return Outcome.REPEATED
    repeated: dict[Any, int] = entry.values.get("repeated", {})
    for figure in entry.values["figures"]:
        key = (entry.firm_id, figure.kind.code, figure.year)
        if key not in repeated:
            _compare(entry, figure, standing.get(key))
    if not entry.values["figures"]:
        entry.note("这一行没有填写数据")
    if entry.changes and all(each["was"] is None for each in entry.changes):
        return Outcome.NEW
    return compared(entry)


def _compare(entry: Entry, figure: Figure, fact: Fact | None) -> None:
    kind = figure.kind
    was = joined(kind, fact.number, fact.text) if fact else None
    if was is not None and was == figure.value:
        return
    label = f"{figure.year} 年{kind.label}" if figure.year else kind.label
    if was is not None and figure.column.policy is Policy.FILL:
        keep_on_file(entry, label, kind.show(was), kind.show(figure.value))
        return
    made = change(
        f"{kind.code}:{figure.year}", label, was=was, now=figure.value, shown=kind.show, fact=fact and fact.id
    )
    made["now"], made["was"] = kept(figure.value), None if was is None else kept(was)
    entry.changes.append(made)


def value_of(kind: FactKind, text: str) -> Value:
    """A kept value of a change as the ledger takes it."""
    return restored(kind.type, text)
