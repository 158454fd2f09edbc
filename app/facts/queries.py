"""Reading the ledger: what stands now, what stood as known on a day, and how a figure came about."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import NotFound
from app.facts.models import Fact, Record, Recorded, RegionFact, Vouch

# An entry without a day stands last on either database.
LATEST_FIRST = Record.starts_on.desc().nulls_last(), Record.id


def known_at(table: type[Recorded], moment: datetime | None) -> sa.ColumnElement[bool]:
    """The rows of a ledger table that stood at a moment (UTC); None means now."""
    if moment is None:
        return table.superseded_at.is_(None)
    later = table.superseded_at.is_(None) | (table.superseded_at > moment)
    return sa.and_(table.recorded_at <= moment, later)


def facts_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Fact]:
    """The firm's figures, by kind and year (year 0 for those without one)."""
    return facts_of_firms(db, [firm_id], at=at)


def facts_of_firms(db: Session, firm_ids: Collection[int], *, at: datetime | None = None) -> list[Fact]:
    """The same of several firms, mixed."""
    statement = sa.select(Fact).where(Fact.firm_id.in_(firm_ids), known_at(Fact, at))
    return list(db.scalars(statement.order_by(Fact.kind, Fact.year)))


def region_facts(db: Session, *, at: datetime | None = None) -> list[RegionFact]:
    """The region's figures, by kind and year, as known at a moment (UTC; None: now)."""
    return list(
        db.scalars(sa.select(RegionFact).where(known_at(RegionFact, at)).order_by(RegionFact.kind, RegionFact.year))
    )


def records_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Record]:
    return records_of_firms(db, [firm_id], at=at)


def records_of_firms(db: Session, firm_ids: Collection[int], *, at: datetime | None = None) -> list[Record]:
    """The entries of several firms, mixed, each collection with the latest first."""
    statement = sa.select(Record).where(Record.firm_id.in_(firm_ids), known_at(Record, at))
    return list(db.scalars(statement.order_by(Record.collection, *LATEST_FIRST)))


def entries_of_collection(collection: str) -> sa.Select[Record]:
    """Every standing entry of a collection, in the order in which a firm's page has them."""
    return sa.select(Record).where(Record.collection == collection, known_at(Record, None)).order_by(*LATEST_FIRST)


def vouches_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Vouch]:
    """Vouches for this firm and those for every firm of the district."""
    return vouches_of_firms(db, [firm_id], at=at)


def vouches_of_firms(db: Session, firm_ids: Collection[int], *, at: datetime | None = None) -> list[Vouch]:
    """Vouches for any of these firms, and those for every firm of the district."""
    whose = Vouch.firm_id.in_(firm_ids) | Vouch.firm_id.is_(None)
    return list(db.scalars(sa.select(Vouch).where(whose, known_at(Vouch, at)).order_by(Vouch.id)))


def standing_fact(db: Session, firm_id: int, kind: str, year: int) -> Fact | None:
    """The figure that counts now, or None; `year` 0 for a figure without a year."""
    return db.scalar(
        sa.select(Fact).where(
            Fact.firm_id == firm_id, Fact.kind == kind, Fact.year == year, Fact.superseded_at.is_(None)
        )
    )


def standing_facts(db: Session, firm_id: int, kinds: Iterable[str], year: int) -> dict[str, Fact]:
    """Kind → the figure that counts now, for the kinds that have one in that year."""
    statement = sa.select(Fact).where(Fact.firm_id == firm_id, Fact.kind.in_(list(kinds)), Fact.year == year)
    return {fact.kind: fact for fact in db.scalars(statement.where(Fact.superseded_at.is_(None)))}


def facts_seen(db: Session, firm_id: int, ids: Iterable[int], year: int) -> dict[str, Fact]:
    """Kind → the figure a writer had in front of them, standing or not; ids of other firms or years are ignored."""
    statement = sa.select(Fact).where(Fact.id.in_(list(ids)), Fact.firm_id == firm_id, Fact.year == year)
    return {fact.kind: fact for fact in db.scalars(statement)}


def history_of_fact(db: Session, firm_id: int, kind: str, year: int) -> list[Fact]:
    """Every value a figure ever had, newest first."""
    statement = sa.select(Fact).where(Fact.firm_id == firm_id, Fact.kind == kind, Fact.year == year)
    return list(db.scalars(statement.order_by(Fact.id.desc())))


def standing_region_facts(db: Session, year: int) -> dict[str, RegionFact]:
    statement = sa.select(RegionFact).where(RegionFact.year == year, RegionFact.superseded_at.is_(None))
    return {fact.kind: fact for fact in db.scalars(statement)}


def region_facts_seen(db: Session, ids: Iterable[int], year: int) -> dict[str, RegionFact]:
    statement = sa.select(RegionFact).where(RegionFact.id.in_(list(ids)), RegionFact.year == year)
    return {fact.kind: fact for fact in db.scalars(statement)}


def history_of_region_fact(db: Session, kind: str, year: int) -> list[RegionFact]:
    """Every value a figure of the region ever had, newest first."""
    statement = sa.select(RegionFact).where(RegionFact.kind == kind, RegionFact.year == year)
    return list(db.scalars(statement.order_by(RegionFact.id.desc())))


def standing_record(db: Session, firm_id: int, thread: str) -> Record | None:
    """The version of an entry that counts now; None once it was retracted."""
    return db.scalar(
        sa.select(Record).where(Record.firm_id == firm_id, Record.thread == thread, Record.superseded_at.is_(None))
    )


def get_version(db: Session, firm_id: int, record_id: int) -> Record:
    """A version of an entry of this firm, standing or not; NotFound for any other."""
    record = db.scalar(sa.select(Record).where(Record.id == record_id, Record.firm_id == firm_id))
    if record is None:
        raise NotFound
    return record


def get_vouch(db: Session, firm_id: int, vouch_id: int) -> Vouch:
    """A standing vouch for this firm or for every firm; NotFound for any other."""
    whose = (Vouch.firm_id == firm_id) | Vouch.firm_id.is_(None)
    made = db.scalar(sa.select(Vouch).where(Vouch.id == vouch_id, whose, Vouch.superseded_at.is_(None)))
    if made is None:
        raise NotFound
    return made


def district_vouches(*, withdrawn: bool) -> sa.Select[Any]:
    """Vouches for every firm of the district, latest first: those that stand, or those that were taken back."""
    state = Vouch.withdrawn_for.is_not(None) if withdrawn else Vouch.superseded_at.is_(None)
    whole = sa.select(Vouch).where(Vouch.firm_id.is_(None), state)
    return whole.order_by(Vouch.until.desc(), Vouch.collection, Vouch.id.desc())


def get_district_vouch(db: Session, vouch_id: int) -> Vouch:
    """A vouch for every firm of the district, standing or not; NotFound for any other."""
    made = db.scalar(sa.select(Vouch).where(Vouch.id == vouch_id, Vouch.firm_id.is_(None)))
    if made is None:
        raise NotFound
    return made


def people(db: Session, rows: Sequence[Recorded]) -> dict[int | None, str]:
    """User id → name, for everyone who recorded or superseded one of the rows."""
    ids = {row.recorded_by_id for row in rows} | {row.superseded_by_id for row in rows}
    found = db.execute(sa.select(User.id, User.name).where(User.id.in_([each for each in ids if each])))
    return {None: "系统", **{row.id: row.name for row in found}}


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
