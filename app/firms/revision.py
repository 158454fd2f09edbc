"""Counting the changes of what is known about a firm, so that whatever rests on it knows when to follow."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.firms.models import Firm


def touch(db: Session, firm_id: int) -> None:
    """Note a change; not through the object, whose version guards the identity form alone."""
    change = sa.update(Firm).where(Firm.id == firm_id)
    db.execute(
        change.values(revision=Firm.revision + 1, changed_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def touch_all(db: Session) -> None:
    """Note that something every firm is measured against has changed; the firms themselves have not."""
    db.execute(sa.update(Firm).values(revision=Firm.revision + 1), execution_options={"synchronize_session": False})
