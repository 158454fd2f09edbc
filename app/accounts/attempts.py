"""Slowing down guessing: how many failed tries an account, an address and everybody together may have."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from app.core import clock
from app.core.db import lock


@dataclass(frozen=True)
class Limit:
    most: int
    within: timedelta


# Nothing is ever closed for good: a try counts only while it is young. With these two figures, ten failures
# in a row leave an account closed for 15 minutes first and for 30 at the most.
PER_ACCOUNT = (Limit(5, timedelta(minutes=15)), Limit(10, timedelta(minutes=45)))
PER_ADDRESS = (Limit(20, timedelta(minutes=5)),)
ALTOGETHER = (Limit(1000, timedelta(minutes=5)),)
KEPT_FOR = timedelta(days=30)


class Refusal(Enum):
    ACCOUNT = auto()
    CROWD = auto()


def reserve(db: Session, username: str, address: str, device: str = "") -> Attempt | Refusal:
    """Count a try before the password is looked at, so that tries sent at once cannot slip past the limits.

    `device` is the code of a device known to belong to this user: it has a budget of its own, and neither
    what others try nor where it stands closes it.
    """
    lock(db, "attempt")
    refusal = _refusal(db, username, address, device)
    if refusal is not None:
        return refusal
    attempt = Attempt(username=username, address=address, device=device, at=clock.now(), succeeded=False)
    db.add(attempt)
    db.flush()
    return attempt


def succeed(db: Session, attempt_id: int) -> None:
    """The try turned out right: it does not count against anybody; tries of long ago are forgotten."""
    db.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(succeeded=True))
    db.execute(sa.delete(Attempt).where(Attempt.at < clock.now() - KEPT_FOR))


def _refusal(db: Session, username: str, address: str, device: str) -> Refusal | None:
    same_account = (Attempt.username == username, Attempt.device == device)
    if _is_exceeded(db, PER_ACCOUNT, *same_account):
        return Refusal.ACCOUNT
    if device:
        return None
    crowded = _is_exceeded(db, PER_ADDRESS, Attempt.address == address) or _is_exceeded(db, ALTOGETHER)
    return Refusal.CROWD if crowded else None


def _is_exceeded(db: Session, limits: tuple[Limit, ...], *conditions: sa.ColumnElement[bool]) -> bool:
    return any(_failures(db, limit, *conditions) >= limit.most for limit in limits)


def _failures(db: Session, limit: Limit, *conditions: sa.ColumnElement[bool]) -> int:
    young = Attempt.at > clock.now() - limit.within
    statement = sa.select(sa.func.count()).select_from(Attempt)
    return db.scalar(statement.where(young, Attempt.succeeded.is_(False), *conditions)) or 0
