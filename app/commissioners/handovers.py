"""交接: one act that ends one 派驻 and begins another, with what is open at the firm on that day."""

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.commissioners.forms import HandoverFields
from app.commissioners.models import Handover
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError
from app.core.text import day
from app.firms import service as firms
from app.firms.forms import AssignmentFields
from app.firms.models import Assignment, Firm, Inquiry
from app.needs.models import UNDER_WAY, Need
from app.plans import queries as plans
from app.visits import queries as visits

# Kind, words, until when (empty: no day was set).
Open = tuple[str, str, str]


def hand_over(db: Session, actor: User, firm: Firm, assignment: Assignment, fields: HandoverFields) -> Handover:
    """End a 派驻 and begin another the day after.

    Raises:
        Conflict: it has ended already.
        FieldError: the other person cannot take the firm over, or the day does not fit.
    """
    lock(db, "assignment")
    db.refresh(assignment, with_for_update={"of": Assignment})
    check_running(assignment)
    last = fields.starts_on - timedelta(days=1)
    if fields.user_id == assignment.user_id:
        raise FieldError("user_id", f"{assignment.user.name}就是现在的专员，请选择接手的人。")
    if last < assignment.starts_on:
        since = day(assignment.starts_on)
        raise FieldError("starts_on", f"原派驻{since}才开始，交接日期应晚于这一天；指派错了人请用“结束”后重新派驻。")
    if assignment.ends_on is not None and fields.starts_on > assignment.ends_on:
        raise FieldError("starts_on", f"原派驻到{day(assignment.ends_on)}为止，交接日期最晚是这一天。")
    left = open_at(db, firm)
    begun = firms.assign_commissioner(
        db,
        actor,
        firm,
        AssignmentFields(user_id=fields.user_id, starts_on=fields.starts_on, ends_on=fields.ends_on),
    )
    firms.end_assignment(db, actor, assignment, last)
    return _kept(db, actor, Handover(firm=firm, ended=assignment, begun=begun, note=fields.note), left)


def check_running(assignment: Assignment) -> None:
    if assignment.ends_on is not None and assignment.ends_on < clock.today():
        raise Conflict("这次派驻已经结束，不能再交接。请在企业页直接派驻新的专员。")


def open_at(db: Session, firm: Firm) -> list[Open]:
    """What whoever takes over has to know: measures, promises, questions, needs and planned visits."""
    return [*_measures(db, firm), *_visits(db, firm), *_asked(db, firm)]


def _kept(db: Session, actor: User, handover: Handover, left: list[Open]) -> Handover:
    handover.left_open = [list(each) for each in left]
    handover.made_at, handover.made_by_id = clock.now(), actor.id
    db.add(handover)
    db.flush()  # the event needs its id
    told = {"开始日期": handover.begun.starts_on, "没有办结": len(left), "说明": handover.note}
    audit.record(db, actor, "handover.made", handover, changes=told)
    return handover


def _measures(db: Session, firm: Firm) -> Iterator[Open]:
    plan = plans.standing(db, firm.id)
    for each in plans.measures_of(db, plan.id) if plan else ():
        if each.done_on is None:
            yield "方案措施", f"{each.name}（责任：{each.owner}）", _until(each.due_on)


def _visits(db: Session, firm: Firm) -> Iterator[Open]:
    for promise in visits.open_promises(db, [firm.id])[firm.id]:
        yield "走访承诺", promise.what, _until(promise.due_on)
    for plan in visits.open_plans(db, firm):
        yield "走访计划", f"{plan.user.name}：{plan.purpose or '走访'}", _until(plan.planned_on)


def _asked(db: Session, firm: Firm) -> Iterator[Open]:
    unanswered = sa.select(Inquiry).where(Inquiry.firm_id == firm.id, Inquiry.answered_at.is_(None))
    for inquiry in db.scalars(unanswered.order_by(Inquiry.id)):
        yield "待答询问", inquiry.question, ""
    needs = sa.select(Need).where(Need.firm_id == firm.id, Need.state.in_(UNDER_WAY)).order_by(Need.id)
    for need in db.scalars(needs):
        yield "企业需求", f"{need.title}（{need.state}）", _until(need.deadline)


def _until(due: date | None) -> str:
    return f"期限 {due.isoformat()}" if due else ""
