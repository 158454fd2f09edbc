"""The demonstration district's own plan: targets with made-up values, duties given to units, a few with feedback."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.core import clock
from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.duties import queries as duty_queries
from app.duties import service as duties
from app.duties.forms import DutyFields, FeedbackFields, ReturnFields
from app.duties.models import Duty, DutyClause
from app.duties.seeding import load_duties
from app.policies.models import Policy
from app.policytext.duties.roster import expand_units
from app.targets import queries, service
from app.targets.forms import ActualFields
from app.targets.seeding import load_targets

OWN_PLAN = "dabancheng-2023"
OFFICER = "bureau1"


class ActualSpec(Fields):
    """A value of the demonstration; `target` is a code of the plan."""

    target: str
    day: date
    value: Decimal
    source: str
    note: str = ""


class TaskSpec(Fields):
    """A unit's task: due so many days from today, what the unit said, why it was returned."""

    path: str
    unit: str
    due: int
    helpers: Sequence[str] = ()
    say: str = ""
    done: bool = False
    remark: str = ""


def load_plans(db: Session) -> None:
    """Load the district's own plan once; again changes nothing."""
    officer = db.scalars(sa.select(User).where(User.username == OFFICER)).first()
    if officer is None:
        return
    data = read_yaml(SEEDS / "demo" / "plans.yaml")
    if load_targets(db, own=True):
        _report(db, officer, data["actuals"])
    if load_duties(db, own=True):
        _settle(db, officer, data["names"])
        for each in data["tasks"]:
            _give(
                db, officer, TaskSpec(**{("remark" if key == "return" else key): value for key, value in each.items()})
            )


def _report(db: Session, officer: User, actuals: Sequence[Mapping[str, Any]]) -> None:
    for data in actuals:
        spec = ActualSpec(**data)
        target = queries.target_at(db, f"{OWN_PLAN}/{spec.target}")
        if target is not None:
            service.report(db, officer, target, ActualFields(**spec.model_dump(exclude={"target"})))


def _settle(db: Session, officer: User, known: Mapping[str, Sequence[str]]) -> None:
    """Every name of the plan: as the file says, else as the reader of plans takes it."""
    policy = db.scalars(sa.select(Policy).where(Policy.code == OWN_PLAN)).one()
    roster = duty_queries.roster(db)
    for name in duty_queries.names(db, policy.id):
        (meant,) = expand_units([name.name], roster)
        ids = [int(unit.key) for unit in meant.units]
        if name.name in known:
            ids = [unit.id for unit in duties.units_in(db, known[name.name])]
        duties.settle_name(db, officer, name, ids, version=name.version)


def _give(db: Session, officer: User, spec: TaskSpec) -> None:
    duty = _duty(db, spec)
    helpers = [unit.id for unit in duties.units_in(db, spec.helpers)]
    due = clock.today() + timedelta(days=spec.due)
    duties.assign(db, officer, duty, DutyFields(version=duty.version, due_on=due, helper_ids=helpers))
    db.flush()
    if spec.say:
        state = "done" if spec.done else "doing"
        duties.give_feedback(
            db, _speaker(db, duty, officer), duty, FeedbackFields(version=duty.version, state=state, words=spec.say)
        )
    if spec.remark:
        duties.return_duty(db, officer, duty, ReturnFields(version=duty.version, remark=spec.remark))


def _duty(db: Session, spec: TaskSpec) -> Duty:
    wanted = sa.select(Duty).join(Duty.clause).join(DutyClause.policy).join(Unit, Unit.id == Duty.unit_id)
    return db.scalars(wanted.where(Policy.code == OWN_PLAN, DutyClause.path == spec.path, Unit.name == spec.unit)).one()


def _speaker(db: Session, duty: Duty, officer: User) -> User:
    """An account of the unit; the officer where it has none."""
    return db.scalars(sa.select(User).where(User.unit_id == duty.unit_id).order_by(User.id)).first() or officer
