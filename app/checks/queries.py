"""Reading what checks have left behind."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.models import Checked, KeptFinding
from app.core.errors import NotFound
from app.firms.models import Firm


def behind(db: Session, book: str, day: date, limit: int) -> list[Firm]:
    """Firms whose last check is missing, or rests on an older revision, another rule book or another day."""
    return list(db.scalars(_behind(sa.select(Firm), book, day).order_by(Firm.id).limit(limit)))


def count_behind(db: Session, book: str, day: date) -> int:
    return db.scalar(_behind(sa.select(sa.func.count(Firm.id)), book, day)) or 0


def kept_findings(db: Session, firm_id: int) -> list[KeptFinding]:
    statement = sa.select(KeptFinding).where(KeptFinding.firm_id == firm_id).order_by(KeptFinding.id.desc())
    return list(db.scalars(statement))


def get_kept(db: Session, firm_id: int, kept_id: int) -> KeptFinding:
    kept = db.scalar(sa.select(KeptFinding).where(KeptFinding.id == kept_id, KeptFinding.firm_id == firm_id))
    if kept is None:
        raise NotFound
    return kept


def _behind(statement: sa.Select[tuple[object]], book: str, day: date) -> sa.Select[tuple[object]]:
    current = sa.and_(Checked.revision == Firm.revision, Checked.book == book, Checked.day == day)
    joined = statement.select_from(Firm).outerjoin(Checked, Checked.firm_id == Firm.id)
    return joined.where(Checked.id.is_(None) | sa.not_(current))
