"""Changing plans: edited by their writers, approved by a second person, returned with words, replaced by an edition."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.accounts import audit
from app.accounts.models import Unit, User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, NotFound, Stale
from app.firms.models import Firm
from app.jobs import service as jobs
from app.jobs.models import Job
from app.notices import service as notices
from app.notices.models import NoticeKind
from app.notices.sources import Due
from app.plans import queries
from app.plans.access import is_open
from app.plans.forms import DecisionFields, DraftFields, MeasureFields, PlanFields
from app.plans.measurekinds import measure_kinds
from app.plans.models import Measure, NoteKind, Plan, PlanNote, PlanState

JOB = "plan.draft"
MOST_MEASURES = 60


def ask_for_draft(db: Session, actor: User, firm: Firm, fields: DraftFields) -> Job:
    """Have a draft made in the background: the search for proposals may take seconds. Revises what is carried out."""
    check_no_other(db, firm.id)
    if fields.rule not in {entry.rule.code for entry in queries.rungs(db)}:
        raise FieldError("rule", "请从列表中选择目标资质。")
    arguments = {
        "firm": firm.id,
        "rule": fields.rule,
        "declares_on": fields.declares_on.isoformat() if fields.declares_on else "",
    }
    return jobs.enqueue(db, actor, JOB, title=f"起草一企一策：{firm.name}", arguments=arguments)


def check_no_other(db: Session, firm_id: int) -> None:
    other = queries.under_way(db, firm_id)
    if other is not None:
        raise Conflict(f"这家企业的第 {other.edition} 版{other.state}，请先办完或作废那一版。")


def edit_plan(db: Session, actor: User, plan: Plan, fields: PlanFields) -> None:
    """Raises Stale where somebody saved first."""
    _check_open(db, plan)
    _check_version(plan, fields.version)
    before = {"申报日": plan.declares_on, "工作思路": plan.summary}
    plan.declares_on, plan.summary = fields.declares_on, fields.summary
    _written_by(plan, actor)
    changes = audit.differences(before, {"申报日": plan.declares_on, "工作思路": plan.summary})
    _saved(db)
    audit.record(db, actor, "plan.edited", plan, changes=changes)


def add_measure(db: Session, actor: User, plan: Plan, fields: MeasureFields) -> Measure:
    _check_open(db, plan)
    existing = queries.measures_of(db, plan.id)
    if len(existing) >= MOST_MEASURES:
        raise Conflict(f"一份方案最多 {MOST_MEASURES} 条措施，请合并或移除一些。")
    position = max((each.position for each in existing), default=0) + 1
    measure = Measure(plan_id=plan.id, position=position, aims=[], moves=[])
    _fill(db, plan, measure, fields)
    db.add(measure)
    _written_by(plan, actor)
    db.flush()
    audit.record(db, actor, "measure.added", measure, changes={"方案": str(plan), **told(measure)})
    return measure


def edit_measure(db: Session, actor: User, measure: Measure, fields: MeasureFields) -> None:
    """Raises Stale where somebody saved first."""
    _check_open(db, measure.plan)
    if fields.version != measure.version:
        raise Stale(measure)
    before = told(measure)
    _fill(db, measure.plan, measure, fields)
    _written_by(measure.plan, actor)
    _saved(db)
    audit.record(db, actor, "measure.edited", measure, changes=audit.differences(before, told(measure)))


def remove_measure(db: Session, actor: User, measure: Measure) -> None:
    _check_open(db, measure.plan)
    audit.record(db, actor, "measure.removed", measure, changes={"方案": str(measure.plan), **told(measure)})
    _written_by(measure.plan, actor)
    db.delete(measure)
    _saved(db)


def submit(db: Session, actor: User, plan: Plan) -> None:
    """Hand it in for approval; a plan without measures or owners is nothing to approve."""
    _check_open(db, plan)
    if not queries.measures_of(db, plan.id):
        raise Conflict("方案里还没有措施，请先添加。")
    _written_by(plan, actor)
    plan.state = PlanState.SUBMITTED
    _said(db, actor, plan, NoteKind.SUBMITTED, "", event="plan.submitted")


def approve(db: Session, actor: User, plan: Plan, fields: DecisionFields) -> None:
    """By somebody who has written nothing of this edition; the edition before it is replaced, its progress goes on.

    Raises Stale where the plan is no longer what was read.
    """
    _check_waiting(db, plan)
    _check_version(plan, fields.version)
    if actor.id in plan.writer_ids:
        raise Conflict("您参与了这一版的起草或修改，须由另一位同事审核批准。")
    old = queries.standing(db, plan.firm_id)
    if old is not None:
        _take_over(db, old, plan)
    plan.state, plan.decided_at, plan.decided_by_id = PlanState.APPROVED, clock.now(), actor.id
    plan.followed_revision = None
    _said(db, actor, plan, NoteKind.APPROVED, fields.words, event="plan.approved")
    said = f"本企业的一企一策第 {plan.edition} 版已批准执行，请查看由企业办的措施和期限。"
    due = Due(f"plan/{plan.id}", NoticeKind.PLAN, said, "plans.show", {"plan_id": plan.id}, firm_id=plan.firm_id)
    notices.tell_firm(db, actor, due)


def send_back(db: Session, actor: User, plan: Plan, words: str) -> None:
    """退回: with words, to the writers; the thread and everything written stays."""
    _check_waiting(db, plan)
    plan.state = PlanState.RETURNED
    _said(db, actor, plan, NoteKind.RETURNED, words, event="plan.returned")


def drop(db: Session, actor: User, plan: Plan, words: str) -> None:
    """Give up an edition that was never approved; it stays readable."""
    _check_open(db, plan)
    plan.state = PlanState.DROPPED
    _said(db, actor, plan, NoteKind.DROPPED, words, event="plan.dropped")


def close(db: Session, actor: User, plan: Plan, words: str) -> None:
    """办结: the plan has served its purpose, or will not be followed further; says why."""
    _fresh(db, plan)
    if plan.state is not PlanState.APPROVED:
        raise Conflict(f"方案{plan.state}，只有执行中的方案可以办结。")
    plan.state = PlanState.CLOSED
    _said(db, actor, plan, NoteKind.CLOSED, words, event="plan.closed")


def comment(db: Session, actor: User, plan: Plan, words: str) -> None:
    _said(db, actor, plan, NoteKind.COMMENT, words, event="plan.comment")


def told(measure: Measure) -> dict[str, Any]:
    """A measure as the audit trail keeps it."""
    return {
        "措施": measure.name,
        "内容": measure.detail,
        "步骤": measure.steps,
        "责任": measure.owner_unit_id or "企业",
        "协助": measure.helper,
        "期限": measure.due_on.isoformat(),
        "针对条件": "、".join(map(str, measure.aims)),
    }


def _fill(db: Session, plan: Plan, measure: Measure, fields: MeasureFields) -> None:
    kind = measure_kinds().get(fields.kind)
    if kind is None:
        raise FieldError("kind", "请从措施库中选择类别。")
    known = [each.id for each in plan.finding_kept.finding.conditions]
    if set(fields.aims) - set(known):
        raise FieldError("aims", "请从列表中选择条件。")
    unit = db.get(Unit, fields.owner_unit_id) if fields.owner_unit_id else None
    if fields.owner_unit_id and (unit is None or unit.closed_at is not None):
        raise FieldError("owner_unit_id", "没有这个单位，或它已停用，请重新选择。")
    measure.kind, measure.name, measure.detail, measure.steps = kind.code, fields.name, fields.detail, fields.steps
    measure.aims = [each for each in known if each in fields.aims]
    measure.owner_unit_id, measure.owner_unit = fields.owner_unit_id, unit
    measure.helper, measure.due_on = fields.helper, fields.due_on
    measure.lead_months = measure.lead_months or kind.lead_months
    measure.clause = measure.clause or kind.clause


def _take_over(db: Session, old: Plan, new: Plan) -> None:
    """What was done under the edition before counts under the new one."""
    before = {each.thread: each for each in queries.measures_of(db, old.id)}
    for measure in queries.measures_of(db, new.id):
        earlier = before.get(measure.thread)
        if earlier is not None:
            measure.done_on, measure.done_by_id = earlier.done_on, earlier.done_by_id
    old.state = PlanState.REPLACED


def _said(db: Session, actor: User, plan: Plan, kind: NoteKind, words: str, *, event: str) -> None:
    db.add(PlanNote(plan_id=plan.id, kind=kind, words=words, author_id=actor.id, at=clock.now()))
    _saved(db)
    audit.record(db, actor, event, plan, changes={"意见": words} if words else {})


def _check_open(db: Session, plan: Plan) -> None:
    _fresh(db, plan)
    if not is_open(plan):
        raise Conflict(f"方案{plan.state}，不能修改。要调整执行中的方案，请在企业页起草新的一版。")


def _check_waiting(db: Session, plan: Plan) -> None:
    _fresh(db, plan)
    if plan.state is not PlanState.SUBMITTED:
        raise Conflict(f"方案{plan.state}，不在待审核状态，可能已由他人办理。请刷新后查看。")


def _fresh(db: Session, plan: Plan) -> None:
    """One after the other: what the plan is now, whoever was quicker."""
    lock(db, f"plan:{plan.firm_id}")
    db.refresh(plan, ["state", "version", "writer_ids"])
    if db.scalar(sa.select(Firm.merged_into_id).where(Firm.id == plan.firm_id)) is not None:
        raise NotFound


def _check_version(plan: Plan, version: int) -> None:
    if version != plan.version:
        raise Stale(plan)


def _written_by(plan: Plan, actor: User) -> None:
    """Whoever changed anything may not approve it; every change also makes the plan another one to whoever reads it."""
    plan.writer_ids = [*dict.fromkeys([*plan.writer_ids, actor.id])]
    flag_modified(plan, "writer_ids")


def _saved(db: Session) -> None:
    """Write it down before the trail speaks of it."""
    db.flush()
