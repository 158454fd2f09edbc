"""Bring a database's schema to head, and say where it stands."""

import logging
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.settings import ROOT

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    from alembic import command  # noqa: PLC0415 - only commands migrate

    command.upgrade(_config(engine), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - only commands migrate

    command.downgrade(_config(engine), revision)


def check(engine: sa.Engine) -> None:
    """Raise where models and schema differ."""
    from alembic import command  # noqa: PLC0415 - only commands migrate

    command.check(_config(engine))


def revision_of(engine: sa.Engine) -> str | None:
    """What the migrations left in the database; read without them, for every start asks."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def head() -> str:
    return (ROOT / "migrations" / "HEAD").read_text().strip()


def _config(engine: sa.Engine) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - only commands migrate

    config = Config(ROOT / "alembic.ini")
    config.attributes["engine"] = engine
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return config
