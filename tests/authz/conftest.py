"""One world for the whole matrix: making it costs more than asking a hundred questions."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core import db as database
from tests.authz.samples import furnish
from tests.authz.world import World, disable, make_world
from tests.databases import SqliteTemplate

# Time stands still: nobody's session grows old however long the matrix takes.
MOMENT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture(scope="package")
def matrix_engine(sqlite_template: SqliteTemplate) -> Iterator[sa.Engine]:
    with sqlite_template.copy() as engine:
        yield engine


@pytest.fixture(scope="package")
def furnished(matrix_engine: sa.Engine) -> World:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "engine", lambda: matrix_engine)
        patch.setattr(clock, "now", lambda: MOMENT)
        world = make_world()
        furnish(world)
        disable(matrix_engine, world)
    return world


@pytest.fixture
def world(furnished: World, matrix_engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """The furnished world, on the database that the application sees."""
    monkeypatch.setattr(database, "engine", lambda: matrix_engine)
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    return furnished
