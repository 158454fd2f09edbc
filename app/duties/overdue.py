"""Tasks of units that were not done in time."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.duties.models import Duty, DutyState
from app.notices.overdue import Overdue, users_of

DUTY = "duty"


def duties(db: Session, day: date) -> Iterator[Overdue]:
    late = sa.select(Duty).where(
        Duty.unit_id.is_not(None), Duty.withdrawn_at.is_(None), Duty.state != DutyState.DONE, Duty.due_on < day
    )
    people: dict[int, tuple[int, ...]] = {}
    for duty in db.scalars(late.options(joinedload(Duty.unit), joinedload(Duty.clause)).order_by(Duty.id)):
        assert duty.unit is not None, "a task of ours has a unit"
        assert duty.due_on is not None, "only what has a day is late"
        if duty.unit.id not in people:
            people[duty.unit.id] = users_of(db, duty.unit.id, "feedback:write")
        yield Overdue(
            number=duty.id,
            what=f"任务“{duty.clause.task[:80]}”",
            owner=duty.unit.name,
            due_on=duty.due_on,
            route="duties.show",
            parameters={"duty_id": duty.id},
            unit_id=duty.unit.id,
            owner_ids=people[duty.unit.id],
        )
