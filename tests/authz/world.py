"""The world in which every route is tried: one person per role, three firms, and one of everything for each firm."""

import hashlib
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.accounts.models import UnitKind, User
from app.accounts.permissions import POLICY, Role, Scope
from app.core.db import Model
from app.firms.models import Firm
from tests.factories import assign, make_firm, make_unit, make_user, sign_in_directly

OWN, OTHER, FORMER = "own", "other", "former"
RELATIONS = (OWN, OTHER, FORMER)
CANARIES = {relation: f"CANARY{relation.upper()}" for relation in RELATIONS}
# Whoever audits reads the plans of the district, but not the firms' own pages.
PLANS = ("plans.", "measures.", "ledger.")
# Not firms themselves, but pages that name firms by their work: tying users to firms, the trail, the plans.
NAMES_ANY_FIRM = ("users.", "events.", "needs.", "referrals.", *PLANS)


@dataclass
class Person:
    """Somebody who asks: `user` is None for a stranger; the two last are refused whatever their role."""

    label: str
    user: User | None = None
    token: str = ""
    must_change: bool = False
    disabled: bool = False

    @property
    def is_nobody(self) -> bool:
        return self.user is None or self.disabled

    def scope(self, permission: str) -> Scope | None:
        return None if self.user is None else POLICY[permission].get(self.user.role)

    def may_see(self, route_name: str) -> set[str]:
        """The canaries that a page may show to this person."""
        if self.is_nobody or self.user is None:
            return set()
        match self.scope("firm:read"):
            case Scope.ANY:
                return set(CANARIES.values())
            case None:
                return set(CANARIES.values()) if route_name.startswith(NAMES_ANY_FIRM) else set()
            case _:
                return {CANARIES[OWN]}


@dataclass
class World:
    firms: dict[str, Firm] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    # relation → parameter → value in an address; for what is personal: label of the person → the same.
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    personal: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    # A commissioner who looks after nobody yet.
    spare: User = field(default_factory=User)

    def value(self, parameter: str, relation: str, person: Person) -> str | None:
        """What stands in an address for a parameter; None where nothing is registered for it."""
        mine = self.personal.get(person.label, {})
        personal = mine.get(relation, mine.get(OTHER, {}))
        return personal.get(parameter) or self.values[relation].get(parameter) or self.values[OWN].get(parameter)

    def user(self, role: Role) -> User:
        found = self.people[role.code].user
        assert found is not None
        return found


def make_world() -> World:
    """People and firms; what belongs to firms is added by tests.authz.samples."""
    district = make_unit("达坂城区", kind=UnitKind.DISTRICT)
    here = make_unit("此镇", kind=UnitKind.TOWNSHIP, parent=district)
    there = make_unit("彼镇", kind=UnitKind.TOWNSHIP, parent=district)
    world = World(firms={relation: _firm(relation, here.id if relation == OWN else there.id) for relation in RELATIONS})
    here_too = {"unit_id": here.id}
    for role in Role:
        ties = {Role.UNIT: here_too, Role.FINANCE: here_too, Role.FIRM: {"firm_id": world.firms[OWN].id}}.get(role, {})
        _enter(world, Person(role.code, make_user(role, username=f"user-{role.code}", **ties)))
    _enter(world, Person("must-change", make_user(username="must-change", must_change=True), must_change=True))
    _enter(world, Person("disabled", make_user(username="disabled"), disabled=True))
    world.people["anonymous"] = Person("anonymous")
    commissioner = world.user(Role.COMMISSIONER)
    assign(commissioner, world.firms[OWN])
    assign(commissioner, world.firms[FORMER], ends_on=date(2021, 1, 1))
    world.values = {relation: {} for relation in RELATIONS}
    return world


def _firm(relation: str, unit_id: int) -> Firm:
    mark = CANARIES[relation]
    return make_firm(
        f"{mark}科技有限公司",
        unit_id=unit_id,
        address=f"{mark}路1号",
        legal_form=f"{mark}型",
        business_scope=f"{mark}业务",
    )


def _enter(world: World, person: Person) -> None:
    person.token = sign_in_directly(person.user)
    world.people[person.label] = person


def disable(engine: sa.Engine, world: World) -> None:
    """Last of all: whoever is disabled keeps a session that was live a moment before."""
    user = world.people["disabled"].user
    assert user is not None
    with engine.begin() as connection:
        connection.execute(sa.update(User).where(User.id == user.id).values(disabled_at=user.created_at))


class Snapshot:
    """The SQLite database as it was, to be put back after every cell that changes it."""

    def __init__(self, engine: sa.Engine) -> None:
        self.path = engine.url.database or ""
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        with sqlite3.connect(self.path) as live:
            live.backup(self.kept)

    def restore(self) -> None:
        with sqlite3.connect(self.path) as live:
            self.kept.backup(live)


# Statements that change no table but the trail, which the fingerprint leaves out.
HARMLESS = ("SELECT", "PRAGMA", "BEGIN", "INSERT INTO event ")
# What differs between two runs of the same change: moments, and what is drawn at random.
UNSTEADY = frozenset(
    {"key", "mac", "password_hash", "previous", "thread", "token_hash", "totp_seed", "version", "revision", "rule_code"}
)


class Digests:
    """Fingerprints of every table but the trail, taken anew only after a statement that may have changed one.

    Reading everything costs more than the questions of the matrix, and nearly all of these change nothing.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.known: dict[bool, str] = {}
        sa.event.listen(engine, "before_cursor_execute", self._note)

    def forget(self) -> None:
        self.known.clear()

    def taken(self, *, steady: bool = False) -> str:
        """`steady` leaves out what two runs of the same change need not share."""
        if steady not in self.known:
            whole = hashlib.sha256()
            for statement in _contents(steady=steady):
                whole.update(repr(looked_up(self.engine, statement)).encode())
            self.known[steady] = whole.hexdigest()
        return self.known[steady]

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().startswith(HARMLESS):
            self.forget()


def denials(engine: sa.Engine) -> int:
    return int(looked_up(engine, "SELECT count(*) FROM event WHERE kind = 'access.denied'")[0][0])


def looked_up(engine: sa.Engine, statement: str) -> list[Any]:
    """Rows straight from the driver: this is asked thousands of times."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement)
        return list(cursor.fetchall())
    finally:
        connection.close()


@cache
def _contents(*, steady: bool) -> list[str]:
    """A statement for each table."""
    tables = [table for table in Model.metadata.sorted_tables if table.name != "event"]
    return [f'SELECT {_columns(table, steady=steady)} FROM "{table.name}" ORDER BY id' for table in tables]  # noqa: S608


def _columns(table: sa.Table, *, steady: bool) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns if not steady or _is_steady(column))


def _is_steady(column: sa.Column[Any]) -> bool:
    return column.name not in UNSTEADY and not column.name.endswith(("_at", "_on"))
