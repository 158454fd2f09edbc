"""Bring a database's schema to head, and say where it stands."""

import logging

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from app.settings import ROOT


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    command.upgrade(_config(engine), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    command.downgrade(_config(engine), revision)


def check(engine: sa.Engine) -> None:
    """Raise where models and schema differ."""
    command.check(_config(engine))


def revision_of(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    return (ROOT / "migrations" / "HEAD").read_text().strip()


def _config(engine: sa.Engine) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["engine"] = engine
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return config
