"""What a database holds, to be compared with what another one does."""

from app.backup import rows
from app.core import db as database


def contents() -> dict[str, tuple[int, str]]:
    """Table → how many rows, and a digest of every value in them."""
    with database.engine().connect() as connection:
        return {table.name: rows.digest(rows.lines_of(connection, table)) for table in rows.tables_of(connection)}
