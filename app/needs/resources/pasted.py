"""A table copied out of a workbook, read against a register: what each row would do, before anything is written."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.core.fields import sentences
from app.core.text import folded
from app.needs.resources import queries
from app.needs.resources.declared import Register
from app.needs.resources.forms import ResourceFields, details_in, resource_fields
from app.needs.resources.models import Resource

NEW, CHANGED, SAME, REFUSED = "新增", "变更", "不变", "错误"
MOST_ROWS = 500
LONGEST_CELL = 1_000


@dataclass(frozen=True)
class PastedRow:
    """One row with its number in the table; `fields` is None where it was refused."""

    number: int
    name: str
    outcome: str
    problem: str = ""
    fields: ResourceFields | None = None


@dataclass(frozen=True)
class Pasted:
    """`problem` says what is wrong with the table as a whole; `ignored` are headings that name no column."""

    rows: list[PastedRow] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    problem: str = ""

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


def read_pasted(db: Session, register: Register, text: str) -> Pasted:
    """What a pasted table would do: its first row names the columns, each further row is one entry."""
    lines = _cells(text)
    if not lines:
        return Pasted(problem="没有读到内容。请从表格里连同表头一起复制。")
    places, ignored = _columns(register, lines[0])
    if "name" not in places:
        return Pasted(problem=f"第一行里没有“{register.name}”这一列。请连同表头一起复制，表头见上面的说明。")
    if not lines[1:]:
        return Pasted(problem="表头下面没有数据行。")
    if len(lines) - 1 > MOST_ROWS:
        return Pasted(problem=f"一次最多 {MOST_ROWS} 行，现在有 {len(lines) - 1} 行，请分几次粘贴。")
    return Pasted(_rows(db, register, places, lines[1:]), ignored)


def headings(register: Register) -> list[str]:
    return [register.name, register.organisation, *(column.label for column in register.columns)]


def _cells(text: str) -> list[list[str]]:
    """The filled lines; cells are parted by tabs, as a workbook copies them, or by commas."""
    mark = "\t" if "\t" in text.split("\n", 1)[0] else ","
    try:
        lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=mark)]
    except csv.Error:
        return []
    return [line for line in lines if any(line)]


def _columns(register: Register, heading: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Field → place, and the headings that are none of ours."""
    known = {folded(register.name): "name", folded(register.organisation): "organisation"}
    known |= {folded(column.label): column.field for column in register.columns}
    found = {known[folded(cell)]: place for place, cell in enumerate(heading) if folded(cell) in known}
    return found, [cell for cell in heading if cell and folded(cell) not in known]


def _rows(db: Session, register: Register, places: dict[str, int], lines: Sequence[Sequence[str]]) -> list[PastedRow]:
    rows: list[PastedRow] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, start=2):
        typed = {name: line[place][:LONGEST_CELL] for name, place in places.items() if place < len(line)}
        rows.append(_row(db, register, number, typed, seen))
    return rows


def _row(db: Session, register: Register, number: int, typed: dict[str, str], seen: set[tuple[str, str]]) -> PastedRow:
    name = typed.get("name", "")
    try:
        fields = resource_fields(register).model_validate(typed)
    except ValidationError as error:
        return PastedRow(number, name, REFUSED, _said(register, sentences(error)))
    key = (fields.name, fields.organisation)
    if key in seen:
        return PastedRow(number, name, REFUSED, "与上面的一行重复。")
    seen.add(key)
    known = queries.same_as(db, register.code, *key)
    if known is None:
        return PastedRow(number, name, NEW, fields=fields)
    return _against(register, number, known, fields)


def _against(register: Register, number: int, known: Resource, fields: ResourceFields) -> PastedRow:
    """A blank cell leaves what is on file as it is."""
    given = details_in(register, dict(fields))
    whole = {**known.details, **given}
    kept = fields.model_copy(update={each.field: whole.get(each.code, "") for each in register.columns})
    return PastedRow(number, known.name, SAME if whole == known.details else CHANGED, fields=kept)


def _said(register: Register, problems: dict[str, str]) -> str:
    labels = {"name": register.name, "organisation": register.organisation}
    labels |= {column.field: column.label for column in register.columns}
    return "；".join(f"{labels.get(name, '本行')}：{problem}" for name, problem in problems.items())
