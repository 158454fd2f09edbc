"""Reading the matrix and the tasks, as far as somebody reaches them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.accounts.models import Unit, User
from app.core import clock
from app.core.address import ListSearch, asked, digits, one_of
from app.core.errors import NotFound
from app.duties.access import visible
from app.duties.models import Duty, DutyClause, DutyName, DutyState, Feedback
from app.library.models import Provision
from app.policies.models import Policy
from app.policytext.duties.roster import RosterUnit

READ = "duty:read"
OVERDUE = "overdue"
# What the gate loaded a moment before may have changed until the lock was given.
FRESH = {"populate_existing": True}
STATES = (
    (DutyState.TODO.code, "未开始"),
    (DutyState.DOING.code, "进行中"),
    (OVERDUE, "已逾期"),
    (DutyState.DONE.code, "已完成"),
)


@dataclass(frozen=True)
class TaskSearch(ListSearch):
    """What a list of tasks is narrowed to; `state` is a code of DutyState, or overdue."""

    policy: str = asked(digits)
    unit: str = asked(digits)
    q: str = asked(str)
    state: str = asked(one_of(lambda: dict(STATES)))


def plans(db: Session) -> list[Policy]:
    """The documents that have a matrix."""
    held = sa.select(DutyClause.policy_id).where(DutyClause.withdrawn_at.is_(None))
    return list(db.scalars(sa.select(Policy).where(Policy.id.in_(held)).order_by(Policy.id)))


def clauses(db: Session, policy_id: int) -> list[DutyClause]:
    mine = sa.select(DutyClause).where(DutyClause.policy_id == policy_id, DutyClause.withdrawn_at.is_(None))
    return list(db.scalars(mine.order_by(DutyClause.position, DutyClause.id)))


def duties_in(db: Session, actor: User, clause_ids: Iterable[int]) -> dict[int, list[Duty]]:
    """Clause → its duties as far as somebody may see them."""
    wanted = sa.select(Duty).where(
        Duty.clause_id.in_(set(clause_ids)), Duty.withdrawn_at.is_(None), visible(actor, READ)
    )
    found: dict[int, list[Duty]] = {}
    for duty in db.scalars(wanted.options(joinedload(Duty.unit)).order_by(Duty.id)):
        found.setdefault(duty.clause_id, []).append(duty)
    return found


def duties_of(db: Session, clause: DutyClause) -> Sequence[Duty]:
    """Every duty of a clause, withdrawn ones too, whoever asks."""
    mine = sa.select(Duty).where(Duty.clause_id == clause.id).options(selectinload(Duty.helpers))
    return db.scalars(mine.order_by(Duty.id)).all()


def clause_at(db: Session, code: str) -> DutyClause | None:
    return db.scalar(sa.select(DutyClause).where(DutyClause.code == code))


def clause_from(db: Session, provision: Provision, policy_id: int) -> DutyClause | None:
    """What a provision made, or the same clause of an earlier version or of the seeds."""
    made = db.scalar(sa.select(DutyClause).where(DutyClause.provision_id == provision.id))
    if made is not None:
        return made
    here = sa.exists().where(Provision.id == DutyClause.provision_id, Provision.text_id == provision.text_id)
    same = sa.select(DutyClause).where(DutyClause.policy_id == policy_id, DutyClause.path == provision.path, ~here)
    return db.scalar(same.order_by(DutyClause.id).limit(1))


def names(db: Session, policy_id: int) -> list[DutyName]:
    """The names a plan writes, those that wait first."""
    mine = sa.select(DutyName).where(DutyName.policy_id == policy_id).options(joinedload(DutyName.decided_by))
    return list(db.scalars(mine.order_by(DutyName.decided_at.is_not(None), DutyName.id)))


def name(db: Session, name_id: int) -> DutyName | None:
    return db.scalar(sa.select(DutyName).where(DutyName.id == name_id).options(joinedload(DutyName.policy)))


def roster(db: Session) -> list[RosterUnit]:
    """Every unit in being, as the reader of plans expands names to."""
    found = db.scalars(sa.select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path))
    return [RosterUnit(str(unit.id), unit.name, unit.kind.label) for unit in found]


def units_by_id(db: Session) -> dict[int, Unit]:
    return {unit.id: unit for unit in db.scalars(sa.select(Unit).order_by(Unit.path))}


def tasks(actor: User, wanted: TaskSearch) -> sa.Select[Any]:
    """The tasks of this district's units that somebody reaches, what is due first on top."""
    statement = (
        sa.select(Duty)
        .join(Duty.clause)
        .join(DutyClause.policy)
        .where(Duty.unit_id.is_not(None), Duty.withdrawn_at.is_(None), visible(actor, READ))
        .options(contains_eager(Duty.clause).contains_eager(DutyClause.policy))
        .options(joinedload(Duty.unit), selectinload(Duty.helpers))
        .order_by(Duty.due_on.is_(None), Duty.due_on, DutyClause.policy_id, DutyClause.position, Duty.id)
    )
    for condition in _conditions(wanted):
        statement = statement.where(condition)
    return statement


def _conditions(wanted: TaskSearch) -> list[sa.ColumnElement[bool]]:
    found = []
    if wanted.policy:
        found.append(DutyClause.policy_id == int(wanted.policy))
    if wanted.unit:
        found.append(Duty.unit_id == int(wanted.unit))
    if wanted.q:
        found.append(DutyClause.task.contains(wanted.q, autoescape=True))
    if wanted.state:
        found.append(in_state(wanted.state))
    return found


def in_state(code: str) -> sa.ColumnElement[bool]:
    """The condition of a tab; what is overdue is counted there only."""
    late = Duty.due_on < clock.today()
    if code == OVERDUE:
        return late & (Duty.state != DutyState.DONE)
    state = DutyState.of(code)
    return (
        Duty.state == state if state is DutyState.DONE else (Duty.state == state) & sa.func.coalesce(~late, sa.true())
    )


def feedbacks(db: Session, duty_id: int) -> Sequence[Feedback]:
    """Everything said about a task, newest first."""
    mine = sa.select(Feedback).where(Feedback.duty_id == duty_id).options(joinedload(Feedback.made_by))
    return db.scalars(mine.order_by(Feedback.id.desc())).all()


def latest(db: Session, duty_ids: Iterable[int]) -> dict[int, Feedback]:
    """Task → what was said last."""
    last = sa.select(sa.func.max(Feedback.id)).where(Feedback.duty_id.in_(set(duty_ids))).group_by(Feedback.duty_id)
    return {each.duty_id: each for each in db.scalars(sa.select(Feedback).where(Feedback.id.in_(last)))}


def locked(db: Session, duty: Duty) -> Duty:
    """The task as it stands now, locked for a change."""
    found = db.scalar(sa.select(Duty).where(Duty.id == duty.id).with_for_update(of=Duty), execution_options=FRESH)
    if found is None or found.withdrawn_at is not None:
        raise NotFound("这项任务已不在责任矩阵中。")
    return found
