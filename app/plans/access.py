"""Which plans and measures a person reaches, in one place for pages, lists, files and notes."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.gate import ObjectGate
from app.accounts.models import Unit, User
from app.accounts.permissions import Role
from app.firms.access import visible
from app.firms.models import Firm
from app.plans.models import ISSUED, OPEN, Measure, Plan

# Those who are given a task read what was decided; those who advise and lead also read what is being written.
READ_ISSUED_ONLY = (Role.UNIT, Role.FIRM)
LEDGER, REPORT, CLOSE = "measure:read", "measure:report", "measure:close"


def visible_plans(actor: User, permission: str) -> sa.ColumnElement[bool]:
    """The condition on Plan: of a firm that the permission reaches, and issued where the person only carries it out."""
    mine = Plan.firm_id.in_(sa.select(Firm.id).where(visible(actor, permission)))
    return mine & Plan.state.in_(ISSUED) if actor.role in READ_ISSUED_ONLY else mine


def visible_measures(actor: User, permission: str) -> sa.ColumnElement[bool]:
    """The condition on Measure: of a plan in reach, or, for a unit, its own wherever the firm is.

    A unit may only report on and close what is its own.
    """
    reached = Measure.plan_id.in_(sa.select(Plan.id).where(visible_plans(actor, permission)))
    if actor.role is not Role.UNIT:
        return reached
    own = _owned(actor) & Measure.plan_id.in_(sa.select(Plan.id).join(Firm).where(_issued()))
    return own if permission in {REPORT, CLOSE} else reached | own


def _issued() -> sa.ColumnElement[bool]:
    return Plan.state.in_(ISSUED) & Firm.merged_into_id.is_(None)


def _owned(actor: User) -> sa.ColumnElement[bool]:
    if actor.unit is None:
        return sa.false()
    below = sa.select(Unit.id).where(Unit.path.startswith(actor.unit.path, autoescape=True))
    return Measure.owner_unit_id.in_(below)


def loaded() -> sa.Select[Plan]:
    """Plans with everything a page shows of one."""
    measures = selectinload(Plan.measures)
    return sa.select(Plan).options(
        joinedload(Plan.firm).joinedload(Firm.unit),
        joinedload(Plan.finding_kept),
        joinedload(Plan.made_by),
        joinedload(Plan.decided_by),
        measures.joinedload(Measure.owner_unit),
        measures.joinedload(Measure.done_by),
    )


class PlanGate(ObjectGate):
    about = "plan_id"

    def find(self, db: Session, actor: User, number: int) -> Plan | None:
        return db.scalar(loaded().where(Plan.id == number, visible_plans(actor, self.permission)))


class DraftGate(PlanGate):
    """Hands on a plan to whoever writes it; whether it may still be changed is the service's to say."""

    about = "plan_draft_id"


class MeasureGate(ObjectGate):
    about = "measure_id"

    def find(self, db: Session, actor: User, number: int) -> Measure | None:
        plan = joinedload(Measure.plan)
        wanted = sa.select(Measure).options(
            plan.joinedload(Plan.firm),
            plan.joinedload(Plan.finding_kept),
            plan.selectinload(Plan.measures),
            joinedload(Measure.owner_unit),
        )
        return db.scalar(wanted.where(Measure.id == number, visible_measures(actor, self.permission)))


class DraftMeasureGate(MeasureGate):
    about = "draft_measure_id"


def is_open(plan: Plan) -> bool:
    """Whether its writers may change it."""
    return plan.state in OPEN
