"""What the register says against a 派驻, filling the place that the firms keep for it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.commissioners.models import Commissioner, Interest
from app.firms import limits
from app.firms.limits import Limits


def register() -> None:
    limits.register(limits_of)


def limits_of(db: Session, user: User) -> Limits:
    """A person with an account who is in no register is not limited by it."""
    person = db.scalar(sa.select(Commissioner).where(Commissioner.user_id == user.id))
    if person is None:
        return Limits()
    standing = sa.select(Interest).where(Interest.commissioner_id == person.id, Interest.withdrawn_at.is_(None))
    refused = {each.firm_id: f"{person.name}申报过利益关系（{each.kind}），不能派驻。" for each in db.scalars(standing)}
    return Limits(refused, person.starts_on, person.ends_on)
