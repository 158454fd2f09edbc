"""Rows of a registry export: identities of firms, matched by credit code alone, compared with what is on file."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.core import clock, text
from app.core.chunks import chunks
from app.core.text import folded
from app.firms.models import Firm, FirmState
from app.firms.names import name_key
from app.imports.columns.mapping import Column, Mapping
from app.imports.columns.targets import CODE, NAME, targets_of
from app.imports.models import Kind, Outcome, Policy
from app.imports.rows.entry import (
    Entry,
    change,
    compared,
    digest_of,
    is_repeated,
    keep_on_file,
    kept,
    read_cells,
    refused,
    settle_claims,
)
from app.imports.rows.values import ForeignCurrency, Unclear, read_code, read_day, read_money

EARLIEST = date(1900, 1, 1)
STATES = {
    FirmState.OPEN: ("在营", "存续", "在业", "开业", "正常", "在册", "登记成立", "存续在营开业在册", "营业"),
    FirmState.MOVED_OUT: ("迁出", "已迁出", "外迁"),
    FirmState.CLOSED: (
        "注销或吊销",
        "注销",
        "吊销",
        "已注销",
        "已吊销",
        "吊销未注销",
        "吊销已注销",
        "注销企业",
        "撤销",
    ),
}
STATE_WORDS = {word: state for state, words in STATES.items() for word in words}


class Registry:
    """What is on file about the firms of an import, fetched at once."""

    def __init__(self, db: Session, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        self.firms = {
            firm.credit_code: firm for firm in _firms(db, Firm.credit_code, {e.code for e in entries if e.code})
        }
        keys = {name_key(entry.name) for entry in entries if entry.name and entry.code not in self.firms}
        self.namesakes = {firm.name_key: firm for firm in _firms(db, Firm.name_key, keys)}
        self.units = {unit.id: unit for unit in db.scalars(sa.select(Unit))}

    def show(self, field: str) -> Callable[[Any], str]:
        match field:
            case "registered_capital":
                return text.wan
            case "founded_on":
                return text.day
            case "unit_id" | "park_id":
                return lambda number: str(self.units[number]) if number in self.units else "—"
            case _:
                return str


def _firms(db: Session, column: Any, wanted: Iterable[str]) -> list[Firm]:
    found: list[Firm] = []
    for some in chunks(wanted):
        found += db.scalars(sa.select(Firm).where(column.in_(some)))
    return found


def judge(db: Session, mapping: Mapping, entries: Sequence[Entry]) -> None:
    """Give every entry its outcome, its changes and what is to be said about it."""
    units = _unit_names(db)
    for entry in entries:
        entry.values["identity"] = {}
        read_cells(entry, mapping, _reader(units))
        _check_identity(entry, mapping)
    settle_claims(entries)
    registry = Registry(db, entries)
    for entry in entries:
        entry.outcome = _outcome(entry, mapping, registry)


def _unit_names(db: Session) -> dict[str, dict[str, int]]:
    units = list(db.scalars(sa.select(Unit).where(Unit.closed_at.is_(None))))
    return {
        "unit": {folded(unit.name): unit.id for unit in units},
        "park": {folded(unit.name): unit.id for unit in units if unit.kind is UnitKind.PARK},
    }


def _reader(units: dict[str, dict[str, int]]) -> Callable[[Entry, Mapping, Column, str], None]:
    def read(entry: Entry, mapping: Mapping, column: Column, cell: str) -> None:
        identity = entry.values["identity"]
        match mapping.target(column).type:
            case "code":
                entry.code = read_code(cell)
            case "day":
                identity[column.target] = _past(read_day(cell, from_1904=mapping.from_1904))
            case "money":
                _read_capital(entry, column, cell, column.unit or mapping.unit)
            case "state":
                identity[column.target] = _state(cell)
            case "unit" | "park" as kind:
                identity[column.target] = _unit(units[kind], cell)
            case _:
                identity[column.target] = " ".join(cell.split())
        entry.name = identity.get(NAME, entry.name)

    return read


def _past(day: date) -> date:
    if not EARLIEST <= day <= clock.today():
        raise Unclear(f"{text.day(day)}不在 1900 年至今天之间，请核对")
    return day


def _read_capital(entry: Entry, column: Column, cell: str, unit: str) -> None:
    try:
        amount = read_money(cell, unit)
    except ForeignCurrency:
        entry.note(f"“{column.name}”为外币（{cell[:40]}），系统不折算，这一格没有导入，请人工核对")
        return
    if amount < 0:
        raise Unclear("不能小于 0，请核对")
    entry.values["identity"][column.target] = amount


def _state(cell: str) -> FirmState:
    state = STATE_WORDS.get("".join(each for each in cell if each.isalpha()))
    if state is None:
        raise Unclear(f"不认识“{cell[:40]}”，请填写“在营”“迁出”或“注销或吊销”")
    return state


def _unit(units: dict[str, int], cell: str) -> int:
    number = units.get(folded(cell))
    if number is None:
        raise Unclear(f"没有名为“{cell[:40]}”的单位，请按系统里的单位名称填写，或留空")
    return number


def _check_identity(entry: Entry, mapping: Mapping) -> None:
    column = mapping.column(CODE)
    if not entry.code and not any(problem["place"] == column.place for problem in entry.problems if column):
        entry.refuse("没有填写统一社会信用代码。", column)
    if entry.code:
        entry.claims[entry.code] = digest_of(sorted(entry.values["identity"].items(), key=str))


def _outcome(entry: Entry, mapping: Mapping, registry: Registry) -> Outcome:
    firm = registry.firms.get(entry.code)
    if firm is not None and firm.merged_into_id:
        entry.refuse(f"这个代码的企业“{firm.name}”已并入另一家企业，请改用那家企业的代码。", mapping.column(CODE))
    if firm is None and not entry.name and not entry.problems:
        entry.refuse("名录中没有这家企业，新增企业必须填写企业名称。", mapping.column(NAME))
    if entry.problems:
        return refused(entry)
    if is_repeated(entry):
        return Outcome.REPEATED
    if firm is None:
        _add(entry, registry)
        return Outcome.NEW
    entry.firm_id, entry.name = firm.id, entry.name or firm.name
    _compare(entry, mapping, firm, registry)
    return compared(entry)


def _add(entry: Entry, registry: Registry) -> None:
    labels = targets_of(Kind.FIRMS)
    for field, value in {CODE: entry.code, **entry.values["identity"]}.items():
        entry.changes.append(change(field, labels[field].label, was=None, now=value, shown=registry.show(field)))
    namesake = registry.namesakes.get(name_key(entry.name))
    if namesake:
        entry.note(f"名录中有名称相同或相近的企业“{namesake.name}”（{namesake.credit_code}），请核对是否为同一家")


def _compare(entry: Entry, mapping: Mapping, firm: Firm, registry: Registry) -> None:
    for column in mapping.columns:
        if column.target not in entry.values["identity"]:
            continue
        value, current = entry.values["identity"][column.target], getattr(firm, column.target)
        if _equal(value, current):
            continue
        label, show = mapping.target(column).label, registry.show(column.target)
        if column.policy is Policy.FILL and current not in (None, ""):
            keep_on_file(entry, label, show(current), show(value))
            continue
        entry.changes.append(
            change(column.target, label, was=None if current == "" else current, now=value, shown=show)
        )


def _equal(value: Any, current: Any) -> bool:
    """Whether a value is on file already; width, case and blanks do not make a difference in text."""
    if isinstance(value, str) and isinstance(current, str):
        return folded(value) == folded(current)
    return bool(value == current)


def restored(field: str, value: Any) -> Any:
    """A kept value as the firm's own field takes it."""
    if value is None:
        return None
    match field:
        case "registered_capital":
            return Decimal(value)
        case "founded_on":
            return date.fromisoformat(value)
        case "state":
            return FirmState.of(value)
        case _:
            return value


def stands(firm: Firm, made: dict[str, Any], side: str) -> bool:
    """Whether the firm's field still has the value that a change found (“was”) or left (“now”)."""
    return bool(kept(getattr(firm, made["key"])) == made[side]) or _same_amount(firm, made, side)


def _same_amount(firm: Firm, made: dict[str, Any], side: str) -> bool:
    value = getattr(firm, made["key"])
    return isinstance(value, Decimal) and made[side] is not None and value == Decimal(made[side])
