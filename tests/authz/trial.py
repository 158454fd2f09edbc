"""Tries one route as everybody, on everything, and says what was wrong: the six oracles."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.types import ASGIApp

from app.accounts import sessions
from app.accounts.permissions import Scope
from tests.authz.inventory import Route
from tests.authz.samples import KINDS, SAMPLES, Sample
from tests.authz.world import CANARIES, FORMER, OTHER, OWN, Digests, Person, Snapshot, World, denials
from tests.browser import HEADERS

NOWHERE = {"absent": "999999999", "malformed": "abc%27", "negative": "-1", "huge": str(2**63)}
FOREIGN_CHILD, ABSENT_CHILD = "foreign child", "absent child"
KEY_RELATIONS = frozenset({OTHER, FORMER, *NOWHERE})
CHILD_RELATIONS = frozenset({FOREIGN_CHILD, ABSENT_CHILD})
HOSTILE = {
    "id": "1", "role": "admin", "firm_id": "2", "user_id": "1", "version": "9", "state": "approved", "amount": "1",
    "created_by": "1", "must_change": "", "password_hash": "x", "disabled_at": "", "unit_id": "1",
}  # fmt: skip
REFUSED = 400


class Caller:
    """Asks the application directly, in one event loop: thousands of questions, no browser's memory between them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.runner = asyncio.Runner()

    def ask(self, method: str, address: str, **more: Any) -> httpx2.Response:
        return self.runner.run(self._ask(method, address, **more))

    async def _ask(self, method: str, address: str, **more: Any) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321") as client:
            return await client.request(method, address, follow_redirects=False, **more)


@dataclass(frozen=True)
class Cell:
    person: Person
    relation: str
    address: str
    expected: int

    @property
    def is_denied(self) -> bool:
        """Refused, or led elsewhere, by the policy; what the handler itself refuses is no denial."""
        return self.expected in {401, 403, 404} or self.is_led

    @property
    def is_led(self) -> bool:
        return self.expected == LED


LED = 303_000  # led to sign in or to change the password: 303 on the wire, told apart from a success


@dataclass
class Trial:
    """One application in one world; `restore` puts the database back, where it can be."""

    caller: Caller
    engine: sa.Engine
    world: World
    digests: Digests
    snapshot: Snapshot | None
    samples: dict[str, Sample]

    def problems(self, route: Route) -> list[str]:
        """Everything that is wrong with a route."""
        if route.changes and route.name not in self.samples:
            return [f"{route.name} has no sample; add one to tests/authz/samples.py"]
        found: list[str] = []
        for person in self.world.people.values():
            found += [
                f"{route.method} {route.path} as {person.label}: {problem}" for problem in self._as(route, person)
            ]
        return found + [f"{route.method} {route.path}: {problem}" for problem in self._hostile(route)]

    def _as(self, route: Route, person: Person) -> Iterator[str]:
        cells = list(self.cells(route, person))
        quiet = [cell for cell in cells if cell.is_denied or not route.changes]
        yield from self._quiet(route, quiet)
        if self.snapshot is not None:
            for cell in cells:
                if cell not in quiet:
                    yield from self._change(route, cell)

    def _quiet(self, route: Route, cells: list[Cell]) -> Iterator[str]:
        """Cells that must leave everything as it is, but for one event for each denial."""
        before, known = self.digests.taken(), denials(self.engine)
        answers = [(cell, self.ask(route, cell)) for cell in cells]
        for cell, answer in answers:
            yield from _judge(route, cell, answer)
        if self.digests.taken() != before:
            yield "something was changed although nothing was allowed to"
        due = sum(_leaves_an_event(route, cell) for cell in cells)
        if denials(self.engine) - known != due:
            yield f"{denials(self.engine) - known} denials written down instead of {due}"
        for relations in (KEY_RELATIONS, CHILD_RELATIONS):
            alike = {_same(answer) for cell, answer in answers if cell.expected == 404 and cell.relation in relations}
            if len(alike) > 1:
                yield f"what belongs to others looks different from what does not exist ({min(relations)})"

    def _change(self, route: Route, cell: Cell) -> Iterator[str]:
        assert self.snapshot is not None
        answer = self.ask(route, cell)
        yield from _judge(route, cell, answer)
        self.restore()

    def _hostile(self, route: Route) -> Iterator[str]:
        """Fields nobody asked for are refused, or do nothing."""
        cell = self.allowed(route)
        if self.snapshot is None or not route.changes or cell is None:
            return
        self.ask(route, cell)
        clean = self.digests.taken(steady=True)
        self.restore()
        before = self.digests.taken()
        answer = self.ask(route, cell, extra=HOSTILE)
        refused = answer.status_code == 422 and self.digests.taken() == before
        if not refused and self.digests.taken(steady=True) != clean:
            yield f"fields nobody asked for had an effect ({answer.status_code})"
        self.restore()

    def restore(self) -> None:
        assert self.snapshot is not None
        self.snapshot.restore()
        self.digests.forget()

    def allowed(self, route: Route) -> Cell | None:
        """Somebody who may, on something of their own."""
        for person in self.world.people.values():
            for cell in self.cells(route, person):
                if not cell.is_denied and cell.relation == OWN:
                    return cell
        return None

    def cells(self, route: Route, person: Person) -> Iterator[Cell]:
        """Every relation of a person to the object of a route, each address once."""
        seen: set[str] = set()
        for relation, values in self._relations(route, person):
            address = route.address(values)
            if address not in seen:
                seen.add(address)
                yield Cell(person, relation, address, self.expected(route, person, relation))

    def _relations(self, route: Route, person: Person) -> Iterator[tuple[str, dict[str, str]]]:
        own = self._values(route, person, OWN)
        yield OWN, own
        if not route.parameters:
            return
        key = route.gate.about or route.parameters[0]
        for relation in (OTHER, FORMER):
            yield relation, self._values(route, person, relation)
        for relation, value in NOWHERE.items():
            yield relation, own | {key: value}
        others = self._values(route, person, OTHER)
        for child in (name for name in route.parameters if name != key):
            yield FOREIGN_CHILD, own | {child: others[child]}
            yield ABSENT_CHILD, own | {child: NOWHERE["absent"]}

    def _values(self, route: Route, person: Person, relation: str) -> dict[str, str]:
        values = {name: self._value(route, name, person, relation) for name in route.parameters}
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"{route.path}: add {missing} to PARAMETERS of tests/authz/samples.py"
        return {name: str(value) for name, value in values.items()}

    def _value(self, route: Route, name: str, person: Person, relation: str) -> str | None:
        if name == "kind":
            return next((kind for start, kind in KINDS.items() if route.name.startswith(start)), None)
        return self.world.value(name, relation, person)

    def expected(self, route: Route, person: Person, relation: str) -> int:
        """The status that the policy gives a cell; the handler is never asked."""
        reached = relation == OWN
        if route.gate.public:
            return self._success(route, person) if reached or relation in {OTHER, FORMER} else 404
        if person.is_nobody:
            return 401 if route.changes else LED
        if person.must_change and route.gate.permission != "account:self":
            return LED
        scope = person.scope(route.gate.permission)
        if scope is None:
            return 403
        reached = reached or (relation in {OTHER, FORMER} and scope is Scope.ANY)
        return self._success(route, person) if reached else 404

    def _success(self, route: Route, person: Person) -> int:
        sample = self.samples.get(route.name, Sample())
        if person.user is not None and person.user.role in sample.lead:
            return sample.lead[person.user.role]
        return sample.status or (303 if route.changes else 200)

    def ask(self, route: Route, cell: Cell, *, extra: dict[str, str] | None = None) -> Any:
        sample = self.samples.get(route.name, Sample())
        token = cell.person.token
        headers = HEADERS | ({"cookie": f"s={token}"} if token else {})
        address = f"{cell.address}?{sample.query}" if sample.query else cell.address
        if not route.changes:
            return self.caller.ask("GET", address, headers=headers)
        firm = self.world.firms[cell.relation if cell.relation in self.world.firms else OWN]
        body = {"csrf_token": sessions.form_token_for(token), **(extra or {}), **sample.filled(self.world, firm)}
        return self.caller.ask("POST", address, headers=headers, data=body, files=sample.files or None)


def start(app: ASGIApp, engine: sa.Engine, world: World, *, samples: dict[str, Sample] = SAMPLES) -> Trial:
    snapshot = Snapshot(engine) if engine.dialect.name == "sqlite" else None
    return Trial(Caller(app), engine, world, Digests(engine), snapshot, samples)


def _judge(route: Route, cell: Cell, answer: Any) -> Iterator[str]:
    wanted = 303 if cell.is_led else cell.expected
    if answer.status_code != wanted:
        yield f"{cell.relation} ({cell.address}) answers {answer.status_code} instead of {wanted}"
    if cell.is_led and answer.headers.get("location", "").split("?")[0] not in {"/sign-in", "/password"}:
        yield f"{cell.relation} leads to {answer.headers.get('location')}"
    allowed = set() if cell.is_denied else cell.person.may_see(route.name)
    whole = answer.text + repr(answer.headers)
    leaked = sorted(mark for mark in set(CANARIES.values()) - allowed if mark in whole)
    if leaked:
        yield f"{cell.relation} ({cell.address}) shows {leaked}"


def _leaves_an_event(route: Route, cell: Cell) -> bool:
    """A page asked for in vain before signing in leaves none; everything refused leaves one (accounts/denials.py)."""
    if not route.changes and (cell.is_led or cell.person.is_nobody or route.gate.public):
        return False
    return cell.is_denied


def _same(answer: Any) -> tuple[int, str, tuple[str, ...]]:
    return answer.status_code, answer.text, tuple(sorted(answer.headers))


def wrapped(app: FastAPI) -> ASGIApp:
    """An application within the same guards as the real one."""
    from app.accounts import denials as refusals  # noqa: PLC0415
    from app.web.gated import OnlyGated  # noqa: PLC0415
    from app.web.headers import SecurityHeaders  # noqa: PLC0415
    from app.web.origin import SameOrigin  # noqa: PLC0415

    return SecurityHeaders(OnlyGated(SameOrigin(app, refusals.cross_site(app))))
