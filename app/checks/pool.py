"""Everything known about every firm, put together for the columnar engine by a fixed number of statements."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.checks.sheet import FOUNDED, TITLES
from app.core import clock
from app.facts.models import Fact, Record, RegionFact
from app.facts.models import Vouch as VouchRow
from app.facts.queries import known_at
from app.facts.values import joined, restored_attributes
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import FactSheet, KnownFact, KnownRecord, Vouch
from app.rules.kinds import NUMERIC_TYPES
from app.rules.pool import PoolFrame, from_long
from app.rules.pool.frame import VOUCHES, fits
from app.titles.models import Title

# The ledger keeps numbers in millionths (app.core.db.Exact); they are read as they lie.
MILLIONTH = Decimal("0.000001")
FACTS = {"firm": pl.Int64(), "kind": pl.String(), "year": pl.Int32(), "millionths": pl.Int64(), "text": pl.String()}


class PoolFirm(NamedTuple):
    """A firm as it stood when the pool was read."""

    id: int
    name: str
    unit: str | None
    founded_on: date | None
    created_at: datetime


class PoolState(NamedTuple):
    """What a pool rests on: the number of firms and the sum of their revisions; any change of the pool changes it."""

    firms: int
    revisions: int


@dataclass(frozen=True)
class Pool:
    """The firms in the order of the frame, and the sheet of each for the one-firm evaluator."""

    firms: tuple[PoolFirm, ...]
    state: PoolState
    frame: PoolFrame
    sheets: "PoolSheets"


def pool_state(db: Session) -> PoolState:
    """What a pool read now would rest on."""
    row = db.execute(sa.select(sa.func.count(Firm.id), sa.func.sum(Firm.revision)).where(_listed())).one()
    return PoolState(row[0], int(row[1] or 0))


def read_pool(db: Session) -> Pool:
    """Every firm that is listed, with all that is known about it now."""
    state = pool_state(db)
    firms = tuple(_firms(db))
    facts, regional = _figures(db, Fact, Fact.firm_id), _figures(db, RegionFact, sa.cast(None, sa.BigInteger))
    sheets = PoolSheets(facts, regional, [*_records(db), *_titles(db)], list(_vouches(db)), firms)
    ids = pl.Series("firm", [firm.id for firm in firms], dtype=pl.Int64)
    figures = pl.concat([regional, facts, _registered(firms)]).with_columns(
        number=pl.col("millionths").cast(pl.Decimal(38, 0)) * pl.lit(MILLIONTH, dtype=pl.Decimal(38, 6))
    )
    frame = from_long(vocabulary(), ids, figures.drop("millionths"), sheets.record_tables(), sheets.vouch_table(ids))
    return Pool(firms, state, _with_misfits(frame, sheets), sheets)


class PoolSheets:
    """The sheet of a firm by its id, out of what was read already: the values of `sheet_of`, without their sources."""

    def __init__(
        self,
        facts: pl.DataFrame,
        regional: pl.DataFrame,
        records: list[tuple[int, KnownRecord]],
        vouches: list[tuple[int | None, Vouch]],
        firms: Iterable[PoolFirm],
    ) -> None:
        self.facts = facts
        self.regional = list(_known_facts(regional))
        self.misfits = {(firm, each.collection) for firm, each in records if not _fits(each)}
        self.records = [pair for pair in records if _fits(pair[1])] if self.misfits else records
        self.vouches = vouches
        self.firms = {firm.id: firm for firm in firms}
        self._records_of = _grouped(records)
        self._vouches_of = _grouped(vouches)

    def __call__(self, firm: Any) -> FactSheet:
        first, last = (self.facts["firm"].search_sorted(firm, side) for side in ("left", "right"))
        return FactSheet(
            facts=[*_founded(self.firms[firm]), *_known_facts(self.facts[first:last]), *self.regional],
            records=self._records_of.get(firm, ()),
            vouches=[*self._vouches_of.get(firm, ()), *self._vouches_of.get(None, ())],
        )

    def record_tables(self) -> dict[str, pl.DataFrame]:
        """By collection a table of dates and attributes, as `from_long` takes them."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for firm, record in self.records:
            rows.setdefault(record.collection, []).append(_record_row(firm, record))
        return {
            code: pl.DataFrame(found, schema=_record_schema(code), orient="row")
            for code, found in rows.items()
            if code in vocabulary().collections
        }

    def vouch_table(self, ids: pl.Series) -> pl.DataFrame:
        """Every vouch; one for the whole district once for each firm."""
        rows = [(firm, *_vouch_row(each)) for firm, each in self.vouches]
        table = pl.DataFrame(rows, schema={**VOUCHES, "firm": pl.Int64()}, orient="row")
        district = table.filter(pl.col("firm").is_null()).drop("firm")
        everywhere = ids.to_frame().join(district, how="cross")
        return pl.concat([table.filter(pl.col("firm").is_not_null()), everywhere])


def _with_misfits(frame: PoolFrame, sheets: PoolSheets) -> PoolFrame:
    """The frame with the firms marked that have a record with a value too fine or too large for columns."""
    if not sheets.misfits:
        return frame
    places = {firm: place for place, firm in enumerate(frame.firms)}
    misfits = {name: set(rows) for name, rows in frame.misfits.items()}
    for firm, collection in sheets.misfits:
        misfits.setdefault(collection, set()).update({places[firm]} if firm in places else ())
    return replace(frame, misfits={name: frozenset(rows) for name, rows in misfits.items()})


def _fits(record: KnownRecord) -> bool:
    return all(fits(value) for value in record.attributes.values() if isinstance(value, Decimal))


def _listed() -> sa.ColumnElement[bool]:
    return Firm.merged_into_id.is_(None)


def _firms(db: Session) -> Iterator[PoolFirm]:
    columns = (Firm.id, Firm.name, Unit.name, Firm.founded_on, Firm.created_at)
    rows = db.execute(sa.select(*columns).outerjoin(Firm.unit).where(_listed()).order_by(Firm.id))
    return (PoolFirm(*row) for row in rows)


def _figures(db: Session, table: type[Fact] | type[RegionFact], firm: Any) -> pl.DataFrame:
    """The standing figures, by firm; the most of all rows, so they come as the driver has them."""
    connection = db.connection()
    number = sa.type_coerce(table.number, sa.BigInteger)
    columns = (firm.label("firm"), table.kind, sa.func.nullif(table.year, 0), number, table.text)
    rows = connection.execute(sa.select(*columns).where(known_at(table, None)).order_by(sa.text("firm"), table.id))
    return pl.DataFrame([tuple(row) for row in rows], schema=FACTS, orient="row")


def _registered(firms: Iterable[PoolFirm]) -> pl.DataFrame:
    """What the registration itself says; it is not kept twice in the ledger."""
    rows = [(firm.id, FOUNDED, None, None, firm.founded_on.isoformat()) for firm in firms if firm.founded_on]
    return pl.DataFrame(rows, schema=FACTS, orient="row")


def _records(db: Session) -> Iterator[tuple[int, KnownRecord]]:
    """The standing records, as on a sheet."""
    columns = (Record.firm_id, Record.collection, Record.attributes, Record.starts_on, Record.ends_on)
    for row in db.execute(sa.select(*columns, Record.recorded_at).where(known_at(Record, None)).order_by(Record.id)):
        kind = vocabulary().collections.get(row.collection)
        if kind is not None:
            attributes = restored_attributes(kind, row.attributes)
            yield row.firm_id, _record(row.collection, attributes, row.starts_on, row.ends_on, row.recorded_at)


def _titles(db: Session) -> Iterator[tuple[int, KnownRecord]]:
    """The standing titles, as records."""
    columns = (Title.firm_id, Title.kind, Title.number, Title.authority, Title.revoked_on, Title.issued_on)
    more = (Title.valid_until, Title.recorded_at)
    for row in db.execute(sa.select(*columns, *more).where(known_at(Title, None)).order_by(Title.id)):
        title = vocabulary().titles.get(row.kind)
        if title is not None:
            given = {"number": row.number, "authority": row.authority, "revoked_on": row.revoked_on}
            held = {"kind": title.label} | {code: value for code, value in given.items() if value is not None}
            yield row.firm_id, _record(TITLES, held, row.issued_on, row.valid_until, row.recorded_at)


def _record(
    collection: str, attributes: dict[str, Any], starts: date | None, ends: date | None, recorded_at: datetime
) -> KnownRecord:
    return KnownRecord(collection, attributes, starts, ends, "", clock.local_day(recorded_at), "")


def _vouches(db: Session) -> Iterator[tuple[int | None, Vouch]]:
    columns = (VouchRow.firm_id, VouchRow.collection, VouchRow.scope, VouchRow.since, VouchRow.until)
    for row in db.execute(sa.select(*columns).where(known_at(VouchRow, None)).order_by(VouchRow.id)):
        yield row.firm_id, Vouch(row.collection, dict(row.scope), row.since, row.until, "", "")


def _founded(firm: PoolFirm) -> Iterator[KnownFact]:
    if firm.founded_on:
        yield KnownFact(FOUNDED, None, firm.founded_on, "", clock.local_day(firm.created_at), "")


def _known_facts(figures: pl.DataFrame) -> Iterator[KnownFact]:
    for _, code, year, millionths, text in figures.iter_rows():
        kind = vocabulary().facts.get(code)
        if kind is not None:
            number = None if millionths is None else millionths * MILLIONTH
            yield KnownFact(code, year, joined(kind, number, text), "", date.min, "")


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _record_schema(code: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"firm": pl.Int64(), **dict.fromkeys(("starts_on", "ends_on", "recorded_on"), pl.Date())}
    words: dict[str, Any] = {"flag": pl.Boolean(), "date": pl.Date()}
    for each in vocabulary().collections[code].attributes:
        number = each.type in NUMERIC_TYPES
        schema[each.code] = pl.Decimal(38, 6) if number else words.get(each.type, pl.String())
    return schema


def _record_row(firm: int, record: KnownRecord) -> tuple[Any, ...]:
    attributes = vocabulary().collections[record.collection].attributes
    values = (record.attributes.get(each.code) for each in attributes)
    return firm, record.starts_on, record.ends_on, record.recorded_on, *values


def _vouch_row(vouch: Vouch) -> tuple[Any, ...]:
    return vouch.collection, json.dumps(dict(vouch.scope), ensure_ascii=False, sort_keys=True), vouch.since, vouch.until
