"""The installation's master key, and the purpose-bound keys derived from it."""

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from app.settings import settings


@cache
def key_for(purpose: str) -> bytes:
    """A 256-bit key for one purpose (session, audit, …), derived from the master key."""
    return hmac.new(_master(settings().keys), purpose.encode(), hashlib.sha256).digest()


def _master(path: Path) -> bytes:
    if not path.exists():
        _create(path)
    return bytes.fromhex(path.read_text().strip())


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
