"""One page of a list: numbered, counted, in a stable order."""

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


def paginate(db: Session, statement: sa.Select[Any], *, number: int = 1, size: int = 20) -> Page[Any]:
    """The page of rows a statement asks for; a number past the end gives the last page."""
    size = size if size in SIZES else 20
    total = db.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    number = max(1, min(number, FURTHEST, -(-total // size) or 1))
    rows = db.scalars(statement.limit(size).offset((number - 1) * size)).all()
    return Page(list(rows), number, size, total)
