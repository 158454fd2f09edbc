"""Rows of a register of resources: each compared with the entry of the same name and organisation."""

from collections.abc import Mapping as Given
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.core.fields import sentences
from app.core.text import folded
from app.imports.columns.headings import MONEY_UNITS, take_apart
from app.imports.columns.mapping import Column, Mapping
from app.imports.columns.targets import NAME, ORGANISATION, targets_of
from app.imports.models import Outcome, Policy
from app.imports.rows.entry import (
    Entry,
    change,
    compared,
    digest_of,
    is_repeated,
    keep_on_file,
    read_cells,
    refused,
    settle_claims,
)
from app.imports.rows.shelf import equal
from app.needs.resources.declared import Register, registers
from app.needs.resources.forms import resource_fields, values_of
from app.needs.resources.models import Resource
from app.needs.resources.queries import standing

Held = dict[str, list[Resource]]
DIGITS = frozenset("0123456789.,")


def judge(db: Session, mapping: Mapping, entries: Sequence[Entry]) -> None:
    """Give every entry its outcome, its changes and what is to be said about it."""
    register = registers().registers[mapping.kind.code]
    for entry in entries:
        entry.values["said"] = {}
        read_cells(entry, mapping, _reader(register))
        _check(entry, mapping, register)
    settle_claims(entries, about="同一条")
    held = _held(db, register)
    for entry in entries:
        entry.outcome = _outcome(entry, mapping, register, held)


def _reader(register: Register) -> Any:
    amounts = {column.field for column in register.columns if column.shape == "money"}

    def read(entry: Entry, mapping: Mapping, column: Column, cell: str) -> None:  # noqa: ARG001 - as every reader
        unit = column.unit or take_apart(column.name).unit
        bare = column.target in amounts and unit in MONEY_UNITS and set(cell) <= DIGITS
        entry.values["said"][column.target] = f"{cell} {unit}" if bare else cell

    return read


def _check(entry: Entry, mapping: Mapping, register: Register) -> None:
    """The same checks as the register's own form makes; what it would refuse is refused here beside its column."""
    if entry.problems:
        return
    said = entry.values["said"]
    try:
        fields = resource_fields(register).model_validate({NAME: "", **said})
    except ValidationError as error:
        for field, sentence in sentences(error).items():
            entry.refuse(sentence, mapping.column(field))
        return
    entry.values["said"] = said = {code: getattr(fields, code) for code in said}
    entry.name = said[NAME]
    entry.claims[folded(said[NAME]), folded(said.get(ORGANISATION, ""))] = digest_of(sorted(said.items()))


def _held(db: Session, register: Register) -> Held:
    """Name → the entries of the register that have it; a register is short enough to be read whole."""
    found: Held = {}
    for resource in db.scalars(standing().where(Resource.kind == register.code).order_by(Resource.id)):
        found.setdefault(folded(resource.name), []).append(resource)
    return found


def _outcome(entry: Entry, mapping: Mapping, register: Register, held: Held) -> Outcome:
    if entry.problems:
        return refused(entry)
    if is_repeated(entry):
        return Outcome.REPEATED
    said: dict[str, str] = entry.values["said"]
    namesakes = held.get(folded(said[NAME]), [])
    organisation = said.get(ORGANISATION, "")
    twins = [each for each in namesakes if equal(each.organisation, organisation)]
    if len(twins) > 1 or (namesakes and not twins and not organisation):
        return _unclear(entry, mapping, namesakes)
    before = values_of(twins[0], register) if twins else {}
    for code, value in said.items():
        _compare(entry, mapping, code, value, before, twins[0].id if twins else 0)
    return compared(entry) if twins else Outcome.NEW


def _unclear(entry: Entry, mapping: Mapping, namesakes: Sequence[Resource]) -> Outcome:
    label = targets_of(mapping.kind)[ORGANISATION].label
    entry.contested = True
    entry.refuse(
        f"名册里已有“{namesakes[0]}”，这一行没有能分清的“{label}”，请补上后再导入。", mapping.column(ORGANISATION)
    )
    return Outcome.CONFLICT


def _compare(entry: Entry, mapping: Mapping, code: str, value: str, before: Given[str, Any], held: int) -> None:
    was = before.get(code) or None
    if equal(value, was):
        return
    column, label = mapping.column(code), targets_of(mapping.kind)[code].label
    if was is not None and column is not None and column.policy is Policy.FILL:
        keep_on_file(entry, label, was, value)
        return
    entry.changes.append(change(code, label, was=was, now=value, shown=str, entry=held))
