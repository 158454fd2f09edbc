"""The register as a file: the firms of a list, in its order and columns, with what an import needs to find them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.exports.listing import Column, Drawn, Shape, Value, register
from app.firms.lists import columns, rows
from app.firms.models import Firm
from app.firms.search.address import Search

AT_ONCE = 500
WHO = (Column("统一社会信用代码", width=22), Column("企业名称", width=36))
# A list of the usual columns goes out whole, so that it can be imported again.
WHOLE = columns.PLACES[1 : columns.PLACES.index("changed") + 1]
SHAPES: dict[str, Shape] = {"money": "wan", "day": "day", "count": "number"}
WIDTHS = {"name": 36, "credit_code": 22, "industry": 24, "address": 36}


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The firms that a list's address shows this person, in the columns that it shows."""
    search = Search.read_address(query)
    shown = _shown(search)
    ids = list(db.scalars(rows.firms_matching(actor, search).with_only_columns(Firm.id)))
    return Drawn([_heading(column) for column in shown], in_words(db, actor, search), len(ids), _rows(db, ids, shown))


def in_words(db: Session, actor: User, search: Search) -> str:
    """What a list is narrowed to, for people: “搜索“风电”；状态“在营””."""
    conditions = rows.said(search, rows.offers(db, actor))
    return "；".join(f"{each.label}“{each.value.strip('“”')}”" for each in conditions)


def draw_entries(
    db: Session,
    actor: User,
    query: str,
    wanted: sa.Select[Any],
    *,
    heading: Sequence[Column],
    lines: Callable[[Sequence[Any]], Iterable[tuple[Value, ...]]],
) -> Drawn:
    """What the firms of a list hold of one thing, firm after firm, each in the order of `wanted`.

    `lines` writes the entries of one firm; the code and the name of the firm go before them.
    """
    search = Search.read_address(query)
    entry = wanted.column_descriptions[0]["entity"]
    matching = rows.firms_matching(actor, search)
    holders = matching.where(Firm.id.in_(wanted.with_only_columns(entry.firm_id).order_by(None)))
    ids = list(db.scalars(holders.with_only_columns(Firm.id)))
    listed = matching.with_only_columns(Firm.id).order_by(None)
    held = wanted.with_only_columns(sa.func.count()).where(entry.firm_id.in_(listed)).order_by(None)
    count = db.scalar(held) or 0
    return Drawn((*WHO, *heading), in_words(db, actor, search), count, _entries(db, ids, wanted, entry, lines))


def _entries(
    db: Session,
    ids: Sequence[int],
    wanted: sa.Select[Any],
    entry: Any,
    lines: Callable[[Sequence[Any]], Iterable[tuple[Value, ...]]],
) -> Iterator[tuple[Value, ...]]:
    for firms in in_portions(db, ids):
        held: dict[int, list[Any]] = {firm.id: [] for firm in firms}
        for each in db.scalars(wanted.where(entry.firm_id.in_(held))):
            held[each.firm_id].append(each)
        for firm in firms:
            yield from ((firm.credit_code, firm.name, *line) for line in lines(held[firm.id]))


def _shown(search: Search) -> list[columns.Column]:
    """The name and the code, then the columns of the list."""
    chosen = {"credit_code", *(search.columns or WHOLE)}
    return columns.columns_of(search.showing(sorted(chosen)))


def _heading(column: columns.Column) -> Column:
    return Column(column.label, SHAPES.get(column.kind, "text"), WIDTHS.get(column.code, 16))


def in_portions(db: Session, ids: Sequence[int]) -> Iterator[list[Firm]]:
    """The firms under some numbers, in their order, a few hundred at a time."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        wanted = sa.select(Firm).where(Firm.id.in_(some)).options(joinedload(Firm.unit), joinedload(Firm.park))
        found = {firm.id: firm for firm in db.scalars(wanted)}
        yield [found[number] for number in some if number in found]


def _rows(db: Session, ids: Sequence[int], shown: Sequence[columns.Column]) -> Iterator[tuple[Value, ...]]:
    for firms in in_portions(db, ids):
        cells = columns.cells(db, firms, shown)
        for firm in firms:
            yield tuple(_written(column, cells[firm.id][column.code]) for column in shown)


def _written(column: columns.Column, value: columns.Value) -> Value:
    if column.kind == "money" and isinstance(value, Decimal):
        return in_wan(value)
    return None if value is None and column.blank == "—" else value if value is not None else column.blank


def in_wan(yuan: Decimal | None) -> Decimal | None:
    """元 → 万元, exactly."""
    return None if yuan is None else yuan / 10_000


FIRMS = register("firms", "企业名录", permission="firm:list", draw=draw, of_firms=True)
