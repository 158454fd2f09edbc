"""Passwords: hashed with argon2id, a few at a time because each costs 19 MiB and a processor; and their age."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.models import User
from app.core import clock
from app.core.errors import Throttled
from app.settings import settings

FLOOR = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
AT_ONCE = BoundedSemaphore(4)
LONGEST_WAIT = 10.0
OLDEST = timedelta(days=90)
WARNING = timedelta(days=14)


def hasher() -> PasswordHasher:
    # Tests sign in hundreds of times; only they may hash lightly.
    return LIGHT if settings().env == "test" else FLOOR


@cache
def decoy() -> str:
    """A hash to verify against when there is no such user, so that the answer takes as long."""
    return hasher().hash("no such user")


def hashed(password: str) -> str:
    with _turn():
        return hasher().hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    with _turn():
        try:
            return hasher().verify(password_hash or decoy(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    return hasher().check_needs_rehash(password_hash)


def change_is_due(user: User) -> bool:
    """Whether the user must set a new password before anything else: a first one, or one that has grown too old."""
    days = days_left(user)
    return user.must_change or (days is not None and days < 0)


def days_left(user: User) -> int | None:
    """Whole days until the password expires, negative once it has; None where passwords do not expire."""
    if settings().password_profile == "nist" or user.password_set_at is None:  # noqa: S105 - a rule's name
        return None
    return (user.password_set_at + OLDEST - clock.now()).days


def expiry_warning(user: User) -> str:
    """The sentence for somebody whose password expires soon; empty for everybody else."""
    days = days_left(user)
    return f"您的密码将在 {days} 天后到期，请尽快修改。" if days is not None and 0 <= days <= WARNING.days else ""


@contextmanager
def _turn() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=LONGEST_WAIT):
        raise Throttled("同时登录的人较多，请过一分钟再试。")
    try:
        yield
    finally:
        AT_ONCE.release()
