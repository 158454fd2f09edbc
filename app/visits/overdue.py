"""Promises that nobody kept in time."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.notices.overdue import Overdue
from app.visits.models import Promise, Visit

PROMISE = "promise"


def promises(db: Session, day: date) -> Iterator[Overdue]:
    late = sa.select(Promise).where(Promise.kept_on.is_(None), Promise.due_on < day)
    loaded = late.options(joinedload(Promise.owner), joinedload(Promise.visit).joinedload(Visit.firm))
    for promise in db.scalars(loaded.order_by(Promise.id)):
        firm, owner = promise.visit.firm, promise.owner
        assert promise.due_on is not None, "only what has a day is late"
        yield Overdue(
            number=promise.id,
            what=f"走访承诺“{promise.what}”（{firm.name}）",
            owner=owner.name,
            due_on=promise.due_on,
            route="visits.show",
            parameters={"firm_id": firm.id, "visit_id": promise.visit_id},
            unit_id=owner.unit_id,
            owner_ids=() if owner.disabled_at else (owner.id,),
            firm_id=firm.id,
        )
