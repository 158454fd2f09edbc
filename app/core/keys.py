"""The installation's master key, and the purpose-bound keys derived from it."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from app.settings import settings

KEY_BYTES = 32


@cache
def key_for(purpose: str) -> bytes:
    """A 256-bit key for one purpose (session, audit, …), derived from the master key."""
    return hmac.new(_master(settings().keys), purpose.encode(), hashlib.sha256).digest()


def seal(purpose: str, text: str) -> str:
    """The MAC over a text that leaves the server and must come back unchanged."""
    return hmac.new(key_for(purpose), text.encode(), hashlib.sha256).hexdigest()


def is_sealed(purpose: str, text: str, given: str) -> bool:
    return hmac.compare_digest(given.encode(), seal(purpose, text).encode())


def _master(path: Path) -> bytes:
    if not path.exists():
        _create(path)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (ValueError, OSError) as error:
        raise RuntimeError(f"密钥文件 {path} 无法读取或已损坏，请从备份恢复后再启动。") from error
    if len(key) < KEY_BYTES:
        raise RuntimeError(f"密钥文件 {path} 过短，请从备份恢复后再启动。")
    return key


def _create(path: Path) -> None:
    """Make the key file whole or not at all: of several processes starting at once, one wins and all read its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
