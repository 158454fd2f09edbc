"""Rows of titles and of collections: each matched to a firm, then to the certificate or entry that it speaks of."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.chunks import chunks
from app.core.text import day, folded
from app.facts.vocabulary import vocabulary
from app.imports.columns.mapping import Column, Mapping
from app.imports.columns.targets import ISSUED, TITLE_KIND, targets_of
from app.imports.models import Kind, Outcome, Policy
from app.imports.rows import matching
from app.imports.rows.entry import (
    Entry,
    compared,
    digest_of,
    is_repeated,
    keep_on_file,
    read_cells,
    refused,
    settle_claims,
)
from app.imports.rows.shelf import Shelf, Values, as_kept, equal, shelf_of
from app.imports.rows.values import Unclear, read_code, read_day, read_fact

EARLIEST = date(1949, 10, 1)


def judge(db: Session, mapping: Mapping, entries: Sequence[Entry]) -> None:
    """Give every entry its outcome, its changes and what is to be said about it."""
    shelf = shelf_of(mapping.kind)
    for entry in entries:
        entry.values["said"] = {TITLE_KIND: mapping.title} if mapping.title else {}
        read_cells(entry, mapping, _read)
    firms = matching.directory(db, entries)
    for entry in entries:
        matching.find_firm(entry, mapping, firms)
        _complete(entry, mapping, shelf)
    settle_claims(entries)
    held = _held(db, shelf, entries)
    for entry in entries:
        entry.outcome = _outcome(entry, mapping, shelf, held)


def _read(entry: Entry, mapping: Mapping, column: Column, cell: str) -> None:
    target, said = mapping.target(column), entry.values["said"]
    match target.type:
        case "code":
            entry.code = read_code(cell)
        case "text" if target.code == "name":
            entry.name = cell
        case _ if target.fact:
            unit = column.unit or mapping.unit
            said[target.code] = read_fact(target.fact, cell, unit=unit, from_1904=mapping.from_1904)
        case "title":
            said[target.code] = _title(cell)
        case "day":
            ends = target.code not in ("starts_on", ISSUED)
            said[target.code] = _possible(read_day(cell, from_1904=mapping.from_1904), ends=ends)
        case _:
            said[target.code] = " ".join(cell.split())


def _title(cell: str) -> str:
    """The code of a kind of titles, by its name."""
    kinds = vocabulary().titles.values()
    found = [kind.code for kind in kinds if _bare(kind.label) == _bare(cell)]
    if len(found) != 1:
        raise Unclear(f"没有名为“{cell[:40]}”的资质种类，请按系统里的名称填写")
    return found[0]


def _bare(label: str) -> str:
    return folded(label).removesuffix("企业")


def _possible(given: date, *, ends: bool) -> date:
    """What begins must have begun; an end may lie ahead."""
    latest = date(clock.today().year + 100, 12, 31) if ends else clock.today()
    if not EARLIEST <= given <= latest:
        raise Unclear(f"{day(given)}不在合理的范围内，请核对")
    return given


def _complete(entry: Entry, mapping: Mapping, shelf: Shelf) -> None:
    said: Values = entry.values["said"]
    if entry.problems or entry.firm_id is None:
        return
    if mapping.kind is Kind.TITLES and not {TITLE_KIND, ISSUED} <= said.keys():
        missing = "资质种类" if TITLE_KIND not in said else "认定日期"
        entry.refuse(f"没有填写{missing}。", mapping.column(TITLE_KIND if missing == "资质种类" else ISSUED))
        return
    if not said:
        entry.note("这一行没有填写内容")
        return
    try:
        entry.values["follows"] = shelf.follows(said)
    except Unclear as unclear:
        entry.refuse(f"{unclear}。")
        return
    number = folded(str(said.get(shelf.number) or ""))
    kind = said.get(TITLE_KIND)
    key = (entry.firm_id, kind, number or digest_of(sorted(said.items(), key=str)))
    entry.claims[key] = digest_of(sorted(said.items(), key=str))


def _held(db: Session, shelf: Shelf, entries: Iterable[Entry]) -> dict[int, list[Any]]:
    """Firm → the standing entries of the kind."""
    table: Any = shelf.table
    found: dict[int, list[Any]] = {}
    for some in chunks({entry.firm_id for entry in entries if entry.firm_id}):
        standing = sa.select(table).where(table.firm_id.in_(some), table.superseded_at.is_(None), shelf.kept_under())
        for row in db.scalars(standing.order_by(table.id)):
            found.setdefault(row.firm_id, []).append(row)
    return found


def _outcome(entry: Entry, mapping: Mapping, shelf: Shelf, held: dict[int, list[Any]]) -> Outcome:
    if entry.problems or entry.firm_id is None:
        return refused(entry)
    if is_repeated(entry):
        return Outcome.REPEATED
    said: Values = entry.values["said"]
    if not said:
        return Outcome.SAME
    on_file, follows = held.setdefault(entry.firm_id, []), entry.values["follows"]
    try:
        twin = _twin(shelf, said, follows, on_file)
    except Unclear as unclear:
        entry.contested = True
        entry.refuse(f"{unclear}。")
        return Outcome.CONFLICT
    before = shelf.values(twin) if twin else {}
    if twin is None:
        said |= follows
        _add(entry, mapping, shelf, on_file)
    for code, value in said.items():
        _compare(entry, mapping, code, value, before.get(code), twin)
    return compared(entry) if twin else Outcome.NEW


def _twin(shelf: Shelf, said: Values, follows: Values, on_file: list[Any]) -> Any:
    twin = shelf.twin({**follows, **said}, on_file)
    if twin is not None and twin.id is None:
        raise Unclear("与文件中前面的一行是同一条，但内容不同，请核对后只保留正确的一行")
    if twin is not None:
        # What the file says may contradict what it leaves as it is.
        shelf.follows({**{code: value for code, value in shelf.values(twin).items() if value is not None}, **said})
    return twin


def _add(entry: Entry, mapping: Mapping, shelf: Shelf, on_file: list[Any]) -> None:
    said: Values = entry.values["said"]
    if remark := shelf.beside(said, on_file):
        entry.note(remark)
    if mapping.kind is Kind.TITLES:
        # A later row of the file must not say the same certificate again in other words.
        on_file.append(shelf.table(**shelf.columns(said)))


def _compare(entry: Entry, mapping: Mapping, code: str, value: Any, was: Any, twin: Any) -> None:
    if equal(value, was):
        return
    column, label, show = mapping.column(code), label_of(mapping.kind, code), shown(mapping.kind, code)
    if was is not None and column is not None and column.policy is Policy.FILL:
        keep_on_file(entry, label, show(was), show(value))
        return
    entry.changes.append(
        {
            "key": code,
            "label": label,
            "before": None if was is None else show(was),
            "after": show(value),
            "was": as_kept(was),
            "now": as_kept(value),
            "entry": twin.id if twin else 0,
            "thread": twin.thread if twin else "",
        }
    )


def label_of(kind: Kind, code: str) -> str:
    return targets_of(kind)[code].label


def shown(kind: Kind, code: str) -> Callable[[Any], str]:
    """How a value is told to people."""
    target = targets_of(kind)[code]
    if target.fact:
        return target.fact.show
    match target.type:
        case "day":
            return day
        case "title":
            return lambda value: vocabulary().titles[value].label
        case _:
            return str
