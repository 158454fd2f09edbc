"""Every page asks the database a fixed, small number of times, whoever opens it."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.accounts.permissions import Role
from app.main import build, create_app
from tests.authz.inventory import Route, inventory
from tests.authz.trial import Cell, Trial, start
from tests.authz.world import OWN, World
from tests.facts.arrange import statements

MOST = 12
# The roles whose pages differ most; what none of them may open is asked for by everybody who may.
TELLING = frozenset({Role.BUREAU.code, Role.UNIT.code, Role.COMMISSIONER.code, Role.FIRM.code})
# What a year of service consists of lies in nine ledgers, and a firm's first page tells of fourteen; each is read once.
MORE = {
    "/allowances": 16,
    "/allowances/print": 16,
    "/commissioners/{commissioner_id}/record": 21,
    "/commissioners/{commissioner_id}/record/items": 15,
    "/firms/{firm_id}/portal": 20,
    "/service-records": 16,
}


def test_no_page_takes_more_than_twelve_statements(world: World, matrix_engine: sa.Engine) -> None:
    trial = start(create_app(), matrix_engine, world)
    pages = [route for route in inventory(build()) if not route.changes]

    sent = {route.path: most_sent(trial, route) for route in pages}

    dear = {path: f"{len(each)}: {each}" for path, each in sent.items() if len(each) > MORE.get(path, MOST)}
    assert dear == {}
    assert [path for path in MORE if len(sent[path]) <= MOST] == [], "needs no more than others: take it out of MORE"


def most_sent(trial: Trial, route: Route) -> list[str]:
    """The statements of a page as the one for whom they are most; none where this world has no such file."""
    found: list[list[str]] = []
    for cell in asked(trial, route):
        with statements(trial.engine) as sent:
            trial.ask(route, cell)
        found.append(sent)
    return max(found, key=len, default=[])


def asked(trial: Trial, route: Route) -> list[Cell]:
    """A page as a few who may open it, about what is theirs."""
    own = list(allowed(trial, route))
    return [cell for cell in own if cell.person.label in TELLING] or own


def allowed(trial: Trial, route: Route) -> Iterator[Cell]:
    for person in trial.world.people.values():
        yield from (cell for cell in trial.cells(route, person) if cell.relation == OWN and not cell.is_denied)
