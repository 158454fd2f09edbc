"""A plan as it stands once it is drafted, or approved, without the search behind a draft."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.checks.service import keep_finding
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.plans.models import Measure, Plan, PlanState
from app.rules import Anchors

BODY: dict[str, Any] = {
    "held": [], "window": "以通知为准", "way": "增加1人", "aimed": ["A8b"], "judgement": [], "others": [], "awards": [],
    "risks": [],
}  # fmt: skip


def made_plan(firm: Firm, state: PlanState) -> Plan:
    """With one measure, which the firm's unit is to carry out; written by somebody who is not in the cast."""
    today = clock.today()
    with database.writing() as session:
        held, writer = session.get_one(Firm, firm.id), _officer(session)
        kept = keep_finding(session, writer, held, "tsme", Anchors(today, today), reason="诊断")
        plan = Plan(
            firm_id=firm.id, edition=1, state=state, rule_code="tsme", finding_id=kept.id,
            declares_on=today + timedelta(days=200), body=BODY, writer_ids=[0], made_at=clock.now(),
            made_by_id=writer.id,
        )  # fmt: skip
        if state is PlanState.APPROVED:
            plan.decided_at, plan.decided_by_id = clock.now(), writer.id
        session.add(plan)
        session.flush()
        session.add(
            Measure(
                plan_id=plan.id, position=1, kind="staff_hiring", name="增加科技人员", detail="增加1人", aims=["A8b"],
                moves=[], owner_unit_id=held.unit_id, due_on=today + timedelta(days=100),
            )
        )  # fmt: skip
        return plan


def made_measure(firm: Firm, state: PlanState) -> Measure:
    """That of the plan made last for the firm."""
    with database.reading() as session:
        mine = Plan.firm_id == firm.id, Plan.state == state
        wanted = sa.select(Measure).join(Plan, Plan.id == Measure.plan_id).where(*mine)
        return session.scalars(wanted.order_by(Measure.id.desc()).limit(1)).one()


def _officer(session: Session) -> User:
    found = session.scalars(sa.select(User).where(User.role == Role.BUREAU)).first()
    assert found is not None
    return found
