"""Every duty of a clause tree."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.policytext.clauses.clause import Clause, Row, Table
from app.policytext.duties.blocks import duty_in
from app.policytext.duties.duty import Duty, Form, NamedUnit, Part
from app.policytext.duties.names import is_unit, split_names

_FIRST_LEADS = re.compile(r"(?:列|排)(?:在)?(?:第一位?|首位)的?(?:单位)?[^,。;]{0,6}为牵头|第一(?:个|家)?单位为牵头")
# A column of towns and parks alone divides figures, not work.
_PLACE = re.compile(r"(?:街道|乡|镇|镇街|园区|开发区|高新区|旗|县|市|区|盟|州)$")
_COLUMNS = (
    (Part.LEAD, re.compile(r"牵头|主办|主责")),
    (Part.SUPPORTING, re.compile(r"配合|协助|协办|参与")),
    (Part.RESPONSIBLE, re.compile(r"(?:责任|落实|实施|承办|完成)\s*(?:单位|部门|主体)")),
)


def find_duties(root: Clause) -> list[Duty]:
    """The duties of every clause, in the order of the text; a table gives one for each of its rows.

    In: the root of a clause tree. Out: duties with the units as written; expansion is `expand_units`.
    """
    duties = [duty for clause in root.walk() if clause.path for duty in _of(clause)]
    if not _FIRST_LEADS.search(root.body.plain.text):
        return duties
    return [_led(duty) for duty in duties]


def _led(duty: Duty) -> Duty:
    """Where the plan says that the unit named first leads, it does."""
    if not duty.units or duty.names(Part.LEAD) or duty.form is Form.PROSE:
        return duty
    return replace(duty, units=(replace(duty.units[0], part=Part.LEAD), *duty.units[1:]))


def _of(clause: Clause) -> Iterator[Duty]:
    if clause.table is not None:
        yield from _of_table(clause.table)
        return
    content = clause.marker.plain.piece(clause.marker.end, clause.body.end)
    found = duty_in(content)
    if found is not None:
        units, others, form, piece = found
        yield Duty(clause.path, tuple(units), form, others, piece)


def _of_table(table: Table) -> Iterator[Duty]:
    parts = [_part_of(column) for column in table.columns] if table.columns else _parts_seen(table)
    if not any(parts):
        return
    for row in table.rows:
        yield from _of_row(row, parts)


def _parts_seen(table: Table) -> list[Part | None]:
    """The columns of a table without a head that hold nothing but units; it never says which of them leads."""
    width = max((len(row.cells) for row in table.rows), default=0)
    return [Part.RESPONSIBLE if _holds_units(table, number) else None for number in range(width)]


def _holds_units(table: Table, number: int) -> bool:
    cells = [row.cells[number] for row in table.rows if number < len(row.cells) and row.cells[number].text]
    named = [split_names(cell)[0] for cell in cells]
    places = all(_PLACE.search(name.text) for names in named for name in names)
    return bool(cells) and not places and all(names and all(is_unit(name.text) for name in names) for names in named)


def _of_row(row: Row, parts: list[Part | None]) -> Iterator[Duty]:
    units: list[NamedUnit] = []
    others = ""
    for cell, part in zip(row.cells, parts, strict=False):
        if part is None:
            continue
        named, open_end = split_names(cell)
        units += [NamedUnit(name.text, part, name) for name in named]
        others = open_end or others
    if units:
        whole = row.cells[0].plain.piece(row.cells[0].start, row.cells[-1].end)
        yield Duty(row.path, tuple(units), Form.TABLE, others, whole)


def _part_of(column: str) -> Part | None:
    return next((part for part, pattern in _COLUMNS if pattern.search(column)), None)
