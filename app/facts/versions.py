"""Records and titles by the thousand: a new version of each in a few statements; audited by the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.errors import Stale
from app.facts.ledger import Origin, stamp
from app.facts.models import Recorded
from app.firms.models import Firm
from app.firms.revision import touch_many


@dataclass(frozen=True)
class Version:
    """What an entry says from now on: the columns of its table, or None where it is taken back.

    `seen` is the id of the version that the writer took for standing (0 for none).
    """

    firm_id: int
    thread: str
    columns: dict[str, Any] | None
    origin: Origin
    seen: int


def write_versions(db: Session, actor: User | None, table: type[Recorded], versions: Sequence[Version]) -> None:
    """Write versions of entries of one table, at most one for each thread; the firms' revisions follow.

    Raises:
        Stale: one of the entries has another standing version by now.
    """
    firms = sorted({version.firm_id for version in versions})
    for some in chunks(firms):
        db.execute(sa.select(Firm.id).where(Firm.id.in_(some)).order_by(Firm.id).with_for_update(key_share=True))
    standing = _standing(db, table, [version.seen for version in versions if version.seen])
    rows = []
    for version in versions:
        before = standing.get(version.seen)
        if version.seen and before is None:
            raise Stale(None)
        if version.columns is not None:
            named = {"firm_id": version.firm_id, "thread": version.thread}
            rows.append({**named, **version.columns, **stamp(actor, version.origin, after=before)})
    _supersede(db, actor, list(standing.values()))
    for portion in chunks(rows):
        db.execute(sa.insert(table), portion)
    touch_many(db, firms)


def _standing(db: Session, table: type[Recorded], ids: Sequence[int]) -> dict[int, Recorded]:
    found: dict[int, Recorded] = {}
    whole = cast("Any", table)
    for some in chunks(ids):
        wanted = sa.select(whole).where(whole.id.in_(some), whole.superseded_at.is_(None))
        found.update((row.id, row) for row in db.scalars(wanted.execution_options(populate_existing=True)))
    return found


def _supersede(db: Session, actor: User | None, rows: Sequence[Recorded]) -> None:
    for row in rows:
        # A clock that was set back must not end a row before it began.
        row.superseded_at = max(clock.now(), row.recorded_at)
        row.superseded_by_id = actor.id if actor else None
    db.flush()  # what is written next stands in their place
