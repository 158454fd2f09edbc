"""Following targets: from confirmed provisions, with actual values that are added to and never overwritten."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.facts.vocabulary import vocabulary
from app.library.models import Provision, ProvisionState
from app.policies.models import Policy
from app.policytext.targets.target import TargetKind
from app.targets import counting, queries
from app.targets.forms import ActualFields, Following
from app.targets.models import Actual, Given, Target

HOLDS = frozenset({ProvisionState.CONFIRMED, ProvisionState.MENDED})
SAID = ("indicator", "scope", "year", "every_year", "comparator", "unit", "measure")


def follow_provision(db: Session, actor: User, provision: Provision) -> None:
    """What the library decided about a target: a confirmed one is followed, one that is not adopted no longer."""
    policy = provision.text.policy
    lock(db, f"targets of {policy.id}")
    target = queries.target_from(db, provision, policy.id)
    if provision.state in HOLDS:
        _follow(db, actor, policy, provision, target)
    elif target is not None and target.withdrawn_at is None:
        target.withdrawn_at = clock.now()
        audit.record(db, actor, "target.withdrawn", target)


def _follow(db: Session, actor: User, policy: Policy, provision: Provision, target: Target | None) -> None:
    made = target is None or target.withdrawn_at is not None
    target = target or Target(policy=policy, overlaps=False, note="", soft=False)
    before = _told(target) if target.id else {}
    target.provision_id, target.path, target.position = provision.id, provision.path, provision.starts
    _take_over(target, provision.body)
    target.withdrawn_at = None
    if target.id is None:
        target.starts_on = first_day(target, policy)
        target.ends_on = _last_day(target, policy)
        target.counts = counting.kind_of(target.indicator, target.scope)
    db.add(target)
    db.flush()  # the event needs its number
    changes = audit.differences(before, _told(target))
    if changes:
        audit.record(db, actor, "target.followed" if made else "target.edited", target, changes=changes)


def _take_over(target: Target, body: dict[str, Any]) -> None:
    for name in SAID:
        setattr(target, name, body[name])
    target.low = Decimal(body["low"])
    target.high = Decimal(body["high"]) if body["high"] else None
    target.base_words = body["baseline"]


def first_day(target: Target, policy: Policy) -> date | None:
    """When a target's term begins if nobody says otherwise: what is added within a year on its first day."""
    if target.kind is TargetKind.INCREMENT and target.year and not target.every_year:
        return date(target.year, 1, 1)
    return policy.starts_on


def _last_day(target: Target, policy: Policy) -> date | None:
    """Only where the target names no year of its own."""
    return None if target.year else policy.ends_on


def _told(target: Target) -> dict[str, Any]:
    top = f"至{target.high:f}" if target.high is not None else ""
    year = f"{target.year}年" if target.year else "每年" if target.every_year else "未写年份"
    value = f"{target.comparator}{target.low:f}{top}{target.unit}"
    return {"指标": target.indicator, "范围": target.scope, "年份": year, "数值": value, "类型": target.measure}


def report(db: Session, actor: User, target: Target, fields: ActualFields) -> Actual:
    """Add a value. FieldError where one stands for the day already: that one is corrected, not written over."""
    _insist_on_ours(target)
    lock(db, f"actuals of {target.id}")
    _check(target, fields)
    if queries.standing_on(db, target, fields.day) is not None:
        raise FieldError("day", "这一天已有实际值；要改它，请在下面的表里点“更正”。")
    actual = _write(db, actor, target, fields)
    audit.record(db, actor, "actual.reported", actual, changes=_figure(actual))
    return actual


def correct(db: Session, actor: User, target: Target, actual: Actual, fields: ActualFields) -> Actual:
    """Put another value in the place of one, which stays to be seen."""
    _insist_on_ours(target)
    lock(db, f"actuals of {target.id}")
    _check(target, fields)
    other = queries.standing_on(db, target, fields.day)
    if other is not None and other is not actual:
        raise FieldError("day", "这一天另有一个实际值，请先更正或撤回那一个。")
    before = _figure(actual)
    _supersede(db, actor, actual, fields.note)
    made = _write(db, actor, target, fields)
    audit.record(db, actor, "actual.corrected", made, changes=audit.differences(before, _figure(made)))
    return made


def retract(db: Session, actor: User, actual: Actual, reason: str) -> None:
    """Take a value back; it stays to be seen with the reason."""
    _supersede(db, actor, actual, reason)
    audit.record(db, actor, "actual.retracted", actual, changes={**_figure(actual), "原因": reason})


def _insist_on_ours(target: Target) -> None:
    if not target.is_own:
        raise Conflict("这不是本区的方案，只作参考，不填报实际值。若它就是本区方案，请在政策库的文件信息中标明。")
    if target.repeats is not None:
        raise Conflict("这个目标与另一处重复，请在那一处填报，两处一起更新。")


def _check(target: Target, fields: ActualFields) -> None:
    if fields.whole is not None and (target.kind is not TargetKind.SHARE or fields.given is Given.RESULT):
        raise FieldError("whole", "总量只用于由数值计算占比；这里请留空。")
    if target.kind is TargetKind.SHARE and fields.given is Given.LEVEL and fields.whole is None:
        raise FieldError("whole", "请填写总量，由系统计算占比；只有占比的，请选“已算好的结果”。")
    if fields.given is Given.RESULT and target.kind in {TargetKind.STOCK, TargetKind.INCREMENT}:
        raise FieldError("given", f"{target.kind.value}目标填报的就是指标数值。")


def _write(db: Session, actor: User, target: Target, fields: ActualFields) -> Actual:
    given = fields.model_dump(exclude={"note"})
    actual = Actual(target=target, note=fields.note or None, **given)
    actual.recorded_at, actual.recorded_by_id = clock.now(), actor.id
    db.add(actual)
    db.flush()  # the event needs its number
    return actual


def _supersede(db: Session, actor: User, actual: Actual, reason: str) -> None:
    actual.superseded_at, actual.superseded_by_id, actual.superseded_for = clock.now(), actor.id, reason or None
    db.flush()  # of the values of a day only one may stand, also within this transaction


def _figure(actual: Actual) -> dict[str, Any]:
    whole = f"{actual.whole:f}" if actual.whole is not None else ""
    return {"截至": actual.day, "数值": f"{actual.value:f}", "总量": whole, "来源": actual.source}


def edit(db: Session, actor: User, target: Target, fields: Following) -> None:
    """Say how a target is followed. Stale when somebody else has said so since; FieldError where it cannot be."""
    if target.version != fields.version:
        raise Stale(target)
    _check_kind(fields.counts)
    _check_links(db, target, fields)
    before = followed_in_words(target)
    given = fields.model_dump(exclude={"version", "counts"})
    for name, value in {**given, "counts": fields.counts or None}.items():
        setattr(target, name, value)
    db.flush()
    db.expire(target, ["parent", "repeats"])
    changes = audit.differences(before, followed_in_words(target))
    if changes:
        audit.record(db, actor, "target.edited", target, changes=changes)


def _check_kind(code: str) -> None:
    if code and code not in vocabulary().titles:
        raise FieldError("counts", "请从列表中选择。")


def _check_links(db: Session, target: Target, fields: Following) -> None:
    """Another target of the same plan, itself not linked on: one level, no circles."""
    for field, name in (("parent_id", "上级指标"), ("repeats_id", "重复的目标")):
        number = getattr(fields, field)
        other = queries.target(db, number) if number else None
        if number and (other is None or other is target or other.policy_id != target.policy_id):
            raise FieldError(field, f"{name}请选同一方案中的另一个目标。")
        if other is not None and getattr(other, field):
            raise FieldError(field, f"所选的目标自己还有{name}，请选最上面的那一个。")
        if field == "repeats_id" and other is not None and other.scope != target.scope:
            raise FieldError(field, "两个目标的范围不同，不是同一个数，不能合在一起。")


def followed_in_words(target: Target) -> dict[str, str]:
    """How a target is followed, by label."""
    kind = vocabulary().titles.get(target.counts or "")
    return {
        "起算日": str(target.starts_on or ""),
        "期限": str(target.ends_on or ""),
        "基期年份": str(target.base_year or ""),
        "基期值": "" if target.base_value is None else f"{target.base_value:f}",
        "系统计数": kind.label if kind else "",
        "上级指标": str(target.parent_id or ""),
        "分项有交叉": "是" if target.overlaps else "",
        "重复的目标": str(target.repeats_id or ""),
        "备注": target.note,
    }
