"""Everything known about every firm, put together for the columnar engine by a fixed number of statements."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.checks import pool_records
from app.checks.queries import PoolState
from app.checks.sheet import FOUNDED
from app.core import clock
from app.core.chunks import chunks
from app.facts.models import Fact, RegionFact
from app.facts.models import Vouch as VouchRow
from app.facts.queries import known_at
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import FactSheet, KnownFact, KnownRecord, Vouch
from app.rules.pool import PoolFrame, from_long

# The ledger keeps numbers in millionths (app.core.db.Exact); they are read as they lie.
MILLIONTH = Decimal("0.000001")
FACTS = {"firm": pl.Int64(), "kind": pl.String(), "year": pl.Int32(), "millionths": pl.Int64(), "text": pl.String()}
VOUCHES = {"firm": pl.Int64(), "collection": pl.String(), "scope": pl.String(), "since": pl.Date(), "until": pl.Date()}


class PoolFirm(NamedTuple):
    """A firm as it stood when the pool was read."""

    id: int
    name: str
    unit: str | None
    founded_on: date | None
    created_at: datetime
    revision: int


@dataclass(frozen=True)
class Pool:
    """The firms in the order of the frame, and the sheet of each for the one-firm evaluator."""

    firms: tuple[PoolFirm, ...]
    state: PoolState
    frame: PoolFrame
    sheets: "PoolSheets"

    def of(self, ids: Collection[int]) -> "Pool":
        """The same with only some of the firms."""
        wanted = set(ids)
        firms = tuple(firm for firm in self.firms if firm.id in wanted)
        return laid(firms, self.sheets.tables.without_others(wanted))


@dataclass(frozen=True)
class PoolTables:
    """The ledger as it stands, in rows; a row without a firm counts for every firm."""

    facts: pl.DataFrame
    records: pl.DataFrame
    titles: pl.DataFrame
    vouches: pl.DataFrame

    def without_others(self, firms: Collection[int]) -> "PoolTables":
        """Only what is known about some firms, and about the whole district."""
        mine = pl.col("firm").is_null() | pl.col("firm").is_in(list(firms))
        return PoolTables(*(table.filter(mine) for table in self))

    def with_changed(self, fresh: "PoolTables", firms: Collection[int]) -> "PoolTables":
        """These with everything about some firms, and about the district, read afresh."""
        kept = pl.col("firm").is_not_null() & ~pl.col("firm").is_in(list(firms))
        return PoolTables(*(pl.concat([table.filter(kept), new]) for table, new in zip(self, fresh, strict=True)))

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return iter((self.facts, self.records, self.titles, self.vouches))


def read_pool(db: Session) -> Pool:
    """Every firm that is listed, with all that is known about it now."""
    # The firms come first: whatever changes while the rest is read makes them behind, never ahead.
    firms = read_firms(db)
    return laid(firms, read_tables(db))


def read_firms(db: Session) -> tuple[PoolFirm, ...]:
    """Every firm that is listed, in order of their ids."""
    columns = (Firm.id, Firm.name, Unit.name, Firm.founded_on, Firm.created_at, Firm.revision)
    rows = db.execute(sa.select(*columns).outerjoin(Firm.unit).where(Firm.merged_into_id.is_(None)).order_by(Firm.id))
    return tuple(PoolFirm(*row) for row in rows)


def read_tables(db: Session, firms: Collection[int] | None = None) -> PoolTables:
    """What is known about every firm or about some; always with what counts for the whole district."""
    read = Reading(db, firms)
    vouches = (VouchRow.firm_id, VouchRow.collection, sa.cast(VouchRow.scope, sa.Text), VouchRow.since, VouchRow.until)
    regional = (sa.null(), *_figure(RegionFact))
    return PoolTables(
        facts=pl.concat(
            [read.district(RegionFact, regional, FACTS), read.of(Fact, (Fact.firm_id, *_figure(Fact)), FACTS)]
        ),
        records=read.of(pool_records.RECORD, pool_records.RECORD_COLUMNS, pool_records.RECORDS),
        titles=read.of(pool_records.TITLE, pool_records.TITLE_COLUMNS, pool_records.TITLES),
        vouches=pl.concat([read.of(VouchRow, vouches, VOUCHES), read.district(VouchRow, vouches, VOUCHES)]),
    )


def laid(firms: tuple[PoolFirm, ...], tables: PoolTables) -> Pool:
    """The columns of some firms out of the rows about them."""
    ids = pl.Series("firm", [firm.id for firm in firms], dtype=pl.Int64)
    state = PoolState(len(firms), sum(firm.revision for firm in firms))
    # A whole number may have been kept as its text.
    written = pl.col("text").str.to_decimal(scale=6).cast(pl.Decimal(38, 6))
    number = pl.col("millionths").cast(pl.Decimal(38, 0)) * pl.lit(MILLIONTH, dtype=pl.Decimal(38, 6))
    figures = pl.concat([tables.facts, _registered(firms)]).with_columns(number=pl.coalesce(number, written))
    records, misfits = pool_records.typed(tables.records, tables.titles)
    frame = from_long(vocabulary(), ids, figures.drop("millionths"), records, _everywhere(tables.vouches, ids))
    return Pool(firms, state, _with_misfits(frame, misfits), PoolSheets(firms, tables))


class Reading:
    """Statements for the standing rows of ledger tables, for every firm or for some."""

    def __init__(self, db: Session, firms: Collection[int] | None) -> None:
        self.db = db
        self.firms = firms

    def of(self, table: Any, columns: Any, schema: dict[str, Any]) -> pl.DataFrame:
        """The rows about firms, in the order in which they were recorded."""
        statement = sa.select(*columns).where(known_at(table, None), table.firm_id.is_not(None)).order_by(table.id)
        if self.firms is None:
            return self._table([statement], schema)
        return self._table([statement.where(table.firm_id.in_(some)) for some in chunks(self.firms)], schema)

    def district(self, table: Any, columns: Any, schema: dict[str, Any]) -> pl.DataFrame:
        """The rows about the whole district."""
        statement = sa.select(*columns).where(known_at(table, None)).order_by(table.id)
        if table is not RegionFact:
            statement = statement.where(table.firm_id.is_(None))
        return self._table([statement], schema)

    def _table(self, statements: list[sa.Select[Any]], schema: dict[str, Any]) -> pl.DataFrame:
        # As the driver has them, past the session: these are the most of all rows.
        connection = self.db.connection()
        rows = [tuple(row) for statement in statements for row in connection.execute(statement)]
        return pl.DataFrame(rows, schema=schema, orient="row")


class PoolSheets:
    """The sheet of a firm by its id, out of what was read already: the values of `sheet_of`, without their sources."""

    def __init__(self, firms: tuple[PoolFirm, ...], tables: PoolTables) -> None:
        self.firms = {firm.id: firm for firm in firms}
        self.tables = tables

    def __call__(self, firm: Any) -> FactSheet:
        about = self.tables.without_others([firm])
        return FactSheet(
            facts=[*_founded(self.firms[firm]), *_known_facts(about.facts)],
            records=[KnownRecord(*row) for row in pool_records.known(about.records, about.titles)],
            vouches=[
                Vouch(code, json.loads(scope), since, until, "", "")
                for _, code, scope, since, until in about.vouches.iter_rows()
            ],
        )


def _figure(table: type[Fact] | type[RegionFact]) -> tuple[Any, ...]:
    return table.kind, sa.func.nullif(table.year, 0), sa.type_coerce(table.number, sa.BigInteger), table.text


def _registered(firms: tuple[PoolFirm, ...]) -> pl.DataFrame:
    """What the registration itself says; it is not kept twice in the ledger."""
    rows = [(firm.id, FOUNDED, None, None, firm.founded_on.isoformat()) for firm in firms if firm.founded_on]
    return pl.DataFrame(rows, schema=FACTS, orient="row")


def _everywhere(vouches: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Every vouch; one for the whole district once for each firm."""
    district = vouches.filter(pl.col("firm").is_null()).drop("firm")
    return pl.concat([vouches.filter(pl.col("firm").is_not_null()), ids.to_frame().join(district, how="cross")])


def _with_misfits(frame: PoolFrame, odd: dict[str, set[int]]) -> PoolFrame:
    """The frame with the firms marked that have a record with a value too fine or too large for columns."""
    if not odd:
        return frame
    places = {firm: place for place, firm in enumerate(frame.firms)}
    misfits = {name: set(rows) for name, rows in frame.misfits.items()}
    for collection, firms in odd.items():
        misfits.setdefault(collection, set()).update(places[firm] for firm in firms if firm in places)
    return replace(frame, misfits={name: frozenset(rows) for name, rows in misfits.items()})


def _founded(firm: PoolFirm) -> Iterator[KnownFact]:
    if firm.founded_on:
        yield KnownFact(FOUNDED, None, firm.founded_on, "", clock.local_day(firm.created_at), "")


def _known_facts(figures: pl.DataFrame) -> Iterator[KnownFact]:
    for _, code, year, millionths, text in figures.iter_rows():
        kind = vocabulary().facts.get(code)
        if kind is not None:
            number = None if millionths is None else millionths * MILLIONTH
            yield KnownFact(code, year, joined(kind, number, text), "", date.min, "")
