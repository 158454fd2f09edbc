"""The columns of a list of firms: what a list may show, what it usually shows, and the values of any of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.firms.lists import ladder_column
from app.firms.models import Assignment, Firm, Inquiry, Pool, PoolEntry, Tag
from app.firms.search.address import Search
from app.firms.search.own import lasting_today

PLACES = (
    *("name", "credit_code", "state", "rung", "unit", "park", "industry", "founded", "capital", "commissioner"),
    *("changed", "legal_form", "region", "address", "verdicts", "ends", "tags", "pools", "asked"),
)
USUAL = ("name", "rung", "unit", "industry", "founded", "capital", "commissioner", "changed")

Value = str | date | Decimal | int | None
Values = Callable[[Session, Sequence[Firm]], Mapping[int, Value]]


@dataclass(frozen=True)
class Column:
    """`values` gives firm id → value for some firms in at most one statement; a firm without one may be left out.

    A `money` value is in 元 and is shown in 万元, which its label says; `sort` is how an address names the order;
    `blank` stands for no value.
    """

    code: str
    label: str
    values: Values
    kind: str = "text"
    sort: str = ""
    blank: str = "—"


_filled: dict[str, Column] = {}


def register(given: Column) -> None:
    """Fill the place of a column."""
    assert given.code in PLACES, f"add {given.code} to PLACES"
    _filled[given.code] = given


def columns() -> list[Column]:
    """Every column a list may show, in order."""
    empty = [code for code in PLACES if code not in _filled]
    assert not empty, f"nobody registered the columns {empty}"
    return [_filled[code] for code in PLACES]


def columns_of(search: Search) -> list[Column]:
    """The columns that a list shows, the name always first; those its address chose, or the usual ones."""
    chosen = {"name", *search.columns} if search.columns else set(USUAL)
    found = [column for column in columns() if column.code in chosen]
    return found if len(found) > 1 else columns_of(search.showing(()))


def cells(db: Session, firms: Sequence[Firm], shown: Iterable[Column]) -> dict[int, dict[str, Value]]:
    """Firm id → column → value, for some firms; the statements do not grow with the firms."""
    found: dict[int, dict[str, Value]] = {firm.id: {} for firm in firms}
    for column in shown:
        values = column.values(db, firms)
        for firm_id, row in found.items():
            row[column.code] = values.get(firm_id)
    return found


def register_own() -> None:
    for each in _COLUMNS:
        register(each)


def _of(attribute: str) -> Values:
    return lambda _db, firms: {firm.id: getattr(firm, attribute) for firm in firms}


def _named(attribute: str) -> Values:
    return lambda _db, firms: {firm.id: str(getattr(firm, attribute) or "") or None for firm in firms}


def _changed(_db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    return {firm.id: clock.local_day(firm.changed_at) for firm in firms}


def _states(_db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    return {firm.id: firm.state.label for firm in firms}


def _rungs(db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    """The label of the rung each stands on today; firms on none are left out."""
    standing = ladder_column.heights().where(ladder_column.TITLE.c.firm_id.in_([firm.id for firm in firms]))
    labels = {rung.height: rung.label for rung in ladder_column.rungs()}
    return {firm_id: labels[height] for firm_id, height in db.execute(standing)}


def _commissioners(db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    """Who looks after each today."""
    current = sa.select(Assignment).where(Assignment.firm_id.in_([firm.id for firm in firms]), *lasting_today())
    found: dict[int, list[Any]] = {}
    for assignment in db.scalars(current.options(joinedload(Assignment.user)).order_by(Assignment.id)):
        found.setdefault(assignment.firm_id, []).append(assignment.user.name)
    return {firm_id: "、".join(names) for firm_id, names in found.items()}


def _tags(db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    return _joined(db, sa.select(Tag.firm_id, Tag.label).where(_of_these(Tag.firm_id, firms)).order_by(Tag.label))


def _pools(db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    inside = sa.select(PoolEntry.firm_id, Pool.name).join(Pool, Pool.id == PoolEntry.pool_id)
    return _joined(
        db, inside.where(_of_these(PoolEntry.firm_id, firms), PoolEntry.left_on.is_(None)).order_by(Pool.name)
    )


def _asked(db: Session, firms: Sequence[Firm]) -> dict[int, Value]:
    waiting = sa.select(Inquiry.firm_id, sa.func.count()).where(_of_these(Inquiry.firm_id, firms))
    rows = db.execute(waiting.where(Inquiry.answered_at.is_(None)).group_by(Inquiry.firm_id))
    return {firm_id: count for firm_id, count in rows}  # noqa: C416 - rows are no pairs to mypy


def _of_these(column: Any, firms: Sequence[Firm]) -> sa.ColumnElement[bool]:
    within: sa.ColumnElement[bool] = column.in_([firm.id for firm in firms])
    return within


def _joined(db: Session, pairs: sa.Select[Any, Any]) -> dict[int, Value]:
    """Firm id → its words, one after the other."""
    found: dict[int, list[str]] = {}
    for firm_id, word in db.execute(pairs):
        found.setdefault(firm_id, []).append(word)
    return {firm_id: "、".join(words) for firm_id, words in found.items()}


_COLUMNS = (
    Column("name", "企业名称", _of("name"), sort="name"),
    Column("credit_code", "统一社会信用代码", _of("credit_code")),
    Column("state", "状态", _states),
    Column("rung", "梯度", _rungs, blank="未入梯度"),
    Column("unit", "责任单位", _named("unit")),
    Column("park", "园区", _named("park")),
    Column("industry", "行业", _of("industry")),
    Column("founded", "成立日期", _of("founded_on"), "day", "founded"),
    Column("capital", "注册资本（万元）", _of("registered_capital"), "money", "capital"),
    Column("commissioner", "科技专员", _commissioners),
    Column("changed", "资料更新", _changed, "day", "changed"),
    Column("legal_form", "企业类型", _of("legal_form")),
    Column("region", "所在区域", _of("region")),
    Column("address", "地址", _of("address")),
    Column("tags", "标签", _tags),
    Column("pools", "培育库", _pools),
    Column("asked", "待答询问", _asked, "count"),
)
