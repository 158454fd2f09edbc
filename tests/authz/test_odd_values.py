"""Odd values in every field of every form and every address: refused or kept, never a failure."""

import pytest
import sqlalchemy as sa

from app.main import build, create_app
from tests.authz.inventory import inventory
from tests.authz.samples import SAMPLES, Sample
from tests.authz.test_markup import ASKED
from tests.authz.trial import Trial, start
from tests.authz.world import World
from tests.browser import HEADERS

ODD = {
    "a NUL": "a\x00b",
    "an escape and another direction": "\x1b[31m红\u202e乙",
    "signs beyond the plane": "𠮷\ue000\U0010ffff",
    "a long one": "长" * 70_000,
    "too large for a row number": str(2**63),
    "not a number": "NaN",
    "a huge power": "1e999999",
    "digits of another script": "١٢٣",
    "the last day": "9999-12-31",
    "quotes and formats": """'";--%s{0.__class__}""",
}
# What an address can be asked for is chosen, counted or compared; these are the ones that can break that.
IN_ADDRESSES = ["a\x00b", str(2**63), "NaN", "9999-12-31"]
DAYS = ("facts_on", "policy_on", "known_on", "since", "until")
FIRST, LAST = "0001-01-01", "9999-12-31"
FAILED = 500
ROUTES = inventory(build())


@pytest.fixture(scope="module")
def trial(furnished: World, matrix_engine: sa.Engine) -> Trial:
    return start(create_app(), matrix_engine, furnished)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_in_a_form_breaks_nothing(world: World, trial: Trial, odd: str) -> None:
    assert trial.snapshot is not None
    failed: list[str] = []
    for route in (route for route in ROUTES if route.changes and SAMPLES[route.name].body):
        cell, sample = trial.allowed(route), SAMPLES[route.name]
        if cell is None:
            continue
        trial.samples = {**SAMPLES, route.name: Sample(dict.fromkeys(sample.body, ODD[odd]), query=sample.query)}
        answer = trial.ask(route, cell)
        failed += [f"{route.path}: {answer.status_code}"] * (answer.status_code >= FAILED)
        trial.restore()
    trial.samples = SAMPLES

    assert failed == []


@pytest.mark.parametrize("turn", range(2))
def test_an_odd_value_in_an_address_breaks_nothing(world: World, trial: Trial, turn: int) -> None:
    asked = {name: IN_ADDRESSES[(place + turn) % 4] for place, name in enumerate(ASKED)}
    asked |= dict.fromkeys(DAYS, (FIRST, LAST)[turn])
    failed: list[str] = []
    for route in (route for route in ROUTES if not route.changes):
        cell = trial.allowed(route)
        if cell is not None:
            headers = {**HEADERS, "cookie": f"s={cell.person.token}"}
            answer = trial.caller.ask("GET", cell.address, params=asked, headers=headers)
            failed += [f"{route.path}: {answer.status_code}"] * (answer.status_code >= FAILED)

    assert failed == []
