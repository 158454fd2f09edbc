"""Reading the ledger: what stands now, what stood as known on a day, and how a figure came about."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.facts.models import Fact, Record, Recorded, RegionFact, Vouch


def known_at(table: type[Recorded], moment: datetime | None) -> sa.ColumnElement[bool]:
    """The rows of a ledger table that stood at a moment (UTC); None means now."""
    if moment is None:
        return table.superseded_at.is_(None)
    later = table.superseded_at.is_(None) | (table.superseded_at > moment)
    return sa.and_(table.recorded_at <= moment, later)


def facts_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Fact]:
    """The firm's figures, by kind and year (year 0 for those without one)."""
    statement = sa.select(Fact).where(Fact.firm_id == firm_id, known_at(Fact, at))
    return list(db.scalars(statement.order_by(Fact.kind, Fact.year)))


def region_facts(db: Session, *, at: datetime | None = None) -> list[RegionFact]:
    return list(
        db.scalars(sa.select(RegionFact).where(known_at(RegionFact, at)).order_by(RegionFact.kind, RegionFact.year))
    )


def records_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Record]:
    statement = sa.select(Record).where(Record.firm_id == firm_id, known_at(Record, at))
    return list(db.scalars(statement.order_by(Record.collection, Record.starts_on.desc(), Record.id)))


def vouches_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Vouch]:
    """Vouches for this firm and those for every firm of the district."""
    whose = (Vouch.firm_id == firm_id) | Vouch.firm_id.is_(None)
    return list(db.scalars(sa.select(Vouch).where(whose, known_at(Vouch, at)).order_by(Vouch.id)))


def standing_fact(db: Session, firm_id: int, kind: str, year: int) -> Fact | None:
    """The figure that counts now, or None; `year` 0 for a figure without a year."""
    return db.scalar(
        sa.select(Fact).where(
            Fact.firm_id == firm_id, Fact.kind == kind, Fact.year == year, Fact.superseded_at.is_(None)
        )
    )


def history_of_fact(db: Session, firm_id: int, kind: str, year: int) -> list[Fact]:
    """Every value a figure ever had, newest first."""
    statement = sa.select(Fact).where(Fact.firm_id == firm_id, Fact.kind == kind, Fact.year == year)
    return list(db.scalars(statement.order_by(Fact.id.desc())))


def get_record(db: Session, firm_id: int, record_id: int) -> Record:
    """The standing record of this firm under an id; NotFound for any other, whoever's it is."""
    record = db.scalar(
        sa.select(Record).where(Record.id == record_id, Record.firm_id == firm_id, Record.superseded_at.is_(None))
    )
    if record is None:
        raise NotFound
    return record


def history_of_record(db: Session, firm_id: int, thread: str) -> list[Record]:
    """Every version of one entry, newest first."""
    statement = sa.select(Record).where(Record.firm_id == firm_id, Record.thread == thread)
    return list(db.scalars(statement.order_by(Record.id.desc())))
