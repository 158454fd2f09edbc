"""Every form that changes something existing notices when somebody else was faster: found by walking the routes."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.main import build, create_app
from tests.authz.inventory import Route, inventory
from tests.authz.samples import SAMPLES
from tests.authz.trial import Trial, start
from tests.authz.world import World

ROUTES = inventory(build())
FORMS = {route.path for route in ROUTES if not route.changes}

# What the second of two people typed, who had opened the form before the first one saved.
SECOND: dict[str, dict[str, Any]] = {
    "actuals.correct": {"value": "717"},
    "candidates.update": {"institution": "又改名的大学"},
    "commissioners.update": {"institution": "又改名的大学"},
    "contacts.update": {"name": "李建国"},
    "drafts.update": {"name": "又改名的规则"},
    "duties.update": {"due_on": "2027-01-31"},
    "facts.record": {"value_revenue": "6000"},
    "facts.replace": {"value_sales": "6100"},
    "firms.update": {"name": "又改了名字的公司"},
    "needs.update": {"title": "又改了名的需求"},
    "measures.update": {"name": "又改名的培训"},
    "names.update": {"unit_ids": "1"},
    "plans.update": {"summary": "又改了思路"},
    "policies.update": {"title": "又改名的方案"},
    "records.correct": {"value_number": "ZL9"},
    "regionfacts.record": {"value_programme_budget": "1300"},
    "regionfacts.replace": {"value_gdp_growth": "6.1"},
    "resources.update": {"name": "又改了名的专家"},
    "selections.update": {"name": "又改名的批次"},
    "simulations.update": {"name": "又改了名的方案"},
    "targets.update": {"note": "又改的说明"},
    "titles.correct": {"number": "GR202465000777"},
    "units.update": {"name": "又改名镇"},
    "users.update": {"name": "又改名"},
}


def edits_something(route: Route) -> bool:
    """Posting to a thing's own address, or to one with an edit form, changes what is there, unless it makes another."""
    if not route.changes or route.gate.public or route.name.endswith(".create"):
        return False
    return route.path.endswith("}") or f"{route.path}/edit" in FORMS


EDITS = [route for route in ROUTES if edits_something(route)]


@pytest.fixture(scope="module")
def trial(furnished: World, matrix_engine: sa.Engine) -> Trial:
    return start(create_app(), matrix_engine, furnished)


def test_every_editable_form_is_known_here() -> None:
    assert {route.name for route in EDITS} == set(SECOND), "say in SECOND what a second person types"


@pytest.mark.parametrize("route", EDITS, ids=lambda route: route.name)
def test_whoever_saves_second_is_told_and_overwrites_nothing(world: World, trial: Trial, route: Route) -> None:
    assert trial.snapshot is not None
    cell = trial.allowed(route)
    assert cell is not None
    sample = SAMPLES[route.name]
    typed = sample.filled(world, world.firms["own"])
    late = replace(trial, samples={route.name: replace(sample, body={**typed, **SECOND[route.name]})})
    in_time = replace(trial, samples={route.name: replace(sample, body=typed)})

    try:
        first, second = in_time.ask(route, cell), late.ask(route, cell)

        assert (first.status_code, second.status_code) == (303, 409)
        assert 'class="conflict"' in second.text
        assert all(str(value) in second.text for value in SECOND[route.name].values())
    finally:
        trial.restore()
