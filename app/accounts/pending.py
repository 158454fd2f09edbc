"""Between the two steps of signing in: a sealed note of whose password was right, good for five minutes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock, keys

PURPOSE = "pending"
GOOD_FOR = timedelta(minutes=5)
PARTS = 3


def make(user: User) -> str:
    text = f"{user.id}.{int(clock.now().timestamp())}.{_state(user)}"
    return f"{text}.{keys.seal(PURPOSE, text)}"


def read(db: Session, note: str) -> User | None:
    """The user whose password was right, unless that was too long ago or the account has changed since."""
    text, _, given = note.rpartition(".")
    if not text or not keys.is_sealed(PURPOSE, text, given) or len(text.split(".")) != PARTS:
        return None
    number, moment, state = text.split(".")
    user = db.get(User, int(number))
    if user is None or user.disabled_at is not None or user.second_factor_at is None or state != _state(user):
        return None
    return user if clock.now() - datetime.fromtimestamp(int(moment), UTC) <= GOOD_FOR else None


def _state(user: User) -> str:
    """Changes with the password and with whatever an administrator changes."""
    since = int(user.password_set_at.timestamp()) if user.password_set_at else 0
    return f"{user.version}-{since}"
