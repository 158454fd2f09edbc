"""Every route passes exactly one gate, every permission is used, and the menu leads where it says."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from app.accounts.gate import check_gates
from app.accounts.permissions import POLICY, Role
from app.main import build
from app.web.nav import MENU
from tests.authz.inventory import Route, inventory

ROUTES = inventory(build())
VERBS = {
    "undo",
    "remove",
    "leave",
    "dismiss",
    "restore",
    "merge",
    "end",
    "close",
    "apply",
    "delete",
    "cancel",
    "reject",
}
NAME = re.compile(r"^[a-z_]+(\.[a-z_]+)?$")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_named_and_gated(route: Route) -> None:
    assert NAME.match(route.name), "name it <domain>.<view>"
    assert route.gate.public or route.gate.permission in POLICY
    assert route.gate.about is None or route.gate.about in route.parameters


def test_a_change_of_state_is_a_resource_and_not_a_verb() -> None:
    ends = {route.path: route.path.rpartition("/")[2] for route in ROUTES if route.changes}

    assert [path for path, last in ends.items() if last in VERBS] == [], "docs/decisions/0010"


def test_no_two_routes_share_a_name() -> None:
    names = [route.name for route in ROUTES]

    assert {name for name in names if names.count(name) > 1} == set()


def test_every_permission_is_used() -> None:
    assert set(POLICY) == {route.gate.permission for route in ROUTES if not route.gate.public}


def test_only_signing_in_and_asking_for_an_account_are_open_to_strangers() -> None:
    open_to_all = {route.name for route in ROUTES if route.gate.public}

    signing_in = {"session.new", "session.create", "session.confirm"}
    asking = {"signups.new", "signups.create"}
    assert open_to_all == {"root", *signing_in, *asking, "first_password.new", "first_password.create"}


def test_an_application_with_an_ungated_route_does_not_start() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/bare", lambda: PlainTextResponse("x"))

    with pytest.raises(AssertionError, match="passes 0 gates"):
        check_gates(app)


def test_the_menu_leads_to_routes_that_ask_for_the_same_permission() -> None:
    by_name = {route.name: route for route in ROUTES}

    for group in MENU:
        for item in group.items:
            assert by_name[item.route].gate.permission == item.permission
            assert by_name[item.route].path == item.prefix


@pytest.mark.parametrize("role", Role)
def test_every_role_finds_something_in_the_menu(role: Role) -> None:
    assert any(role in POLICY[item.permission] for group in MENU for item in group.items)


def test_what_a_page_fetches_by_itself_says_so(repository: Path) -> None:
    polling = [file for file in (repository / "templates").rglob("*.html") if 'hx-trigger="every' in file.read_text()]

    for file in polling:
        assert "X-Background" in file.read_text(), f'{file}: polling needs hx-headers=\'{{"X-Background": "1"}}\''
