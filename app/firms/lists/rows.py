"""The rows of a list of firms: one statement for the page, its numbers, its neighbours and its export alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.firms.access import visible
from app.firms.lists import ladder_column
from app.firms.models import Firm, FormerName
from app.firms.search.address import Search
from app.firms.search.filters import Filter, filter_of, filters
from app.firms.search.text import has_word

TABLE = cast("sa.Table", Firm.__table__)
NAMED = TABLE.alias()
SORT_COLUMNS: dict[str, sa.Column[Any]] = {
    "name": TABLE.c.name,
    "founded": TABLE.c.founded_on,
    "changed": TABLE.c.changed_at,
    "capital": TABLE.c.registered_capital,
}


@dataclass(frozen=True)
class Neighbours:
    """A firm's place in a list: the ids before and after it, its number, and how many there are."""

    before: int | None
    after: int | None
    number: int
    total: int


@dataclass(frozen=True)
class Said:
    """One condition of a list, for people."""

    code: str
    label: str
    value: str


def along() -> tuple[ExecutableOption, ...]:
    """What is loaded with each firm of a list."""
    return joinedload(Firm.unit), joinedload(Firm.park)


def firms_matching(actor: User, search: Search) -> sa.Select[Firm]:
    """The firms of a list, filtered and in its order: exactly what its page shows, its export holds."""
    statement = sa.select(Firm).where(*conditions(actor, search)).order_by(*_order(search))
    return statement.options(*along())


def conditions(actor: User, search: Search) -> list[sa.ColumnElement[bool]]:
    """Everything that narrows a list: first what the actor may see, then what they asked for."""
    words = (_matches(term) for term in search.q.split())
    chosen = (filter_of(code).condition(value) for code, value in search.given)
    return [visible(actor, "firm:list"), *words, *chosen]


def count_by_rung(db: Session, actor: User, search: Search) -> dict[str, int]:
    """How many firms of a list stand on each rung (“none”: on no rung), whichever of them it is narrowed to."""
    listed = sa.select(Firm.id).where(*conditions(actor, search.but(rung=""))).cte("listed")
    height = ladder_column.heights().subquery().c
    placed = sa.select(height.height, sa.func.count()).where(height.firm_id.in_(sa.select(listed.c.id)))
    every = sa.select(sa.literal(0), sa.func.count()).select_from(listed)
    counted = {height: count for height, count in db.execute(placed.group_by(height.height).union_all(every))}  # noqa: C416 - rows are no pairs to mypy
    found = {rung.code: counted.get(rung.height, 0) for rung in ladder_column.rungs()}
    return {**found, ladder_column.NONE: counted[0] - sum(found.values())}


def neighbours(db: Session, actor: User, search: Search, firm: Firm) -> Neighbours | None:
    """Where a firm stands in a list; None when the list does not hold it (any more)."""
    listed = sa.select(Firm.id).where(*conditions(actor, search))
    before, after = listed.where(_stands_before(search, firm)), listed.where(_stands_after(search, firm))
    row = db.execute(
        sa.select(
            listed.where(Firm.id == firm.id).exists().label("held"),
            before.order_by(*_order(search, backwards=True)).limit(1).scalar_subquery().label("before"),
            after.order_by(*_order(search)).limit(1).scalar_subquery().label("after"),
            _count(before).label("earlier"),
            _count(listed).label("total"),
        )
    ).one()
    return Neighbours(row.before, row.after, row.earlier + 1, row.total) if row.held else None


def offers(db: Session, actor: User) -> dict[str, list[tuple[str, str]]]:
    """Filter → what it offers as (value, label), all asked for in one statement."""
    found: dict[str, list[tuple[str, str]]] = {each.code: list(each.options()) for each in filters()}
    asked = [each for each in filters() if each.offers]
    rows = db.execute(sa.union_all(*(_offered(each, actor) for each in asked))).all()
    for each in asked:
        found[each.code] += _labelled(each, [row for row in rows if row.code == each.code])
    return found


def said(search: Search, offered: dict[str, list[tuple[str, str]]]) -> list[Said]:
    """What a list is narrowed to, in words; what is no longer offered is shown as the address has it."""
    labels = {each.code: each.label for each in filters()}
    words = [Said("q", "搜索", f"“{search.q}”")] if search.q else []
    known = ((code, dict(offered[code]).get(value, value).strip()) for code, value in search.given)
    return words + [Said(code, labels[code], value) for code, value in known]


def _offered(each: Filter, actor: User) -> sa.Select[Any]:
    assert each.offers
    given = each.offers.rows(actor).subquery()
    value, label, rank = given.c
    return sa.select(
        sa.literal(each.code).label("code"), value.label("value"), label.label("label"), rank.label("rank")
    )


def _labelled(each: Filter, rows: Sequence[sa.Row[Any]]) -> list[tuple[str, str]]:
    assert each.offers
    ordered = sorted(rows, key=lambda row: row.rank)
    depth = (lambda path: max(0, path.count("/") - 2)) if each.offers.indented else (lambda _: 0)
    return [*each.offers.fixed, *((row.value, "　" * depth(row.rank) + row.label) for row in ordered)]


def _matches(term: str) -> sa.ColumnElement[bool]:
    """The condition that a firm is found by a word: in what it is called now or was called formerly, or its code."""
    formerly = sa.select(FormerName.firm_id).where(has_word(FormerName.search_text, term))
    found = sa.select(sa.func.coalesce(NAMED.c.merged_into_id, NAMED.c.id)).where(has_word(NAMED.c.search_text, term))
    return Firm.id.in_(found.union_all(formerly))


def _order(search: Search, *, backwards: bool = False) -> tuple[sa.ColumnElement[Any], ...]:
    column = SORT_COLUMNS[search.sort]
    rising = (search.order == "asc") is not backwards
    directed = column.asc() if rising else column.desc()
    # Both databases are told where the blanks go, and the id settles every tie, so that no page repeats a row.
    if column.nullable:
        directed = directed.nulls_first() if backwards else directed.nulls_last()
    return (directed, Firm.id.asc() if backwards else Firm.id.desc())


def _stands_before(search: Search, firm: Firm) -> sa.ColumnElement[bool]:
    """The condition on a row that it comes earlier in the list than a firm."""
    column = SORT_COLUMNS[search.sort]
    value = getattr(firm, column.key)
    if value is None:
        return column.is_not(None) | (column.is_(None) & (Firm.id > firm.id))
    earlier: sa.ColumnElement[bool] = column < value if search.order == "asc" else column > value
    return sa.or_(earlier, (column == value) & (Firm.id > firm.id))


def _stands_after(search: Search, firm: Firm) -> sa.ColumnElement[bool]:
    column = SORT_COLUMNS[search.sort]
    value = getattr(firm, column.key)
    if value is None:
        return column.is_(None) & (Firm.id < firm.id)
    later: sa.ColumnElement[bool] = column > value if search.order == "asc" else column < value
    return sa.or_(later, column.is_(None), (column == value) & (Firm.id < firm.id))


def _count(rows: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(rows.subquery()).scalar_subquery()
