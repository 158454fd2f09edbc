"""One page of a list: numbered, counted, in a stable order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

SIZES = (10, 20, 50, 100)
FURTHEST = 100_000

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: list[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)


def page_asked(given: Mapping[str, str]) -> tuple[int, int]:
    """(number, size) of the page that an address asks for; anything else than numbers counts as not given."""
    number, size = (given.get(name, "") for name in ("page", "size"))
    return int(number) if _is_small(number) else 1, int(size) if _is_small(size) else 20


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(FURTHEST))


def paginate(
    db: Session,
    statement: sa.Select[Any],
    *,
    number: int = 1,
    size: int = 20,
    total: int | None = None,
    along: Sequence[ExecutableOption] | None = None,
) -> Page[Any]:
    """The page of rows a statement asks for; a number past the end gives the last page.

    `total` spares the counting where the rows were counted already. Lists that may be very long say what is loaded
    `along` with each row, and are looked up as by `stretch`.
    """
    size = size if size in SIZES else 20
    if total is None:
        total = count(db, statement)
    number = max(1, min(number, FURTHEST, -(-total // size) or 1))
    first = (number - 1) * size
    if along is not None:
        return Page(stretch(db, statement, first=first, most=size, along=along), number, size, total)
    return Page(list(db.scalars(statement.limit(size).offset(first))), number, size, total)


def page_of(db: Session, statement: sa.Select[Any], *, total: int, number: int = 1, size: int = 20) -> Page[Any]:
    """The page of a statement that asks for several columns; `total` was counted already."""
    size = size if size in SIZES else 20
    number = max(1, min(number, FURTHEST, -(-total // size) or 1))
    return Page(list(db.execute(statement.limit(size).offset((number - 1) * size))), number, size, total)


def stretch(
    db: Session, statement: sa.Select[Any], *, first: int = 0, most: int, along: Sequence[ExecutableOption] = ()
) -> list[Any]:
    """Some rows of a long list, in its order.

    Looked up by number first: the rows that are skipped or sorted are then read from an index, not from the table.
    """
    entity = statement.column_descriptions[0]["entity"]
    ids = db.scalars(_numbers(statement).limit(most).offset(first)).all()
    wanted = sa.select(entity).where(entity.id.in_(ids)).options(*along)
    found = {row.id: row for row in db.scalars(wanted)} if ids else {}
    return [found[each] for each in ids if each in found]


def slice_of(rows: Sequence[T], *, number: int = 1, size: int = 20) -> Page[T]:
    """The page of rows that are all at hand."""
    size = size if size in SIZES else 20
    number = max(1, min(number, FURTHEST, -(-len(rows) // size) or 1))
    return Page(list(rows[(number - 1) * size : number * size]), number, size, len(rows))


def count(db: Session, statement: sa.Select[Any]) -> int:
    """How many rows a statement asks for."""
    return counts(db, [statement])[0]


def counts(db: Session, statements: Iterable[sa.Select[Any]]) -> list[int]:
    """How many rows each of some statements asks for, all in one."""
    each = (sa.select(sa.func.count()).select_from(_numbers(one.order_by(None)).subquery()) for one in statements)
    return list(db.execute(sa.select(*(one.scalar_subquery() for one in each))).one())


def counts_of(db: Session, statements: Mapping[K, sa.Select[Any]]) -> dict[K, int]:
    """How many rows each of some named statements asks for, all in one."""
    return dict(zip(statements, counts(db, statements.values()), strict=True))


def _numbers(statement: sa.Select[Any]) -> sa.Select[Any]:
    """The same rows, of which only the numbers are read."""
    entity = statement.column_descriptions[0]["entity"]
    return statement.with_only_columns(entity.id, maintain_column_froms=True)
