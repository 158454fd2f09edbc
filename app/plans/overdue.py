"""Measures that nobody confirmed in time."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.firms.models import Firm
from app.notices.overdue import Overdue, users_of
from app.plans.access import REPORT
from app.plans.models import Measure, Plan, PlanState

MEASURE = "measure"


def measures(db: Session, day: date) -> Iterator[Overdue]:
    """Of plans that are carried out; a measure without a unit is the firm's own to do."""
    late = sa.select(Measure).join(Plan, Plan.id == Measure.plan_id).join(Firm, Firm.id == Plan.firm_id)
    waiting = Plan.state == PlanState.APPROVED, Measure.done_on.is_(None), Measure.due_on < day
    whole = joinedload(Measure.plan).joinedload(Plan.firm), joinedload(Measure.owner_unit)
    people: dict[int, tuple[int, ...]] = {}
    for measure in db.scalars(late.where(*waiting, Firm.merged_into_id.is_(None)).options(*whole).order_by(Measure.id)):
        unit_id = measure.owner_unit_id
        if unit_id is not None and unit_id not in people:
            people[unit_id] = users_of(db, unit_id, REPORT)
        yield _overdue(measure, people.get(unit_id or 0, ()))


def _overdue(measure: Measure, owner_ids: tuple[int, ...]) -> Overdue:
    firm, is_firms = measure.plan.firm, measure.owner_unit_id is None
    return Overdue(
        number=measure.thread,
        what=f"一企一策措施“{measure.name}”（{firm.name}）",
        owner=measure.owner,
        due_on=measure.due_on,
        route="measures.show",
        parameters={"measure_id": measure.id},
        unit_id=firm.unit_id if is_firms else measure.owner_unit_id,
        owner_ids=owner_ids,
        # A unit answers for its measure wherever the firm is.
        firm_id=firm.id if is_firms else None,
        is_firms=is_firms,
    )
