"""Everything known about a firm, put together from the ledger for the engine, as known now or at a moment."""

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.facts import queries
from app.facts.models import Fact, Record, Recorded, RegionFact
from app.facts.models import Vouch as VouchRow
from app.facts.values import joined, restored_attributes
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import FactSheet, KnownFact, KnownRecord, Vouch
from app.rules.values import Value
from app.titles.models import Title

FOUNDED = "founded"
TITLES = "titles"


def sheet_of(db: Session, firm: Firm, *, at: datetime | None = None) -> FactSheet:
    """The firm's facts, records, titles and vouches, and the region's figures, as known at a moment (None: now)."""
    titles = db.scalars(sa.select(Title).where(Title.firm_id == firm.id, queries.known_at(Title, at)))
    facts: list[Fact | RegionFact] = [*queries.facts_of(db, firm.id, at=at), *queries.region_facts(db, at=at)]
    records = queries.records_of(db, firm.id, at=at)
    return FactSheet(
        facts=[*_registration(firm), *filter(None, map(_fact, facts))],
        records=[*filter(None, map(_record, records)), *filter(None, map(_title, titles))],
        vouches=[_vouch(row) for row in queries.vouches_of(db, firm.id, at=at)],
    )


def _registration(firm: Firm) -> Iterator[KnownFact]:
    """What the registration itself says; it is not kept twice in the ledger."""
    if firm.founded_on:
        day = clock.local_day(firm.created_at)
        yield KnownFact(FOUNDED, None, firm.founded_on, "市场监管登记", day, f"firm:{firm.id}")


def _fact(row: Fact | RegionFact) -> KnownFact | None:
    kind = vocabulary().facts.get(row.kind)
    if kind is None:
        return None
    value = joined(kind, row.number, row.text)
    return KnownFact(row.kind, row.year or None, value, _source(row), _recorded_on(row), _reference(row))


def _record(row: Record) -> KnownRecord | None:
    kind = vocabulary().collections.get(row.collection)
    if kind is None:
        return None
    attributes = restored_attributes(kind, row.attributes)
    return _known_record(row, row.collection, attributes, row.starts_on, row.ends_on)


def _title(row: Title) -> KnownRecord | None:
    kind = vocabulary().titles.get(row.kind)
    if kind is None:
        return None
    given = {"kind": kind.label, "number": row.number, "authority": row.authority, "revoked_on": row.revoked_on}
    attributes: dict[str, Value] = {code: value for code, value in given.items() if value is not None}
    return _known_record(row, TITLES, attributes, row.issued_on, row.valid_until)


def _known_record(
    row: Record | Title, collection: str, attributes: dict[str, Value], starts: date | None, ends: date | None
) -> KnownRecord:
    return KnownRecord(collection, attributes, starts, ends, _source(row), _recorded_on(row), _reference(row))


def _vouch(row: VouchRow) -> Vouch:
    return Vouch(
        row.collection, dict(row.scope), row.since, row.until, f"{row.voucher}（{_source(row)}）", _reference(row)
    )


def _source(row: Recorded) -> str:
    return f"{row.source.label}：{row.source_note}" if row.source_note else row.source.label


def _recorded_on(row: Recorded) -> date:
    return clock.local_day(row.recorded_at)


def _reference(row: Fact | RegionFact | Record | Title | VouchRow) -> str:
    return f"{row.__tablename__}:{row.id}"
