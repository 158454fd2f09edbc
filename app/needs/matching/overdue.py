"""Referrals that have no result in time."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.needs.matching.models import Referral, Result
from app.needs.models import Need
from app.notices.overdue import Overdue

REFERRAL = "referral"


def referrals(db: Session, day: date) -> Iterator[Overdue]:
    late = sa.select(Referral).where(Referral.result == Result.OPEN, Referral.due_on < day)
    whole = joinedload(Referral.need).joinedload(Need.firm), joinedload(Referral.made_by), joinedload(Referral.resource)
    for referral in db.scalars(late.options(*whole).order_by(Referral.id)):
        maker, need = referral.made_by, referral.need
        yield Overdue(
            number=referral.id,
            what=f"需求对接“{referral}”（{need.firm.name}）",
            owner=maker.name if maker else "科技局",
            due_on=referral.due_on,
            route="needs.show",
            parameters={"need_id": need.id},
            unit_id=maker.unit_id if maker else None,
            owner_ids=(maker.id,) if maker and maker.disabled_at is None else (),
            firm_id=need.firm_id,
        )
