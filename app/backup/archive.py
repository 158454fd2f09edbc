"""The file of a backup: a zip of rows and uploaded files with a manifest, written whole or not at all."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel

from app.core.errors import Conflict

FORMAT = 1
MANIFEST = "manifest.json"
SPOILT = "备份文件 {} 不完整或已损坏，不能用来恢复。请换一份备份。"


class Part(BaseModel):
    """A member of the zip: the number of its lines (0 for a file), and the SHA-256 of its bytes."""

    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds; `audit` is the number and MAC of the last event of the trail."""

    format: int = FORMAT
    version: str
    made_at: str
    revision: str
    database: str
    audit: str
    tables: dict[str, Part]
    files: dict[str, Part]
    last_numbers: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables.values())


@contextmanager
def written_whole(target: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that gets its name once it is complete, on disk and readable; otherwise nothing is left of it."""
    draft = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        check(draft)
        draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def check(path: Path) -> Manifest:
    """Read every byte of a backup and compare it with the manifest.

    Raises:
        Conflict: it is no backup, or not what was written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            parts = {**{rows_name(table): part for table, part in manifest.tables.items()}, **manifest.files}
            whole = all(_sha256(archive, name) == part.sha256 for name, part in parts.items())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise Conflict(SPOILT.format(path)) from error
    if not whole:
        raise Conflict(SPOILT.format(path))
    if manifest.format != FORMAT:
        raise Conflict(f"备份文件 {path} 是用另一版本的格式写的，请用写它的那一版程序恢复。")
    return manifest


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    text = json.dumps(manifest.model_dump(), ensure_ascii=False, indent=1, sort_keys=True)
    archive.writestr(MANIFEST, text)


def rows_name(table: str) -> str:
    return f"rows/{table}.jsonl"


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as member:
        return hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
