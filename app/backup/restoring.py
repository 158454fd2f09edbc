"""Restoring a backup into an empty installation; the rows are compared with the backup before they count."""

import os
import zipfile
from pathlib import Path

import sqlalchemy as sa

from app.backup import rows
from app.backup.archive import Manifest, check, rows_name
from app.backup.making import FILES
from app.core import db, schema
from app.core.errors import Conflict
from app.settings import settings

NOT_EMPTY = "{} 里已经有内容，恢复不会覆盖它。请指定一个新的数据目录或空数据库（TIDU_DATA_DIR、TIDU_DATABASE_URL）。"


def restore_backup(source: Path) -> Manifest:
    """Read the whole backup, put its rows and files in place, compare, and bring the schema to this program's.

    Raises:
        Conflict: the file is spoilt, comes from a newer program, or the place to restore to is not empty.
    """
    manifest = check(source)
    folder, engine = settings().data_dir, db.engine()
    if any((folder / FILES).rglob("*")):
        raise Conflict(NOT_EMPTY.format(folder / FILES))
    _check_revision(manifest, engine)
    schema.upgrade(engine, manifest.revision)
    with zipfile.ZipFile(source) as archive:
        with engine.begin() as connection:
            _fill(connection, archive, manifest)
        for name in manifest.files:
            _put(folder, name, archive.read(name))
    schema.upgrade(engine)
    return manifest


def _check_revision(manifest: Manifest, engine: sa.Engine) -> None:
    if manifest.revision > schema.head():
        raise Conflict(f"这份备份来自更新的程序（{manifest.version}），请先升级程序再恢复。")
    if schema.revision_of(engine) not in (None, manifest.revision):
        raise Conflict("目标数据库的结构版本与备份不同，请用一个全新的空数据库恢复。")


def _fill(connection: sa.Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
    tables = rows.tables_of(connection)
    held = [table.name for table in tables if connection.scalar(sa.select(sa.literal(1)).select_from(table).limit(1))]
    if held:
        raise Conflict(NOT_EMPTY.format(f"数据库（{'、'.join(held[:3])}）"))
    for table in tables:
        with archive.open(rows_name(table.name)) as lines:
            rows.insert(connection, table, lines)
    rows.set_last_numbers(connection, tables, manifest.last_numbers)
    for table in tables:
        part = manifest.tables[table.name]
        if rows.digest(rows.lines_of(connection, table)) != (part.rows, part.sha256):
            raise Conflict(f"恢复后的“{table.name}”与备份不一致，已全部放弃，目标数据库没有写入任何内容。")


def _put(folder: Path, name: str, content: bytes) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise Conflict(f"备份里的文件名“{name}”指向数据目录之外，已停止。")
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
