"""Referring a need to somebody, and writing down what came of it."""

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError, Stale
from app.needs import service as needs
from app.needs.matching import queries
from app.needs.matching.forms import ReferralFields, ResultFields
from app.needs.matching.models import Referral, Result
from app.needs.models import Need, NeedState
from app.needs.resources.models import Resource


def refer(db: Session, actor: User, need: Need, fields: ReferralFields) -> Referral:
    """Bring a need to a resource; the need is 对接中 from then on.

    Raises:
        Conflict: the need is not published, or is brought to its end.
        FieldError: the resource is none of ours, or the two are talking already.
    """
    needs.hold(db, need)
    if need.state not in queries.OPEN_TO_HELP:
        raise Conflict(f"需求目前是“{need.state}”，发布之后、解决之前才能对接。")
    resource = db.get(Resource, fields.resource_id)
    if resource is None or resource.removed_at is not None:
        raise FieldError("resource_id", "请从列表中选择。")
    earlier = queries.referrals_of(db, need)
    if any(each.resource_id == resource.id and each.result is Result.OPEN for each in earlier):
        raise FieldError("resource_id", f"与“{resource.name}”的对接还在进行，请先登记那一次的结果。")
    referral = Referral(
        need=need,
        resource=resource,
        due_on=fields.due_on,
        result=Result.OPEN,
        remark=fields.remark or None,
        made_at=clock.now(),
        made_by_id=actor.id,
    )
    db.add(referral)
    if need.state is not NeedState.MATCHING:
        needs.move(db, actor, need, NeedState.MATCHING, f"对接：{resource}")
    db.flush()  # the audit event needs its id
    told = {"对接": str(resource), "期限": fields.due_on, **({"备注": fields.remark} if fields.remark else {})}
    audit.record(db, actor, "referral.made", referral, changes=told, firm_id=need.firm_id)
    return referral


def report(db: Session, actor: User, referral: Referral, fields: ResultFields) -> Referral:
    """Write down what came of a referral, or that it goes on until a later day.

    Raises:
        Stale: somebody else has reported since.
        FieldError: an amount without success.
    """
    db.refresh(referral, with_for_update={"of": Referral})
    if fields.version != referral.version:
        raise Stale(referral)
    if referral.result is not Result.OPEN:
        raise Conflict("这次对接已有结果，不能再改；情况有变请另起一次对接。")
    if fields.amount is not None and fields.result is not Result.DONE:
        raise FieldError("amount", "只有成功的对接才有金额，请核对结果。")
    referral.result, referral.remark, referral.amount = fields.result, fields.remark, fields.amount
    referral.due_on = fields.due_on or referral.due_on
    if fields.result is not Result.OPEN:
        referral.closed_at, referral.closed_by_id = clock.now(), actor.id
    db.flush()
    told = {"对接": str(referral.resource), "结果": referral.result, "金额（元）": fields.amount, "备注": fields.remark}
    audit.record(db, actor, "referral.reported", referral, changes=told, firm_id=referral.need.firm_id)
    return referral
