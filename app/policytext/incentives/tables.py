"""Promises in tables: a row says for whom and on what condition, one of its cells how much."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.policytext.clauses.clause import Row, Table
from app.policytext.incentives.amounts import SCALES, read_amount, with_tier_names
from app.policytext.incentives.beneficiaries import noun_in
from app.policytext.incentives.incentive import AmountKind, AwardAmount
from app.policytext.incentives.statements import Statement, statements_in
from app.policytext.text.numerals import read_decimal
from app.policytext.text.plain import Piece

MOST_ROWS = 200
_PAID = re.compile(
    r"(?:奖|补|资助|扶持|支持|兑现|配套).{0,4}(?:标准|金额|额度?|方式|比例|资金|力度|措施)|^(?:标准|金额|额度)"
)
_OTHER_MONEY = re.compile(r"预算|投资|概算|来源|已|实际|上年|总额|下达|安排")
_CONDITION = re.compile(r"条件|情形|要求")
_FOR_WHOM = re.compile(r"对象|主体|受益")
_LEFT_OUT = re.compile(r"序号|编号|单位|部门|时限|期限|备注|依据|条款|责任|牵头|配合|类别|类型|科目")
_UNIT = re.compile(r"[(（]\s*(?P<scale>[百千万亿]?)元(?:/[^()（）]{1,4})?\s*[)）]")
_BARE = re.compile(r"\d[\d,]{0,11}(?:\.\d{1,4})?")
_NOTHING = re.compile(r"[-—/\s]*")


@dataclass(frozen=True)
class RowPromise:
    """One row that promises money: where it stands, whom and what it names, how much, and the row itself."""

    path: str
    beneficiary: str
    conditions: tuple[str, ...]
    amount: AwardAmount
    one_time: bool
    piece: Piece


@dataclass(frozen=True)
class _Columns:
    """Which column says how much and in which scale, which one for whom, and which say on what condition."""

    paid: int
    scale: str
    whom: int | None
    conditions: tuple[int, ...]


def row_promises(table: Table) -> Iterator[RowPromise]:
    """The promises of a table that has a column of sums for those who are paid; none of any other table."""
    columns = _columns(table)
    for row in table.rows[:MOST_ROWS] if columns else ():
        made = _promise(row, columns) if columns and len(row.cells) > columns.paid else None
        if made is not None:
            yield made


def _columns(table: Table) -> _Columns | None:
    heads = table.columns
    paid = next((n for n, head in enumerate(heads) if _PAID.search(head) and not _OTHER_MONEY.search(head)), None)
    if paid is None:
        return None
    unit = _UNIT.search(heads[paid])
    conditions = tuple(n for n, head in enumerate(heads) if n != paid and not _LEFT_OUT.search(head))
    if any(_CONDITION.search(heads[n]) for n in conditions):
        # Where a column says on what condition, one of names only says it again.
        conditions = tuple(n for n in conditions if _CONDITION.search(heads[n]) or _FOR_WHOM.search(heads[n]))
    whom = next((n for n in conditions if _FOR_WHOM.search(heads[n])), None)
    return _Columns(paid, unit["scale"] if unit else "", whom, conditions) if conditions else None


def _promise(row: Row, columns: _Columns) -> RowPromise | None:
    cell = row.cells[columns.paid]
    amount = _amount(cell, columns.scale)
    conditions = tuple(row.cells[n].text for n in columns.conditions if n < len(row.cells) and row.cells[n].text)
    if amount is None or not conditions:
        return None
    first = min(row.cells, key=lambda each: each.start).start
    last = max(row.cells, key=lambda each: each.end).end
    whom = row.cells[columns.whom].text if columns.whom is not None and columns.whom < len(row.cells) else ""
    if amount.kind is AmountKind.TIERS and all(each.words.startswith("第") for each in amount.tiers):
        amount = with_tier_names(amount, conditions[-1])
    beneficiary = noun_in(whom, conditions)
    return RowPromise(row.path, beneficiary, conditions, amount, "一次性" in cell.text, cell.plain.piece(first, last))


def _amount(cell: Piece, scale: str) -> AwardAmount | None:
    """What a cell says is paid; a bare number counts in the unit of its column's head, and in none without one."""
    if _NOTHING.fullmatch(cell.text):
        return None
    if _BARE.fullmatch(cell.text):
        return AwardAmount(AmountKind.FIXED, value=read_decimal(cell.text) * SCALES[scale]) if scale else None
    begins = next((each.head for each in statements_in(cell)), 0)
    return read_amount(Statement(cell, begins, case_by_case=False))
