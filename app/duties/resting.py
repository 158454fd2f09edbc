"""The tasks that rest on clauses, unit by unit, for whoever asks what a changed clause touches."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.duties import queries
from app.duties.models import Duty, DutyClause
from app.library.resting import Resting
from app.policies.models import Policy


def duties_resting_on(db: Session, actor: User, policy: Policy, paths: Collection[str]) -> list[Resting]:
    if not actor.may(queries.READ):
        return []
    clauses = {each.id: each for each in queries.clauses(db, policy.id) if each.path in paths}
    tasks = queries.duties_in(db, actor, clauses)
    found: list[Resting] = []
    for each in clauses.values():
        given = [_task(each, duty, duty.unit) for duty in tasks.get(each.id, ()) if duty.unit is not None]
        found += given or [_not_given_out(each, policy)]
    return found


def _task(clause: DutyClause, duty: Duty, unit: Unit) -> Resting:
    return Resting(clause.path, "任务", f"{clause.task}（{unit.name}）", "duties.show", {"duty_id": duty.id})


def _not_given_out(clause: DutyClause, policy: Policy) -> Resting:
    """A clause of which no unit of this district has a task yet, or none that the reader may see."""
    return Resting(clause.path, "任务", clause.task, "matrix.show", {"query": {"policy": policy.id}})
