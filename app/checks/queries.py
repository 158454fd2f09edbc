"""Reading what checks have left behind."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.models import Checked, KeptFinding, Round, Standing
from app.core.errors import NotFound
from app.firms.access import with_merged
from app.firms.models import Firm

# What one rule says of one firm.
COLUMNS = ("answer", "unmet", "unknown", "total", "amount", "amount_low", "amount_high")
STORED = ("id", "firm_id", *COLUMNS)


class PoolState(NamedTuple):
    """What a pool rests on: the number of firms and the sum of their revisions; any change of the pool changes it."""

    firms: int
    revisions: int


def rounds(db: Session) -> dict[str, Round]:
    """The round of each rule that was judged, by the rule's code."""
    return {each.rule_code: each for each in db.scalars(sa.select(Round).order_by(Round.rule_code))}


def turn(db: Session, code: str) -> int:
    """How often the standings of a rule were written; 0 for a rule that never was judged."""
    return db.scalar(sa.select(Round.turn).where(Round.rule_code == code)) or 0


def stored(db: Session, code: str) -> Sequence[sa.Row[Any]]:
    """Every standing of a rule as plain rows of `STORED`."""
    columns = [getattr(Standing, name) for name in STORED]
    return db.execute(sa.select(*columns).where(Standing.rule_code == code)).all()


def behind(db: Session, limit: int) -> list[int]:
    """The firms that were never checked, or have changed since, by their ids."""
    return list(db.scalars(_behind(sa.select(Firm.id)).order_by(Firm.id).limit(limit)))


def count_behind(db: Session) -> int:
    return db.scalar(_behind(sa.select(sa.func.count(Firm.id)))) or 0


def checked_revisions(db: Session) -> dict[int, int]:
    """Firm → the revision its standings rest on."""
    return {row.firm_id: row.revision for row in db.execute(sa.select(Checked.firm_id, Checked.revision))}


def unasked(db: Session, day: date, limit: int) -> list[Standing]:
    """Open answers of which nobody has worked out today what would settle them, those that wait for one thing first."""
    statement = sa.select(Standing).where(Standing.answer == "unknown", Standing.asked_on.is_distinct_from(day))
    several = sa.case((sa.and_(Standing.unmet == 0, Standing.unknown == 1), 0), else_=1)
    return list(db.scalars(statement.order_by(several, Standing.firm_id, Standing.rule_code).limit(limit)))


def kept_findings(db: Session, firm_id: int) -> list[KeptFinding]:
    statement = (
        sa.select(KeptFinding).where(KeptFinding.firm_id.in_(with_merged(firm_id))).order_by(KeptFinding.id.desc())
    )
    return list(db.scalars(statement))


def get_kept(db: Session, firm_id: int, kept_id: int) -> KeptFinding:
    kept = db.scalar(
        sa.select(KeptFinding).where(KeptFinding.id == kept_id, KeptFinding.firm_id.in_(with_merged(firm_id)))
    )
    if kept is None:
        raise NotFound
    return kept


def pool_state(db: Session) -> PoolState:
    """What a pool read now would rest on."""
    row = db.execute(
        sa.select(sa.func.count(Firm.id), sa.func.sum(Firm.revision)).where(Firm.merged_into_id.is_(None))
    ).one()
    return PoolState(row[0], int(row[1] or 0))


def _behind(statement: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    joined = statement.select_from(Firm).outerjoin(Checked, Checked.firm_id == Firm.id)
    return joined.where(Firm.merged_into_id.is_(None), Checked.revision.is_distinct_from(Firm.revision))
