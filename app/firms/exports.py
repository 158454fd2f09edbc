"""The register as a file: the firms of a list, in its order and columns, with what an import needs to find them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.exports.listing import Column, Drawn, Shape, Value, register
from app.firms.lists import columns, rows
from app.firms.models import Firm
from app.firms.search.address import Search

AT_ONCE = 500
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


FIRMS = register("firms", "企业名录", permission="firm:list", draw=draw)
