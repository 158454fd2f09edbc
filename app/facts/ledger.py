"""What every writer of the ledger does: hold the firm, stamp the new row, close the old one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.facts.models import Batch, Recorded, Source
from app.firms.models import Firm


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: its source, a word about it, and the import it came with."""

    source: Source
    note: str | None = None
    batch: Batch | None = None


def hold_firm(db: Session, firm_id: int) -> None:
    """Let writers of one firm's ledger take turns until the transaction ends, so that none overlooks another.

    The firm's own row is the lock: an import touches thousands of firms, more than there is room for named locks.
    """
    db.execute(sa.select(Firm.id).where(Firm.id == firm_id).with_for_update(key_share=True))


def hold_region(db: Session) -> None:
    lock(db, "region facts")


def stamp(actor: User | None, origin: Origin, *, after: Recorded | None = None) -> dict[str, Any]:
    """The columns of `Recorded` for a row written now in the place of another."""
    return {
        "source": origin.source,
        "source_note": origin.note,
        "recorded_at": _moment(after),
        "recorded_by_id": actor.id if actor else None,
        "batch_id": origin.batch.id if origin.batch else None,
    }


def supersede(db: Session, actor: User | None, row: Recorded, *, by: Recorded | None = None) -> None:
    """Close a row at the very moment its successor begins, or now if it has none."""
    row.superseded_at = by.recorded_at if by else _moment(row)
    row.superseded_by_id = actor.id if actor else None
    db.flush()  # the database allows only one standing value, so the old one must go first


def _moment(after: Recorded | None) -> datetime:
    # A clock that was set back must not end a row before it began.
    moment = clock.now()
    return max(moment, after.recorded_at) if after else moment
