"""The officer, the rule book, the firm that is short of one thing; and its plan, drafted and approved."""

from collections.abc import Callable

import pytest

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import db as database
from app.firms.models import Firm
from app.plans import queries
from app.plans.models import Measure, Plan
from tests.browser import Visitor
from tests.checks.conftest import firm, officer
from tests.factories import make_user
from tests.work import work_off

__all__ = ["firm", "officer"]


@pytest.fixture
def second(visitor: Callable[..., Visitor]) -> Visitor:
    """Another officer, who has written nothing."""
    return visitor(make_user(Role.BUREAU, name="古丽"))


@pytest.fixture
def plan(officer: Visitor, firm: Firm) -> Plan:
    return drafted(officer, firm)


def drafted(officer: Visitor, firm: Firm, **given: str) -> Plan:
    officer.post(f"/firms/{firm.id}/plans", {"rule": "tsme", "declares_on": "", **given})
    assert work_off() > 0
    return newest(firm)


def newest(firm: Firm) -> Plan:
    with database.reading() as session:
        found = queries.under_way(session, firm.id)
        assert found is not None
        return found


def measures(plan: Plan) -> list[Measure]:
    with database.reading() as session:
        return queries.measures_of(session, plan.id)


def reread(plan: Plan) -> Plan:
    with database.reading() as session:
        return session.get_one(Plan, plan.id)


def approve(officer: Visitor, second: Visitor, plan: Plan) -> Plan:
    officer.post(f"/plans/{plan.id}/submission")
    second.post(f"/plans/{plan.id}/approval", {"words": "", "version": reread(plan).version})
    return reread(plan)


def someone(role: Role, **ties: object) -> User:
    return make_user(role, **ties)
