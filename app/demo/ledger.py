"""Writing the invented ledger with its past: rows recorded in earlier years, in batches, one audit event each.

The services record everything as known now, as they must. A demonstration of “as known on” needs rows that were known
earlier, and fifteen thousand of them in seconds; so this module, and no other, writes the ledger's tables directly.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.demo.district import district_statements, region_figures
from app.demo.pool import Certificate, DemoFirm, Entry, Figure, Statement
from app.facts.models import Fact, Record, Recorded, RegionFact, Source, Vouch
from app.facts.values import kept_attributes, split
from app.firms.revision import touch_all
from app.titles.models import Title

MARK = "演示："
WORKING_HOUR = timedelta(hours=10, minutes=30)
# Threads are derived from what they name, so that the same pool always makes the same rows.
THREADS = uuid.UUID("6f0c1f6e-8f1e-4d53-9a55-3f6a650107aa")


Row = dict[str, Any]


def load_ledger(db: Session, pool: Iterable[DemoFirm], ids: Mapping[str, int], keeper: User, today: date) -> None:
    """Write everything on file about the pool; `keeper` is who recorded it."""
    firms = [(ids[firm.credit_code], firm) for firm in pool]
    facts = [_fact_row(number, figure, keeper) for number, firm in firms for figure in firm.figures]
    records = [_record_row(number, entry, keeper) for number, firm in firms for entry in firm.entries]
    titles = [_title_row(number, held, keeper) for number, firm in firms for held in firm.certificates]
    own = [_vouch_row(number, each, keeper) for number, firm in firms for each in firm.statements]
    common = [_vouch_row(None, each, keeper) for each in district_statements(today)]
    _load_in_batches(db, keeper, Fact, facts)
    _load_in_batches(db, keeper, Record, records)
    _load_in_batches(db, keeper, Title, titles)
    _load_in_batches(db, keeper, Vouch, [*common, *own])
    db.execute(sa.insert(RegionFact), [_figure_row(figure, keeper) for figure in region_figures(today)])


def renew_statements(db: Session) -> None:
    """Bring what the demonstration's vouchers stood for up to today, as if their monthly lists had come again."""
    today, moment = clock.today(), clock.now()
    ours = sa.and_(Vouch.superseded_at.is_(None), Vouch.source_note.startswith(MARK))
    stale = db.scalars(sa.select(Vouch).where(ours, Vouch.until < today).order_by(Vouch.id)).all()
    if not stale:
        return
    renewed = [{**_columns(made), "until": today, "recorded_at": moment} for made in stale]
    for made in stale:
        made.superseded_at = moment
    db.execute(sa.insert(Vouch), renewed)
    touch_all(db)
    audit.record(db, None, "demo.renewed", changes={"count": len(renewed)})


def _columns(made: Vouch) -> Row:
    return {column.key: getattr(made, column.key) for column in Vouch.__table__.columns if column.key != "id"}


def _load_in_batches(db: Session, keeper: User, table: type[Recorded], rows: list[Row]) -> None:
    """Everything in one insert; one audit event for what came from one source in one year."""
    # By time, because the history of a figure goes by id and must tell the earlier value first.
    db.execute(sa.insert(table), sorted(rows, key=itemgetter("recorded_at")))
    batches = Counter((clock.local_day(row["recorded_at"]).year, row["source"].label) for row in rows)
    for (year, source), count in sorted(batches.items()):
        audit.record(db, keeper, "demo.recorded", changes={"source": source, "year": year, "count": count})


def _fact_row(firm_id: int, figure: Figure, keeper: User) -> Row:
    return {"firm_id": firm_id, **_figure_row(figure, keeper)}


def _figure_row(figure: Figure, keeper: User) -> Row:
    number, text = split(figure.value)
    return {
        "kind": figure.kind,
        "year": figure.year,
        "number": number,
        "text": text,
        **_recorded(figure.source, figure.note, figure.recorded_on, keeper),
        **_superseded(figure.replaced_on, keeper),
    }


def _record_row(firm_id: int, entry: Entry, keeper: User) -> Row:
    attributes = kept_attributes(entry.attributes)
    return {
        "firm_id": firm_id,
        "collection": entry.collection,
        "thread": _thread(firm_id, entry.collection, entry.starts_on, attributes),
        "starts_on": entry.starts_on,
        "ends_on": entry.ends_on,
        "attributes": attributes,
        **_recorded(entry.source, None, entry.recorded_on, keeper),
    }


def _title_row(firm_id: int, held: Certificate, keeper: User) -> Row:
    return {
        "firm_id": firm_id,
        "thread": _thread(firm_id, held.kind, held.number),
        "kind": held.kind,
        "number": held.number,
        "authority": held.authority,
        "issued_on": held.issued_on,
        "valid_until": held.valid_until,
        "revoked_on": held.revoked_on,
        "revoke_reason": held.revoke_reason,
        **_recorded(Source.PLATFORM, None, held.recorded_on, keeper),
    }


def _vouch_row(firm_id: int | None, made: Statement, keeper: User) -> Row:
    return {
        "firm_id": firm_id,
        "collection": made.collection,
        "scope": dict(made.scope),
        "since": made.since,
        "until": made.until,
        "voucher": made.voucher,
        **_recorded(made.source, f"{MARK}{made.note}", made.until, keeper),
        **_superseded(made.replaced_on, keeper),
    }


def _recorded(source: Source, note: str | None, day: date, keeper: User) -> Row:
    return {"source": source, "source_note": note, "recorded_at": _moment(day), "recorded_by_id": keeper.id}


def _superseded(day: date | None, keeper: User) -> Row:
    return {"superseded_at": _moment(day) if day else None, "superseded_by_id": keeper.id if day else None}


def _moment(day: date) -> datetime:
    """Half past ten of a day; now, where that is still to come."""
    return min(clock.day_starts(day) + WORKING_HOUR, clock.now())


def _thread(*parts: object) -> str:
    return str(uuid.uuid5(THREADS, "/".join(map(str, parts))))
