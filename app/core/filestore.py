"""Bytes on disk under keys of ours; written with a transaction, and gone again where it is given up."""

import secrets
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.settings import settings


def path_of(key: str) -> Path:
    """Where a file's bytes lie; keys are ours, never a person's."""
    return settings().data_dir / "files" / key[:2] / key


def keep(db: Session, content: bytes) -> str:
    """Write some bytes; the key under which they lie."""
    key = secrets.token_hex(16)
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    event.listen(db, "after_rollback", lambda _session: path.unlink(missing_ok=True), once=True)
    with path.open("xb") as target:
        target.write(content)
    return key
