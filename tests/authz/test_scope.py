"""Which firms a user reaches, for any history of units and assignments, against an oracle of twenty lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind, User
from app.accounts.permissions import POLICY, Role, Scope
from app.core import clock
from app.firms.access import load_firm, visible
from app.firms.models import Assignment, Firm

TODAY = date(2026, 11, 23)
PERMISSIONS = ("firm:read", "firm:list", "contact:reveal", "firm:edit", "board:read")
days = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


@dataclass(frozen=True)
class History:
    """Units by the number of their parent (None for a root), firms by unit and park, assignments of the actor."""

    parents: list[int | None]
    firms: list[tuple[int | None, int | None]]
    assignments: list[tuple[int, date, date | None]]
    role: Role
    unit: int | None
    firm: int | None


@st.composite
def histories(draw: st.DrawFn) -> History:
    count = draw(st.integers(1, 6))
    parents = [draw(st.none() | st.integers(0, number - 1)) if number else None for number in range(count)]
    some_unit = st.none() | st.integers(0, count - 1)
    firms = draw(st.lists(st.tuples(some_unit, some_unit), min_size=1, max_size=6))
    some_firm = st.integers(0, len(firms) - 1)
    assignments = draw(st.lists(st.tuples(some_firm, days, st.none() | days), max_size=6))
    return History(
        parents, firms, assignments, draw(st.sampled_from(Role)), draw(some_unit), draw(st.none() | some_firm)
    )


def reached(history: History, permission: str) -> set[int]:
    """The oracle: numbers of the firms that the policy's words give this actor."""

    def is_below(unit: int | None) -> bool:
        while unit is not None:
            if unit == history.unit:
                return True
            unit = history.parents[unit]
        return False

    match POLICY[permission].get(history.role):
        case Scope.ANY:
            return set(range(len(history.firms)))
        case Scope.UNIT:
            return {number for number, (unit, park) in enumerate(history.firms) if is_below(unit) or is_below(park)}
        case Scope.ASSIGNED:
            return {
                firm for firm, start, end in history.assignments if start <= TODAY and (end is None or end >= TODAY)
            }
        case Scope.OWN:
            return set() if history.firm is None else {history.firm}
        case _:
            return set()


@contextmanager
def lived(engine: sa.Engine, history: History) -> Iterator[tuple[Session, User, list[Firm]]]:
    """The history in the database, forgotten afterwards."""
    with Session(engine, expire_on_commit=False) as db:
        units = [Unit(name=f"单位{number}", kind=UnitKind.TOWNSHIP) for number in range(len(history.parents))]
        db.add_all(units)
        db.flush()
        for unit, parent in zip(units, history.parents, strict=True):
            unit.parent_id = units[parent].id if parent is not None else None
            unit.path = f"{units[parent].path if parent is not None else '/'}{unit.id}/"
        firms = [_firm(number, units, place) for number, place in enumerate(history.firms)]
        db.add_all(firms)
        db.flush()
        actor = User(
            username="actor", name="张三", role=history.role, created_at=clock.now(),
            unit_id=None if history.unit is None else units[history.unit].id,
            firm_id=None if history.firm is None else firms[history.firm].id,
        )  # fmt: skip
        db.add(actor)
        db.flush()
        db.refresh(actor)
        for firm, starts_on, ends_on in history.assignments:
            db.add(Assignment(user_id=actor.id, firm_id=firms[firm].id, starts_on=starts_on, ends_on=ends_on))
        db.flush()
        yield db, actor, firms
        db.rollback()


def _firm(number: int, units: list[Unit], place: tuple[int | None, int | None]) -> Firm:
    unit, park = (None if each is None else units[each].id for each in place)
    moment = clock.now()
    return Firm(
        name=f"企业{number}", name_key=f"企业{number}", credit_code=f"{number:018d}", created_at=moment,
        changed_at=moment, unit_id=unit, park_id=park,
    )  # fmt: skip


@pytest.fixture
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.usefixtures("_today")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), permission=st.sampled_from(PERMISSIONS))
def test_lists_and_single_firms_are_narrowed_as_the_policy_says(
    engine: sa.Engine, history: History, permission: str
) -> None:
    with lived(engine, history) as (db, actor, firms):
        listed = set(db.scalars(sa.select(Firm.id).where(visible(actor, permission))))
        loaded = {firm.id for firm in firms if load_firm(db, actor, permission, firm.id) is not None}

    wanted = {firms[number].id for number in reached(history, permission)}
    assert listed == wanted
    assert loaded == wanted


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "１", "", "abc", str(2**63), "9" * 40, None, "1 ", "+1"])
def test_what_cannot_be_a_number_of_a_firm_loads_nothing(engine: sa.Engine, number: object) -> None:
    history = History([None], [(0, None)], [], Role.BUREAU, None, None)

    with lived(engine, history) as (db, actor, _):
        assert load_firm(db, actor, "firm:read", number) is None
