"""Hashing passwords with argon2id; few at a time, because each costs 19 MiB and a processor."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.settings import settings

FLOOR = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
AT_ONCE = BoundedSemaphore(4)


def hasher() -> PasswordHasher:
    # Tests sign in hundreds of times; only they may hash lightly.
    return LIGHT if settings().env == "test" else FLOOR


@cache
def decoy() -> str:
    """A hash to verify against when there is no such user, so that the answer takes as long."""
    return hasher().hash("no such user")


def hashed(password: str) -> str:
    with AT_ONCE:
        return hasher().hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    with AT_ONCE:
        try:
            return hasher().verify(password_hash or decoy(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    return hasher().check_needs_rehash(password_hash)
