"""One page of a list: numbered, counted, in a stable order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

SIZES = (10, 20, 50, 100)
FURTHEST = 100_000

T = TypeVar("T")


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
    db: Session, statement: sa.Select[Any], *, number: int = 1, size: int = 20, total: int | None = None
) -> Page[Any]:
    """The page of rows a statement asks for; a number past the end gives the last page.

    `total` spares the counting where the rows were counted already.
    """
    size = size if size in SIZES else 20
    if total is None:
        total = count(db, statement)
    number = max(1, min(number, FURTHEST, -(-total // size) or 1))
    rows = db.scalars(statement.limit(size).offset((number - 1) * size)).all()
    return Page(list(rows), number, size, total)


def slice_of(rows: Sequence[T], *, number: int = 1, size: int = 20) -> Page[T]:
    """The page of rows that are all at hand."""
    size = size if size in SIZES else 20
    number = max(1, min(number, FURTHEST, -(-len(rows) // size) or 1))
    return Page(list(rows[(number - 1) * size : number * size]), number, size, len(rows))


def count(db: Session, statement: sa.Select[Any]) -> int:
    """How many rows a statement asks for."""
    return db.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
