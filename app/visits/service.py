"""Planning, recording and correcting visits; each leaves one event, and nothing that was written is lost."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Forbidden, Stale
from app.firms.models import Firm
from app.firms.revision import touch
from app.needs.declared import declared
from app.needs.forms import few_words
from app.needs.service import raise_need
from app.visits import queries, replies
from app.visits.content import Pairs, digest_of
from app.visits.forms import Answered, CorrectionFields, PlanFields, Promised, RecordFields, VisitFields
from app.visits.models import Promise, Visit, VisitPlan, VisitVersion

BETWEEN = "、"
SAME_ID = "这份走访记录已经以另外的内容收到过，没有再次保存。请打开已收到的记录核对，需要修改的请用“更正”。"


def received(db: Session, actor: User, firm: Firm, key: str, content: Pairs) -> Visit | None:
    """The visit that came under this key before, if any, with the same content.

    Raises:
        Conflict: under this key something else was received, or for another firm, or from somebody else.
    """
    lock(db, f"visit:{key}")
    visit = queries.visit_with(db, key)
    if visit is None:
        return None
    mine = (visit.firm_id, visit.user_id) == (firm.id, actor.id)
    if not mine or visit.digest != digest_of(content):
        raise Conflict(SAME_ID)
    return visit


def record_visit(
    db: Session, actor: User, firm: Firm, fields: VisitFields, answers: Sequence[Answered], *, key: str, content: Pairs
) -> Visit:
    """Write down a visit with its promises, its need and its answers, carry out its plan, and plan the next one.

    Raises:
        FieldError: an answer does not fit its figure, or a promise is given to somebody who cannot keep it.
    """
    plan = queries.get_plan(db, firm, fields.plan_id) if fields.plan_id else None
    visit = Visit(key=key, firm_id=firm.id, user_id=actor.id, digest="", recorded_at=clock.now(), **_written(fields))
    db.add(visit)
    db.flush()  # what follows refers to it
    first = _version(visit, actor, 1, content)
    db.add(first)
    db.add_all(_promise(db, actor, firm, visit, each) for each in fields.promised())
    db.flush()
    # The receipt is taken of what the database gives back, not of what was handed to it.
    db.refresh(first, ["body"])
    visit.digest = digest_of(first.body)
    for answered in answers:
        replies.take(db, actor, firm, visit, answered)
    if fields.need_kind:
        kind = declared().kinds[fields.need_kind]
        raise_need(db, actor, firm, kind, few_words(kind, fields.needs), visit_id=visit.id)
    _carry_out(db, actor, visit, plan)
    touch(db, firm.id)
    changes = {"日期": visit.visited_on, "主题": visit.topics, "回答": len(answers)}
    audit.record(db, actor, "visit.recorded", visit, changes=changes)
    return visit


def correct_visit(db: Session, actor: User, visit: Visit, fields: CorrectionFields, content: Pairs) -> None:
    """Put another version in the place of the standing one, which stays readable.

    Raises:
        Forbidden: the visit is somebody else's, and the actor is not of the bureau.
        Stale: somebody has corrected it since.
    """
    check_may_correct(actor, visit)
    db.refresh(visit, with_for_update=True)
    if fields.version != visit.version:
        raise Stale(visit)
    before = _written_of(visit)
    for name, value in _written(fields).items():
        setattr(visit, name, value)
    visit.version += 1
    db.add(_version(visit, actor, visit.version, content, fields.reason))
    touch(db, visit.firm_id)
    changed = audit.differences(before, _written_of(visit))
    told = "、".join(LABELS[name] for name in changed) or "没有改动"
    audit.record(db, actor, "visit.edited", visit, changes={"改动": told, "原因": fields.reason})


def may_correct(actor: User, visit: Visit) -> bool:
    """Whoever made a visit corrects its record; the bureau may correct any."""
    return actor.may(queries.WRITE) and (actor.id == visit.user_id or actor.role is Role.BUREAU)


def check_may_correct(actor: User, visit: Visit) -> None:
    if not may_correct(actor, visit):
        raise Forbidden("这是他人的走访记录，只能由本人或科技局更正。")


def plan_visit(db: Session, actor: User, firm: Firm, fields: PlanFields) -> VisitPlan:
    """Mean to visit a firm on a day. FieldError where the same person has planned just that."""
    lock(db, f"visit_plan:{firm.id}")
    for plan in queries.open_plans(db, firm):
        if (plan.user_id, plan.planned_on) == (actor.id, fields.planned_on):
            raise FieldError("planned_on", "这一天已有您的走访计划。")
    return _planned(db, actor, firm.id, fields)


def withdraw_plan(db: Session, actor: User, plan: VisitPlan) -> None:
    """Forbidden where the plan is somebody else's, and the actor is not of the bureau."""
    if plan.user_id != actor.id and actor.role is not Role.BUREAU:
        raise Forbidden("这是他人的走访计划，只能由本人或科技局取消。")
    plan.withdrawn_at = clock.now()
    audit.record(db, actor, "visit.plan_withdrawn", plan)


def keep_promise(db: Session, actor: User, promise: Promise) -> None:
    """Note that a promise was kept; Conflict where it was noted before."""
    db.refresh(promise, with_for_update=True)
    if promise.kept_on is not None:
        raise Conflict("这项承诺已经登记为办结。")
    promise.kept_on, promise.kept_by_id = clock.today(), actor.id
    audit.record(db, actor, "promise.kept", promise, firm_id=promise.visit.firm_id)


def assign_promise(db: Session, actor: User, firm: Firm, promise: Promise, owner_id: int) -> None:
    """Let somebody else keep a promise.

    Raises:
        Conflict: it was kept meanwhile.
        FieldError: whoever is named does not look after this firm.
    """
    db.refresh(promise, with_for_update=True)
    if promise.kept_on is not None:
        raise Conflict("这项承诺已经办结，不必再改经办人。")
    before, owner = promise.owner, _keeper(db, firm, owner_id, "owner_id")
    promise.owner_id, promise.owner = owner.id, owner
    changes = {"经办人": [before.name, owner.name]}
    audit.record(db, actor, "promise.assigned", promise, changes=changes, firm_id=firm.id)


LABELS = {
    "visited_on": "走访日期",
    "place": "地点",
    "latitude": "纬度",
    "longitude": "经度",
    "accuracy": "定位误差（米）",
    "people": "见到的人",
    "topics": "主题",
    "problems": "问题",
    "needs": "需求",
    "remarks": "内部备注",
    "next_on": "下次走访",
}


def _promise(db: Session, actor: User, firm: Firm, visit: Visit, line: Promised) -> Promise:
    named = line.owner_id not in {None, actor.id}
    owner = _keeper(db, firm, line.owner_id, f"owner_{line.number}") if named else actor
    return Promise(visit_id=visit.id, what=line.what, due_on=line.due_on, owner_id=owner.id)


def _keeper(db: Session, firm: Firm, owner_id: int | None, field: str) -> User:
    for user in queries.keepers_of(db, firm):
        if user.id == owner_id:
            return user
    raise FieldError(field, "这个人现在不负责这家企业，请另选一位经办人。")


def _carry_out(db: Session, actor: User, visit: Visit, plan: VisitPlan | None) -> None:
    """Close the plan a visit carries out, or this person's plan for that day; and plan the next visit."""
    mine = sa.select(VisitPlan).where(
        VisitPlan.firm_id == visit.firm_id, VisitPlan.user_id == actor.id, VisitPlan.planned_on <= visit.visited_on
    )
    still = mine.where(VisitPlan.visit_id.is_(None), VisitPlan.withdrawn_at.is_(None))
    for each in {plan, *db.scalars(still)} - {None}:
        assert each is not None
        each.visit_id = visit.id
    planned = visit.next_on
    if planned and not db.scalar(
        sa.select(VisitPlan.id).where(
            VisitPlan.firm_id == visit.firm_id, VisitPlan.user_id == actor.id, VisitPlan.planned_on == planned
        )
    ):
        _planned(db, actor, visit.firm_id, PlanFields.model_construct(planned_on=planned, purpose=""))


def _planned(db: Session, actor: User, firm_id: int, fields: PlanFields) -> VisitPlan:
    plan = VisitPlan(
        firm_id=firm_id,
        user_id=actor.id,
        planned_on=fields.planned_on,
        purpose=fields.purpose,
        made_at=clock.now(),
    )
    db.add(plan)
    db.flush()  # the event needs its id
    audit.record(db, actor, "visit.planned", plan, changes={"日期": plan.planned_on})
    return plan


def _version(visit: Visit, actor: User, number: int, content: Pairs, reason: str = "") -> VisitVersion:
    return VisitVersion(
        visit_id=visit.id, number=number, body=content, reason=reason, written_at=clock.now(), written_by_id=actor.id
    )


def _written(fields: RecordFields) -> dict[str, Any]:
    given = {name: getattr(fields, name) for name in RecordFields.model_fields}
    return {**given, "topics": BETWEEN.join(fields.topics)}


def _written_of(visit: Visit) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in RecordFields.model_fields}
