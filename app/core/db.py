"""Engine, sessions and the declarative base; the only place where a transaction begins or ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.core.choices import Choice
from app.settings import settings

# Seconds for a connection, and milliseconds for a lock, before somebody is told that the database is busy.
POOL_WAIT = 2
LOCK_WAIT = 4000
BUSY_WAIT = 5000
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(sa.types.TypeDecorator[datetime]):
    """A UTC moment: aware in Python, naive UTC in the database, the same on both engines."""

    impl = sa.DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value else None


class Exact(sa.types.TypeDecorator[Decimal]):
    """An exact number with six decimals, kept as an integer because SQLite has no exact decimal."""

    impl = sa.BigInteger
    cache_ok = True
    SCALE = Decimal(10) ** 6

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:  # noqa: ARG002
        return None if value is None else int((value * self.SCALE).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:  # noqa: ARG002
        return None if value is None else (Decimal(value) / self.SCALE).normalize() + 0


class Code(sa.types.TypeDecorator[Choice]):
    """A Choice, kept by its code in a plain string so that adding a member needs no migration."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__(32)
        self.choices = choices

    def process_bind_param(self, value: Choice | None, dialect: Any) -> str | None:  # noqa: ARG002
        return value.code if value else None

    def process_result_value(self, value: str | None, dialect: Any) -> Choice | None:  # noqa: ARG002
        return self.choices.of(value) if value is not None else None


class Model(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain dict
        datetime: Moment,
        Decimal: Exact,
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
    }

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def make_engine(url: str) -> sa.Engine:
    """An engine with the durable, strict settings of its database (docs/operating.md, "Databases")."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        hide_parameters=True,  # what people typed must not reach the log with a statement that failed
        pool_size=settings().pool_size,
        max_overflow=5,
        pool_timeout=POOL_WAIT,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"options": f"-c statement_timeout=10000 -c lock_timeout={LOCK_WAIT} -c timezone=UTC"},
    )


def _sqlite_engine(url: str) -> sa.Engine:
    path = sa.make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    pool = {"pool_size": settings().pool_size, "max_overflow": 5, "pool_timeout": POOL_WAIT}
    engine = sa.create_engine(url, hide_parameters=True, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling loses updates silently, so we begin transactions ourselves.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another writer was faster,
    # whatever the busy timeout; taking the write lock at the start lets writers queue instead.
    options = connection.get_execution_options()
    read_only = options.get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql(f"PRAGMA busy_timeout={options.get('lock_wait', BUSY_WAIT)}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@cache
def engine() -> sa.Engine:
    return make_engine(settings().url)


@contextmanager
def writing(*, lock_wait: int = BUSY_WAIT) -> Iterator[Session]:
    """A transaction that commits when the block ends and rolls back when it raises.

    `lock_wait` is how many milliseconds it waits for SQLite's one writer before it raises OperationalError.
    """
    with Session(engine().execution_options(lock_wait=lock_wait), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction in which the database itself refuses writes."""
    options = {"read_only": True, "postgresql_readonly": True}
    with Session(engine().execution_options(**options), expire_on_commit=False) as session:
        yield session


def is_reading(db: Session) -> bool:
    """Whether nothing can change while a session lasts, so that what it read once need not be read again."""
    return bool(db.get_bind().get_execution_options().get("read_only"))


def lock(db: Session, name: str) -> None:
    """Serialise writers of one thing until the transaction ends; SQLite's single writer needs nothing."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
