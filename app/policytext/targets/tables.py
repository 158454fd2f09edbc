"""Targets in tables: an indicator to a row, a year to a column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.policytext.clauses.clause import Clause, Row, Table
from app.policytext.targets.relevance import Setting
from app.policytext.targets.target import Baseline, Comparator, Target, TargetKind
from app.policytext.text.numerals import read_decimal

_YEAR = re.compile(r"(20\d\d)")
_AVERAGE = re.compile(r"年均|增速|增长")
_BASE = re.compile(r"现状|基期|基数|实际|完成值|完成情况|上年")
_GOAL = re.compile(r"目标|预期|规划值|指标值")
_NAME = re.compile(r"指标|名称|内容|项目")
_UNIT_COLUMN = re.compile(r"单位(?!名)|计量")
_UNIT = re.compile(r"[(]([^()]{1,8})[)]\s*$")
_VALUE = re.compile(
    r"\s*[\[〔(]?(?P<sign>≥|>=|>|≤|<=|<|超过|突破|约)?\s?(?P<value>\d[\d,]*(?:\.\d+)?)(?:\s?[-—–~]\s?(?P<high>\d[\d.]*))?\s?(?P<unit>[^\s\d\])〕]{0,6}?)(?P<back>以上|左右|以内|以下)?[\])〕]?\s*"
)
_SIGNS = {
    "≥": Comparator.AT_LEAST, ">=": Comparator.AT_LEAST, "以上": Comparator.AT_LEAST, ">": Comparator.MORE,
    "超过": Comparator.MORE, "突破": Comparator.MORE, "≤": Comparator.AT_MOST, "<=": Comparator.AT_MOST,
    "以内": Comparator.AT_MOST, "以下": Comparator.AT_MOST, "<": Comparator.LESS, "约": Comparator.ABOUT,
    "左右": Comparator.ABOUT,
}  # fmt: skip


@dataclass(frozen=True)
class _Columns:
    """What the columns of a table of targets are, by number."""

    name: int
    unit: int | None
    base: tuple[int, int | None] | None
    goals: tuple[tuple[int, int | None, bool], ...]


def read_rows(clause: Clause, table: Table, setting: Setting) -> Iterator[Target]:
    """The targets of a table that has a column of indicators and columns of years; none of any other table."""
    columns = _columns(table, setting)
    if columns is None:
        return
    unit = ""
    for row in table.rows:
        if len(row.cells) <= columns.name:
            continue
        own = _unit(row, columns)
        unit = own or unit
        yield from _targets(clause, row, columns, unit, implied=not own)


def _columns(table: Table, setting: Setting) -> _Columns | None:
    heads = table.columns
    unit = next((n for n, head in enumerate(heads) if _UNIT_COLUMN.fullmatch(head.strip())), None)
    name = next((n for n, head in enumerate(heads) if _NAME.search(head) and not _YEAR.search(head)), None)
    dated = [(n, int(match[1]), head) for n, head in enumerate(heads) if (match := _YEAR.search(head))]
    plain = [(n, None, head) for n, head in enumerate(heads) if n != name and _is_goal(head)]
    bases: list[tuple[int, int | None]] = [
        (n, year) for n, year, head in dated if _is_base(head, year, [each[1] for each in dated], setting)
    ]
    bases += [(n, None) for n, head in enumerate(heads) if not _YEAR.search(head) and _BASE.search(head)]
    goals = [(n, year, bool(_AVERAGE.search(head))) for n, year, head in (*dated, *plain) if (n, year) not in bases]
    if not goals or (name is None and len(heads) < 2):  # noqa: PLR2004
        return None
    return _Columns(0 if name is None else name, unit, bases[-1] if bases else None, tuple(goals))


def _is_goal(head: str) -> bool:
    """A column of values although it names no year: 目标值, 年均增速."""
    return not _YEAR.search(head) and not _BASE.search(head) and bool(_GOAL.search(head) or _AVERAGE.search(head))


def _is_base(head: str, year: int, years: list[int], setting: Setting) -> bool:
    if _BASE.search(head) or _GOAL.search(head):
        return not _GOAL.search(head)
    return year < setting.starts if setting.starts else len(years) > 1 and year == min(years)


def _unit(row: Row, columns: _Columns) -> str:
    if columns.unit is not None and columns.unit < len(row.cells) and row.cells[columns.unit].text:
        return row.cells[columns.unit].text
    match = _UNIT.search(row.cells[columns.name].text)
    if match and not match[1].startswith("含"):
        return match[1]
    values = [_VALUE.fullmatch(row.cells[n].text) for n, _, _ in columns.goals if n < len(row.cells)]
    return next((value["unit"] for value in values if value and value["unit"]), "")


def _targets(clause: Clause, row: Row, columns: _Columns, unit: str, *, implied: bool) -> Iterator[Target]:
    name = _UNIT.sub("", row.cells[columns.name].text) if not implied else row.cells[columns.name].text
    for number, year, average in columns.goals:
        match = _VALUE.fullmatch(row.cells[number].text) if number < len(row.cells) else None
        if match is None or not name:
            continue
        low = read_decimal(match["value"])
        yield Target(
            path=clause.path,
            indicator=re.sub(r"^(?:其中|#)[:：]?|^\d{1,2}[.、]", "", name).strip(),
            scope="",
            year=None if average else year,
            every_year=average,
            low=low,
            high=_high(match, low),
            unit=match["unit"] or ("%" if average else unit),
            comparator=_comparator(match),
            kind=_kind(name, match["unit"] or unit, average=average),
            baseline=_baseline(row, columns),
            soft=False,
            certain=True,
            year_implied=year is None and not average,
            unit_implied=implied,
            piece=clause.own.plain.piece(row.cells[0].start, row.cells[-1].end),
        )


def _high(match: re.Match[str], low: Decimal) -> Decimal:
    return max(low, read_decimal(match["high"].rstrip("."))) if match["high"] else low


def _comparator(match: re.Match[str]) -> Comparator:
    if match["high"]:
        return Comparator.RANGE
    return _SIGNS.get(match["sign"] or match["back"] or "", Comparator.EQUAL)


def _kind(name: str, unit: str, *, average: bool) -> TargetKind:
    if average:
        return TargetKind.AVERAGE_GROWTH
    if unit in {"%", "‰"}:
        growing = re.search("增长|增速|增幅", name)
        return TargetKind.GROWTH if growing else TargetKind.SHARE
    return TargetKind.INCREMENT if re.search("新增|净增", name) else TargetKind.STOCK


def _baseline(row: Row, columns: _Columns) -> Baseline | None:
    if columns.base is None or columns.base[0] >= len(row.cells):
        return None
    match = _VALUE.fullmatch(row.cells[columns.base[0]].text)
    return Baseline(columns.base[1], read_decimal(match["value"]), row.cells[columns.base[0]].text) if match else None
