"""The rows of a database as lines of JSON, table by table, the same from either database."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

AT_ONCE = 1000
REVISION_TABLE = "alembic_version"
# The ids a firm ever had are never given again, not even after a restore.
LAST_NUMBERS = {
    "sqlite": "SELECT name, seq FROM sqlite_sequence",
    "postgresql": "SELECT replace(sequencename, '_id_seq', ''), last_value FROM pg_sequences "
    "WHERE schemaname = current_schema() AND last_value IS NOT NULL",
}
READERS: dict[type[Any], Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    bytes: base64.b64decode,
}


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """The tables as they are in the database, those that are referred to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type = sa.JSON(none_as_null=True)
    return [table for table in metadata.sorted_tables if table.name != REVISION_TABLE]


def lines_of(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    """Every row as one line, in the order of the primary key."""
    everything = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(everything, execution_options={"yield_per": AT_ONCE}):
        whole = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row's columns
        yield json.dumps(whole, ensure_ascii=False, sort_keys=True, default=_plain).encode() + b"\n"


def digest(lines: Iterable[bytes]) -> tuple[int, str]:
    """How many lines there are, and the SHA-256 over them."""
    count, sum_ = 0, hashlib.sha256()
    for line in lines:
        count += 1
        sum_.update(line)
    return count, sum_.hexdigest()


def insert(connection: sa.Connection, table: sa.Table, lines: Iterable[bytes]) -> None:
    """Write rows as they were; a row may refer to one of its own table that comes later."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    referring: list[dict[str, Any]] = []
    remaining = iter(lines)
    while some := [_row(table, line) for line in islice(remaining, AT_ONCE)]:
        referring += [{f"_{name}": row[name] for name in ("id", *own)} for row in some if any(row[n] for n in own)]
        connection.execute(sa.insert(table), [{**row, **dict.fromkeys(own)} for row in some])
    if referring:
        change = sa.update(table).where(table.c.id == sa.bindparam("_id"))
        connection.execute(change.values({name: sa.bindparam(f"_{name}") for name in own}), referring)


def last_numbers(connection: sa.Connection) -> dict[str, int]:
    """Table → the last number it gave out, where the database remembers that."""
    tables = sa.inspect(connection).get_table_names()
    if connection.dialect.name == "sqlite" and not _has_sequences(connection):
        return {}
    found = connection.execute(sa.text(LAST_NUMBERS[connection.dialect.name]))
    return {name: number for name, number in found if name in tables}


def set_last_numbers(connection: sa.Connection, tables: Iterable[sa.Table], numbers: dict[str, int]) -> None:
    """Let each table go on counting where it had stopped."""
    for table in tables:
        highest = connection.scalar(sa.select(sa.func.max(table.primary_key.columns[0])))
        last = max(numbers.get(table.name, 0), highest if isinstance(highest, int) else 0)
        if last:
            _count_on(connection, table, last)


def _count_on(connection: sa.Connection, table: sa.Table, last: int) -> None:
    if connection.dialect.name == "postgresql":
        sequence = (
            connection.scalar(sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")) if "id" in table.c else None
        )
        if sequence:
            connection.execute(sa.select(sa.func.setval(sequence, last)))
    elif _has_sequences(connection):
        change = sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name")
        connection.execute(change, {"last": last, "name": table.name})


def _has_sequences(connection: sa.Connection) -> bool:
    return bool(connection.scalar(sa.text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")))


def _row(table: sa.Table, line: bytes) -> dict[str, Any]:
    return {name: _read(table.columns[name], value) for name, value in json.loads(line).items()}


def _read(column: sa.Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, sa.JSON):
        return value
    return READERS.get(column.type.python_type, lambda same: same)(value)


def _plain(value: Any) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} is not kept in any column of ours")
