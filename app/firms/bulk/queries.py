"""Reading batches: whose they are, and what became of each firm."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.firms.bulk.models import Bulk, BulkRow


def batches_of(actor: User) -> sa.Select[Bulk]:
    """A person's own batches, the latest first; whoever else is concerned finds each firm's part in the audit trail."""
    return sa.select(Bulk).where(Bulk.made_by_id == actor.id).options(joinedload(Bulk.made_by)).order_by(Bulk.id.desc())


def batch(db: Session, actor: User, number: int) -> Bulk | None:
    return db.scalar(batches_of(actor).where(Bulk.id == number))


def rows_of(bulk: Bulk, *, state: str = "") -> sa.Select[BulkRow]:
    """The firms of a batch: all, those done, those skipped, or those that undoing left."""
    rows = sa.select(BulkRow).where(BulkRow.bulk_id == bulk.id).options(joinedload(BulkRow.firm)).order_by(BulkRow.id)
    match state:
        case "done":
            return rows.where(BulkRow.made_id.is_not(None))
        case "skipped":
            return rows.where(BulkRow.made_id.is_(None))
        case "kept":
            return rows.where(BulkRow.undo_note != "")
        case _:
            return rows
