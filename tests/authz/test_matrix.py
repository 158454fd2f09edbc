"""Every route × everybody × all it may be asked about answers as the policy says (samples.py: how to add one)."""

import pytest
import sqlalchemy as sa

from app.accounts.permissions import POLICY
from app.main import build, create_app
from tests.authz.inventory import Route, inventory
from tests.authz.samples import SAMPLES
from tests.authz.trial import Trial, start
from tests.authz.world import World

ROUTES = inventory(build())


@pytest.fixture(scope="package")
def trial(furnished: World, matrix_engine: sa.Engine) -> Trial:
    return start(create_app(), matrix_engine, furnished)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_answers_as_the_policy_says(world: World, trial: Trial, route: Route) -> None:
    problems = trial.problems(route)

    assert not problems, "\n".join(problems)


def test_no_sample_is_left_over() -> None:
    assert set(SAMPLES) <= {route.name for route in ROUTES}, "remove the samples of routes that are gone"


def test_every_permission_is_asked_for_somewhere() -> None:
    asked = {route.gate.permission for route in ROUTES}

    assert set(POLICY) - asked == set(), "remove what no route asks for from the policy"
