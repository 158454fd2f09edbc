"""What people must be told: each source finds what is due; parts of the product above add theirs by `register`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.notices.models import NoticeKind
from app.notices.workdays import Workdays


@dataclass(frozen=True)
class Due:
    """Something to be told. Without `user_ids` it goes to the firm's own people and its commissioners of today."""

    key: str
    kind: NoticeKind
    text: str
    route: str
    parameters: dict[str, Any]
    firm_id: int | None = None
    due_on: date | None = None
    user_ids: tuple[int, ...] = field(default=())


Source = Callable[[Session, date, Workdays], Iterable[Due]]
_SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """A source by its name; the same name again replaces it."""
    _SOURCES[name] = source


def all_due(db: Session, day: date, calendar: Workdays) -> Iterable[Due]:
    """Everything that anybody is to be told on a day."""
    for source in _SOURCES.values():
        yield from source(db, day, calendar)
