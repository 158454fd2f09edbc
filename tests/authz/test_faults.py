"""The oracles see: a clean toy passes, and each of the faults they are there for is caught."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from app.accounts import gate
from app.accounts.gate import check_gates
from app.accounts.permissions import POLICY, Role, Scope, duties_of
from app.web.assets import Assets, own_folder
from tests.authz import toy
from tests.authz.inventory import printed
from tests.authz.trial import start, wrapped
from tests.authz.world import World

Fault = Callable[[pytest.MonkeyPatch], FastAPI]


def problems(app: FastAPI, engine: sa.Engine, world: World) -> str:
    trial = start(wrapped(app), engine, world, samples=toy.SAMPLES)
    return "\n".join(problem for route in toy.routes_of(app) for problem in trial.problems(route))


@pytest.fixture(autouse=True)
def _as_it_was(world: World, matrix_engine: sa.Engine) -> Iterator[None]:
    """A fault may leave things behind; the next test finds the world as it was."""
    trial = start(wrapped(toy.toy()), matrix_engine, world)
    yield
    assert trial.snapshot is not None
    trial.restore()


def test_the_clean_toy_has_no_problem(world: World, matrix_engine: sa.Engine) -> None:
    assert problems(toy.toy(), matrix_engine, world) == ""


@pytest.mark.parametrize(
    ("fault", "said"), toy.CAUGHT_BY_A_TRIAL.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_a_seeded_fault_is_caught(
    world: World, matrix_engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, fault: Fault, said: str
) -> None:
    app = fault(monkeypatch)

    assert said in problems(app, matrix_engine, world)


def test_a_wrong_form_token_that_is_accepted_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/toy/firms/{world.firms['own'].id}/contacts"
    headers = {"cookie": f"s={world.people['bureau'].token}", "sec-fetch-site": "same-origin"}
    body = {"csrf_token": "wrong", "name": "张建国"}

    refused = TestClient(wrapped(toy.toy())).post(address, data=body, headers=headers)
    monkeypatch.setattr(gate.hmac, "compare_digest", lambda *_: True)
    accepted = TestClient(wrapped(toy.toy())).post(address, data=body, headers=headers, follow_redirects=False)

    assert (refused.status_code, accepted.status_code) == (403, 303)


def bare() -> PlainTextResponse:
    return PlainTextResponse("secret")


def undeclared(app: FastAPI) -> None:
    router = APIRouter()
    router.add_api_route("/bare", bare)
    app.include_router(router)


def mounted(app: FastAPI) -> None:
    inner = FastAPI(openapi_url=None)
    inner.add_api_route("/bare", bare)
    app.mount("/inner", inner)


def schema_published(app: FastAPI) -> None:
    app.openapi_url = "/openapi.json"
    app.setup()


@pytest.mark.parametrize("fault", [undeclared, mounted, schema_published])
def test_a_route_without_a_gate_neither_starts_nor_answers(fault: Callable[[FastAPI], None]) -> None:
    app = toy.toy()
    fault(app)

    with pytest.raises(AssertionError):
        check_gates(app)
    client = TestClient(wrapped(app), raise_server_exceptions=False)
    for path in ("/bare", "/inner/bare", "/openapi.json"):
        answer = client.get(path)
        assert answer.status_code >= 404
        assert "secret" not in answer.text


def test_static_files_need_no_gate() -> None:
    app = toy.toy()
    app.mount("/static/own", Assets(directory=own_folder()))

    check_gates(app)


def test_a_wider_permission_shows_in_the_printed_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    before = printed(toy.routes_of(toy.toy()))

    after = printed(toy.routes_of(toy.too_wide_a_permission(monkeypatch)))

    [line] = set(after.splitlines()) - set(before.splitlines())
    assert line.startswith("GET  /toy/firms  [toy.index]")
    assert " firm=any " in line


@pytest.mark.parametrize(
    ("permission", "role"), [("event:read", Role.ADMIN), ("user:write", Role.AUDIT), ("firm:edit", Role.ADMIN)]
)
def test_two_of_the_separated_duties_in_one_hand_are_seen(
    monkeypatch: pytest.MonkeyPatch, permission: str, role: Role
) -> None:
    monkeypatch.setitem(POLICY, permission, {**POLICY[permission], role: Scope.ANY})

    assert len(duties_of(role)) == 2
