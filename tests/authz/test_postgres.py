"""A sample of the matrix on PostgreSQL: what is refused or only read, on every fifth route."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core import db as database
from app.main import build, create_app
from tests.authz.conftest import MOMENT
from tests.authz.inventory import Route, inventory
from tests.authz.samples import furnish
from tests.authz.trial import Trial, start
from tests.authz.world import disable, make_world
from tests.databases import PostgresTemplate

SAMPLE = inventory(build())[::5]


@pytest.fixture(scope="module")
def trial(postgres_template: PostgresTemplate) -> Iterator[Trial]:
    with postgres_template.copy() as engine, pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "engine", lambda: engine)
        patch.setattr(clock, "now", lambda: MOMENT)
        world = make_world()
        furnish(world)
        disable(engine, world)
        yield start(create_app(), engine, world)


@pytest.fixture
def _here(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    monkeypatch.setattr(database, "engine", lambda: trial.engine)
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    return trial.engine


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("route", SAMPLE, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_answers_as_the_policy_says(trial: Trial, route: Route) -> None:
    problems = trial.problems(route)

    assert not problems, "\n".join(problems)
