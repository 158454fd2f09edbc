"""Making a backup while the site goes on working: one snapshot of the database, then the uploaded files."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from app.accounts import anchors
from app.backup import rows
from app.backup.archive import Manifest, Part, rows_name, write_manifest, written_whole
from app.core import clock, db, schema
from app.core.errors import Conflict
from app.settings import VERSION, settings

FILES = "files"


def make_backup(target: Path) -> Manifest:
    """Write rows, uploaded files and audit anchors to a new file; nothing stays under its name if that fails.

    Raises:
        Conflict: there is such a file already, or the database is not at the program's schema.
        OSError: it could not be written (no room, no right).
    """
    if target.exists():
        raise Conflict(f"{target} 已经存在，备份不会覆盖它。请换一个文件名。")
    revision = schema.revision_of(db.engine())
    if revision != schema.head():
        raise Conflict("数据库结构不是当前版本，请先运行 bin/tidu migrate 再备份。")
    target.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(target) as archive:
        manifest = _write_database(archive, revision)
        manifest.files = {name: _copy(archive, path, name) for name, path in _files()}
        write_manifest(archive, manifest)
    return manifest


def _write_database(archive: zipfile.ZipFile, revision: str) -> Manifest:
    with _snapshot() as connection:
        return Manifest(
            version=VERSION,
            made_at=clock.now().isoformat(),
            revision=revision,
            database=connection.dialect.name,
            audit=_end_of_trail(connection),
            tables={table.name: _write(archive, connection, table) for table in rows.tables_of(connection)},
            files={},
            last_numbers=rows.last_numbers(connection),
        )


def _snapshot() -> sa.Connection:
    """A connection that sees the database as it is at its first question, however long it reads."""
    engine = db.engine().execution_options(read_only=True, postgresql_readonly=True)
    if engine.dialect.name != "postgresql":
        return engine.connect()
    connection = engine.execution_options(isolation_level="REPEATABLE READ").connect()
    connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
    return connection


def _write(archive: zipfile.ZipFile, connection: sa.Connection, table: sa.Table) -> Part:
    with archive.open(rows_name(table.name), "w", force_zip64=True) as member:

        def copied() -> Iterator[bytes]:
            for line in rows.lines_of(connection, table):
                member.write(line)
                yield line

        count, sha256 = rows.digest(copied())
    return Part(rows=count, sha256=sha256)


def _end_of_trail(connection: sa.Connection) -> str:
    last = connection.execute(sa.text("SELECT id, mac FROM event ORDER BY id DESC LIMIT 1")).first()
    return f"{last.id} {last.mac}" if last else ""


def _files() -> Iterator[tuple[str, Path]]:
    """Name in the backup → path, for uploaded files and the audit anchors."""
    folder = settings().data_dir
    found = sorted(path for path in (folder / FILES).rglob("*") if path.is_file())
    if anchors.file().exists():
        found.append(anchors.file())
    return ((path.relative_to(folder).as_posix(), path) for path in found)


def _copy(archive: zipfile.ZipFile, path: Path, name: str) -> Part:
    content = path.read_bytes()
    archive.writestr(name, content)
    return Part(rows=0, sha256=hashlib.sha256(content).hexdigest())
