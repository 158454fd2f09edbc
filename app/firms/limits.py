"""What stands against a 派驻: the register of commissioners stands above firms and says so here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import User


@dataclass(frozen=True)
class Limits:
    """Firm → why this person must not look after it; and the days of their term, where they have one."""

    refused: Mapping[int, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None


Source = Callable[[Session, User], Limits]
_sources: list[Source] = []


def register(source: Source) -> None:
    """The one source of limits; again changes nothing."""
    _sources[:] = [source]


def limits_of(db: Session, user: User) -> Limits:
    assert _sources, "nobody registered the limits: somebody could be sent where they must not go"
    return _sources[0](db, user)
