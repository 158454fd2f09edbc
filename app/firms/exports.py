"""The register as a file: the firms of a list, in its order, with what an import needs to find them again."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Unit, User
from app.exports.listing import Column, Drawn, Value, register
from app.firms import ladder_column, queries
from app.firms.models import Firm, FirmState
from app.firms.search import Search

AT_ONCE = 500
COLUMNS = (
    Column("企业名称", width=36),
    Column("统一社会信用代码", width=22),
    Column("状态", width=12),
    Column("梯度"),
    Column("责任单位"),
    Column("园区"),
    Column("行业", width=24),
    Column("成立日期", "day", 12),
    Column("注册资本（万元）", "wan", 18),
    Column("科技专员"),
    Column("资料更新", "moment", 18),
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The firms that a list's address shows this person."""
    search = Search.read_address(query)
    ids = list(db.scalars(queries.firms_matching(actor, search).with_only_columns(Firm.id)))
    return Drawn(COLUMNS, in_words(db, search), len(ids), _rows(db, ids))


def in_words(db: Session, search: Search) -> str:
    """What a list is narrowed to, for people: “搜索“风电”；状态“在营””."""
    units = (("责任单位", search.unit), ("园区", search.park))
    said = [
        ("搜索", search.q),
        *((label, str(db.get(Unit, number) or "（已撤销）")) for label, number in units if number),
        ("行业", search.industry),
        ("状态", search.state and FirmState.of(search.state).label),
        ("梯度", dict(ladder_column.rung_options()).get(search.rung, "")),
    ]
    return "；".join(f"{label}“{value}”" for label, value in said if value)


def in_portions(db: Session, ids: Sequence[int]) -> Iterator[list[Firm]]:
    """The firms under some numbers, in their order, a few hundred at a time."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        wanted = sa.select(Firm).where(Firm.id.in_(some)).options(joinedload(Firm.unit), joinedload(Firm.park))
        found = {firm.id: firm for firm in db.scalars(wanted)}
        yield [found[number] for number in some if number in found]


def _rows(db: Session, ids: Sequence[int]) -> Iterator[tuple[Value, ...]]:
    for firms in in_portions(db, ids):
        rungs, commissioners = queries.rungs_of(db, firms), queries.commissioners_of(db, firms)
        for firm in firms:
            looked_after = "、".join(user.name for user in commissioners.get(firm.id, []))
            yield (
                firm.name,
                firm.credit_code,
                firm.state.label,
                rungs.get(firm.id, "未入梯度"),
                firm.unit.name if firm.unit else None,
                firm.park.name if firm.park else None,
                firm.industry,
                firm.founded_on,
                in_wan(firm.registered_capital),
                looked_after,
                firm.changed_at,
            )


def in_wan(yuan: Decimal | None) -> Decimal | None:
    """元 → 万元, exactly."""
    return None if yuan is None else yuan / 10_000


FIRMS = register("firms", "企业名录", permission="firm:list", draw=draw)
