"""Writing many rows at once, by the quickest way a database has."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


def append(db: Session, table: sa.FromClause, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a table, each with a plain value of the driver for every column, in this order."""
    connection = db.connection()
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in columns)
    into = f"{preparer.quote(str(table))} ({names})"
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    every = [tuple(row) for row in rows]
    if every:
        marks = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", every)  # noqa: S608 - names of our own
