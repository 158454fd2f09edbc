"""Duties from confirmed provisions, names to units, tasks with a due date, feedback and returns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.accounts import audit
from app.accounts.models import Unit, User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.duties import queries
from app.duties.forms import DutyFields, FeedbackFields, ReturnFields
from app.duties.models import Duty, DutyClause, DutyName, DutyPart, DutyState, Feedback, FeedbackKind
from app.library.models import PolicyClause, Provision, ProvisionState
from app.policies.models import Policy

HOLDS = frozenset({ProvisionState.CONFIRMED, ProvisionState.MENDED})
LONGEST_TASK = 300


def follow_provision(db: Session, actor: User, provision: Provision) -> None:
    """What the library decided about a duty: a confirmed one enters the matrix, one that is not adopted leaves it."""
    policy = provision.text.policy
    lock(db, f"duties of {policy.id}")
    clause = queries.clause_from(db, provision, policy.id)
    if provision.state not in HOLDS:
        if clause is not None and clause.withdrawn_at is None:
            clause.withdrawn_at = clock.now()
            arrange(db, clause)
            audit.record(db, actor, "duty.withdrawn", clause)
        return
    clause = clause or DutyClause(policy=policy, task=_task_of(db, provision))
    clause.provision_id, clause.path, clause.position = provision.id, provision.path, provision.starts
    clause.named, clause.others = _named(provision.body), provision.body["others"]
    clause.withdrawn_at = None
    db.add(clause)
    db.flush()  # duties and the event need its number
    arrange(db, clause)
    audit.record(db, actor, "duty.entered", clause, changes={"单位": "、".join(each["name"] for each in clause.named)})


def _task_of(db: Session, provision: Provision) -> str:
    """The heading of the clause, or the beginning of its words where it has none."""
    found = db.scalar(
        sa.select(PolicyClause).where(PolicyClause.text_id == provision.text_id, PolicyClause.path == provision.path)
    )
    if found is None:
        return provision.path
    return (found.heading or found.words[:40])[:LONGEST_TASK]


def _named(body: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": name.strip(), "part": part.code}
        for part in DutyPart
        for name in str(body[part.code]).split("、")
        if name.strip()
    ]


def arrange(db: Session, clause: DutyClause) -> None:
    """Bring a clause's duties in line with its names: one per unit they stand for, one per name that stands for none.

    What somebody has begun stays as withdrawn; what nobody touched goes.
    """
    meant = _meanings(db, clause)
    wanted = {} if clause.withdrawn_at is not None else _wanted(clause, meant)
    for duty in queries.duties_of(db, clause):
        part, name = wanted.pop(duty.unit_id or duty.name, (None, ""))
        if part is not None:
            duty.part, duty.name, duty.withdrawn_at = part, name, None
        elif _is_untouched(db, duty):
            db.delete(duty)
        else:
            duty.withdrawn_at = duty.withdrawn_at or clock.now()
    for key, (part, name) in wanted.items():
        assert part is not None, "whoever is wanted has a part"
        db.add(Duty(clause=clause, part=part, name=name, unit_id=key if isinstance(key, int) else None))
    db.flush()


def _meanings(db: Session, clause: DutyClause) -> dict[str, list[int]]:
    """Name → the units a person said it means; a name nobody decided about is written down to be decided."""
    known = {each.name: each for each in queries.names(db, clause.policy_id)}
    for named in clause.named:
        if named["name"] not in known:
            known[named["name"]] = DutyName(policy_id=clause.policy_id, name=named["name"], unit_ids=[])
            db.add(known[named["name"]])
    return {name: list(each.unit_ids) for name, each in known.items() if each.decided_at is not None}


def _wanted(clause: DutyClause, meant: Mapping[str, Sequence[int]]) -> dict[int | str, tuple[DutyPart | None, str]]:
    """Unit or name → its part, the weightiest where it has several."""
    found: dict[int | str, tuple[DutyPart | None, str]] = {}
    for part in DutyPart:
        for named in clause.named:
            if named["part"] != part.code:
                continue
            for key in meant.get(named["name"]) or [named["name"]]:
                found.setdefault(key, (part, named["name"]))
    return found


def _is_untouched(db: Session, duty: Duty) -> bool:
    said = db.scalar(sa.select(sa.func.count()).where(Feedback.duty_id == duty.id))
    return not said and duty.due_on is None and not duty.helpers and duty.state is DutyState.TODO


def settle_name(db: Session, actor: User, name: DutyName, unit_ids: Iterable[int], *, version: int) -> None:
    """Say which units a name means, everywhere in its plan. Stale when somebody else has said so since."""
    if name.version != version:
        raise Stale(name)
    if not name.policy.body.get("own"):
        raise Conflict("这不是本区的方案，不对应本区单位。若它就是本区方案，请在政策库的文件信息中标明。")
    lock(db, f"duties of {name.policy_id}")
    units = queries.units_by_id(db)
    chosen = [number for number in dict.fromkeys(unit_ids) if number in units]
    before = [units[number].name for number in name.unit_ids if number in units]
    name.unit_ids, name.decided_at, name.decided_by_id = chosen, clock.now(), actor.id
    db.flush()  # the clauses below read it
    for clause in queries.clauses(db, name.policy_id):
        if any(each["name"] == name.name for each in clause.named):
            arrange(db, clause)
    after = [units[number].name for number in chosen]
    changes = {"单位": ["、".join(before), "、".join(after) or "本区没有这个单位"]}
    audit.record(db, actor, "duty_name.settled", name, changes=changes)


def assign(db: Session, actor: User, duty: Duty, fields: DutyFields) -> None:
    """Say when a task is due and who helps."""
    duty = _current(db, duty, fields.version)
    units = queries.units_by_id(db)
    if duty.unit_id in fields.helper_ids:
        raise FieldError("helper_ids", "责任单位自己不必列为配合单位。")
    before = assigned_in_words(duty)
    duty.due_on = fields.due_on
    duty.helpers = [units[number] for number in dict.fromkeys(fields.helper_ids) if number in units]
    changes = audit.differences(before, assigned_in_words(duty))
    if changes:
        touch(duty)
        audit.record(db, actor, "duty.assigned", duty, changes=changes)


def assigned_in_words(duty: Duty) -> dict[str, str]:
    """When a task is due and who helps, by label."""
    return {"期限": str(duty.due_on or ""), "配合单位": "、".join(unit.name for unit in duty.helpers)}


def give_feedback(db: Session, actor: User, duty: Duty, fields: FeedbackFields) -> Feedback:
    """What the responsible unit reports, and where the task stands by it."""
    duty = _current(db, duty, fields.version)
    return _say(
        db, actor, duty, FeedbackKind.REPORTED, DutyState.of(fields.state), fields.words, event="feedback.reported"
    )


def return_duty(db: Session, actor: User, duty: Duty, fields: ReturnFields) -> Feedback:
    """Give a task back to its unit with a remark: it is under way again."""
    duty = _current(db, duty, fields.version)
    if duty.state is DutyState.TODO:
        raise Conflict("这项任务还没有反馈，没有可以退回的内容。")
    return _say(db, actor, duty, FeedbackKind.RETURNED, DutyState.DOING, fields.remark, event="feedback.returned")


def _current(db: Session, duty: Duty, version: int) -> Duty:
    duty = queries.locked(db, duty)
    if duty.version != version:
        raise Stale(duty)
    return duty


def _say(
    db: Session, actor: User, duty: Duty, kind: FeedbackKind, state: DutyState, words: str, *, event: str
) -> Feedback:
    said = Feedback(duty=duty, kind=kind, state=state, words=words, made_at=clock.now(), made_by_id=actor.id)
    before = duty.state
    duty.state = state
    touch(duty)
    db.add(said)
    db.flush()
    changes = {"状态": [before.label, state.label], "内容": words[:200]}
    audit.record(db, actor, event, duty, changes=changes)
    return said


def touch(duty: Duty) -> None:
    """A new version even where no column changes: whoever has the page open must see what was said first."""
    flag_modified(duty, "state")


def make_clause(db: Session, policy: Policy, values: Mapping[str, Any]) -> DutyClause:
    """A clause of the seeds, with its names and duties."""
    clause = DutyClause(policy=policy, **values)
    db.add(clause)
    db.flush()  # its duties need its number
    arrange(db, clause)
    return clause


def units_in(db: Session, names: Iterable[str]) -> list[Unit]:
    """The units with these very names."""
    return list(db.scalars(sa.select(Unit).where(Unit.name.in_(list(names))).order_by(Unit.path)))
