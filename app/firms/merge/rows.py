"""Handing over every row that belongs to a firm, found by the foreign keys, so that no later table is forgotten."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.chunks import chunks
from app.core.db import Model
from app.firms.merge.parts import parts
from app.firms.models import Firm

# Computed anew; or said about the very firm it was said about, as it was then.
STAYS = frozenset(
    {"standing", "checked", "likely_pair", "merge", "bulk_row", "kept_finding", "proposal", "forecast_firm", "pairing"}
)
# Table → the columns by which two rows say the same: the kept firm needs no second one, so the other stays where it is.
SAME: dict[str, tuple[str, ...]] = {
    "assignment": ("user_id",),
    "called_firm": ("call_id",),
    "contact": ("name", "phone"),
    "former_name": ("name",),
    "interest": ("commissioner_id", "withdrawn_at"),
    "pool_entry": ("pool_id",),
    "rating": ("commissioner_id", "year"),
    "stored_file": ("name", "sha256"),
    "tag": ("label",),
}
WORDS = {
    "assignment": "派驻",
    "called_firm": "需求征集",
    "contact": "联系人",
    "deed": "专员服务事项",
    "firm": "此前并入的企业",
    "former_name": "曾用名",
    "handover": "交接记录",
    "inquiry": "询问",
    "interest": "利益关系",
    "need": "需求",
    "notice": "消息",
    "plan": "一企一策",
    "pool_entry": "入库记录",
    "rating": "专员评价",
    "reply": "走访回答",
    "statement": "核对意见",
    "stored_file": "文件",
    "tag": "标签",
    "user": "企业用户",
    "visit": "走访",
    "visit_plan": "走访计划",
}


def movable(db: Session, kept: Firm, gone: Firm) -> dict[str, list[int]]:
    """“table.column” → the numbers of the rows that go over to the kept firm."""
    each = (
        sa.select(sa.literal(f"{table.name}.{column.name}").label("place"), table.c.id.label("number"))
        .where(column == gone.id)
        .where(~_held_already(table, column, kept))
        for table, column in references()
    )
    found: dict[str, list[int]] = {}
    for row in db.execute(sa.union_all(*each).order_by("place", "number")):
        found.setdefault(row.place, []).append(row.number)
    return found


def hand_over(db: Session, rows: dict[str, list[int]], *, giver: Firm, taker: Firm) -> None:
    """Make rows belong to another firm; those that are gone, or another's by now, are left alone."""
    for name, ids in rows.items():
        table, column = _named(name)
        for some in chunks(ids):
            mine = table.c.id.in_(some), column == giver.id
            db.execute(sa.update(table).where(*mine).values({column.name: taker.id}))
    db.expire_all()


def references() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Every column that says to which firm a row belongs, but for what stays and what the ledgers hand over."""
    own = STAYS | {table for part in parts().values() for table in part.tables}
    for table in Model.metadata.tables.values():
        if table.name not in own:
            keys = (key for key in table.foreign_keys if key.column.table.name == "firm")
            yield from ((table, key.parent) for key in keys)
    # Users point at firms without a foreign key.
    users = Model.metadata.tables["user"]
    yield users, users.c.firm_id


def word_for(name: str) -> str:
    """What the rows of “table.column” are called."""
    return WORDS.get(name.partition(".")[0], "其他记录")


def _held_already(table: sa.Table, column: sa.Column[Any], kept: Firm) -> sa.ColumnElement[bool]:
    columns = SAME.get(table.name)
    if columns is None:
        return sa.false()
    other = table.alias()
    same = (other.c[each].is_not_distinct_from(table.c[each]) for each in columns)
    return sa.select(other.c.id).where(other.c[column.name] == kept.id, *same).exists()


def _named(name: str) -> tuple[sa.Table, sa.Column[Any]]:
    table_name, _, column_name = name.partition(".")
    table = Model.metadata.tables[table_name]
    return table, table.c[column_name]
