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


def conceal(purpose: str, secret: bytes, *, bound_to: str) -> str:
    """A secret of up to 32 bytes as it may be stored: encrypted and sealed, of use in its own row alone.

    The stream is HMAC over a random nonce, which is as good as a cipher for a single block.
    """
    assert len(secret) <= KEY_BYTES
    nonce = secrets.token_hex(16)
    text = f"1.{nonce}.{_mixed(purpose, nonce, secret).hex()}"
    return f"{text}.{seal(purpose, f'{bound_to} {text}')}"


def reveal(purpose: str, stored: str, *, bound_to: str) -> bytes:
    """The secret behind `conceal`; empty where it was tampered with or belongs to another row."""
    text, _, given = stored.rpartition(".")
    if not text or not is_sealed(purpose, f"{bound_to} {text}", given):
        return b""
    _, nonce, mixed = text.split(".")
    return _mixed(purpose, nonce, bytes.fromhex(mixed))


def _mixed(purpose: str, nonce: str, content: bytes) -> bytes:
    stream = hmac.new(key_for(f"{purpose} cipher"), nonce.encode(), hashlib.sha256).digest()
    return bytes(one ^ other for one, other in zip(content, stream, strict=False))


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
