"""A pool in columns: one row per firm and figure, the records of each collection, and who vouches for them."""

import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from app.rules.evaluate.run import read_known
from app.rules.kinds import NUMERIC_TYPES, AttributeKind, FactKind
from app.rules.pool.lay import Laid, lay
from app.rules.pool.ledger import lay_records, lay_vouches
from app.rules.pool.scheme import Slot
from app.rules.sheet import FactSheet, KnownRecord, Vouch
from app.rules.values import Value
from app.rules.vocabulary import Vocabulary

FACTS = {"firm": pl.UInt32(), "kind": pl.String(), "year": pl.Int32(), "number": pl.Decimal(38, 6), "text": pl.String()}
VOUCHES = {"firm": pl.UInt32(), "collection": pl.String(), "scope": pl.String(), "since": pl.Date(), "until": pl.Date()}


@dataclass(frozen=True)
class PoolFrame:
    """What is known about many firms, ready to be judged.

    `firms` are their ids, in the order of the rows. `facts` has a column for every `Slot` in the scheme of its type
    (money in 分, ratios and numbers in millionths, dates as ordinals), null where a figure is not known. `records` and
    `vouches` are by collection, sorted by the row of their firm; a vouch's scope is a place in `scopes`. `misfits`
    names, by column or collection, the rows whose values do not fit the scheme: they are judged one by one.
    """

    vocabulary: Vocabulary
    firms: pl.Series
    facts: pl.DataFrame
    records: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    vouches: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    scopes: tuple[Mapping[str, str], ...] = ()
    misfits: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return len(self.firms)


def from_long(
    vocabulary: Vocabulary,
    firms: pl.Series,
    facts: pl.DataFrame,
    records: Mapping[str, pl.DataFrame] | None = None,
    vouches: pl.DataFrame | None = None,
) -> PoolFrame:
    """A pool from tables with one row for each fact, record and vouch.

    `firms` are the ids of the firms, each once. Every table has a column `firm` with such an id.

    `facts`: `kind` (code), `year` (null for standing figures), `number` (decimal with up to six digits, money in 元,
    ratios as fractions) and `text` (choices and texts as they are, dates as 2024-03-01, flags as true or false). A row
    without a firm counts for every firm: the region's figures. Of several rows for one figure the last counts.

    `records`: by collection a table of `starts_on`, `ends_on`, `recorded_on` (dates; null where not known) and a column
    for each attribute on file, by its code: numbers as decimals, flags as booleans, dates as dates, all else as text.

    `vouches`: `collection`, `scope` (a JSON object of attribute codes and words), `since` (may be null) and `until`.

    Rows of unknown firms, kinds and collections are left out.
    """
    rows = pl.DataFrame({"firm": firms, "row": pl.int_range(len(firms), dtype=pl.UInt32, eager=True)})
    laid = lay(vocabulary, _placed(facts, rows, regional=True), len(firms))
    return _framed(
        vocabulary,
        firms,
        laid,
        {code: _placed(table, rows) for code, table in (records or {}).items() if code in vocabulary.collections},
        None if vouches is None else _placed(vouches, rows),
    )


def from_sheets(vocabulary: Vocabulary, sheets: Mapping[Hashable, FactSheet]) -> PoolFrame:
    """A pool from the sheets of its firms, by their ids."""
    rows = [(row, sheet) for row, sheet in enumerate(sheets.values())]
    facts, misfits = _long_facts(vocabulary, rows)
    laid = lay(vocabulary, facts, len(rows))
    for column, row in misfits:
        laid.misfits.setdefault(column, set()).add(row)
    vouches = pl.DataFrame(
        [_long_vouch(row, each) for row, sheet in rows for each in sheet.vouches], schema=VOUCHES, orient="row"
    )
    records, odd = _long_records(vocabulary, rows)
    for code, found in odd.items():
        laid.misfits.setdefault(code, set()).update(found)
    return _framed(vocabulary, pl.Series("firm", list(sheets)), laid, records, vouches)


def _placed(table: pl.DataFrame, rows: pl.DataFrame, *, regional: bool = False) -> pl.DataFrame:
    """A table with the row of each firm instead of its id."""
    known = table.join(rows, on="firm", how="left", maintain_order="left")
    kept = known.filter(pl.col("row").is_not_null() | (pl.col("firm").is_null() if regional else pl.lit(value=False)))
    return kept.drop("firm").rename({"row": "firm"})


def _framed(
    vocabulary: Vocabulary,
    firms: pl.Series,
    laid: Laid,
    records: Mapping[str, pl.DataFrame],
    vouches: pl.DataFrame | None,
) -> PoolFrame:
    misfits = {name: set(rows) for name, rows in laid.misfits.items()}
    tables: dict[str, pl.DataFrame] = {}
    for code, table in records.items():
        tables[code], odd = lay_records(vocabulary, vocabulary.collections[code], table)
        misfits.setdefault(code, set()).update(odd)
    by_collection, scopes = ({}, ()) if vouches is None else lay_vouches(vouches)
    return PoolFrame(
        vocabulary=vocabulary,
        firms=firms,
        facts=laid.facts,
        records=tables,
        vouches=by_collection,
        scopes=tuple(scopes),
        misfits={name: frozenset(rows) for name, rows in misfits.items() if rows},
    )


def _long_facts(
    vocabulary: Vocabulary, rows: Iterable[tuple[int, FactSheet]]
) -> tuple[pl.DataFrame, list[tuple[str, int]]]:
    """Every usable figure of the sheets, and the column and row of those too fine or too large for the table."""
    found: list[tuple[Any, ...]] = []
    misfits: list[tuple[str, int]] = []
    for row, sheet in rows:
        for fact in sheet.facts:
            kind = vocabulary.facts.get(fact.kind)
            if kind is None or read_known(kind, fact.value) is None or kind.annual != (fact.year is not None):
                continue
            if fits(fact.value):
                found.append((row, fact.kind, fact.year, *_cells(kind, fact.value)))
            else:
                misfits.append((Slot(fact.kind, fact.year).column, row))
    return pl.DataFrame(found, schema=FACTS, orient="row"), misfits


def fits(value: Value) -> bool:
    """Whether a value has a place in the tables: no more than six digits after the point, and not beyond counting."""
    if not isinstance(value, Decimal):
        return True
    return value == value.quantize(Decimal("0.000001")) if value.adjusted() < 20 else False  # noqa: PLR2004 - digits before the point


def _cells(kind: FactKind | AttributeKind, value: Value) -> tuple[Decimal | None, str | None]:
    if kind.type in NUMERIC_TYPES:
        return value, None  # type: ignore[return-value] # read_known has seen that it is a number
    return None, str(value).lower() if isinstance(value, bool) else str(value)


def _long_vouch(row: int, vouch: Vouch) -> tuple[Any, ...]:
    scope = json.dumps(dict(vouch.scope), ensure_ascii=False, sort_keys=True)
    return row, vouch.collection, scope, vouch.since, vouch.until


def _long_records(
    vocabulary: Vocabulary, rows: list[tuple[int, FactSheet]]
) -> tuple[dict[str, pl.DataFrame], dict[str, set[int]]]:
    tables: dict[str, pl.DataFrame] = {}
    odd: dict[str, set[int]] = {}
    for code, collection in vocabulary.collections.items():
        attributes = collection.attributes
        schema = {"firm": pl.UInt32(), "starts_on": pl.Date(), "ends_on": pl.Date(), "recorded_on": pl.Date()}
        schema |= {each.code: _cell_type(each) for each in attributes}
        found = [(row, record) for row, sheet in rows for record in sheet.records_of(code)]
        odd[code] = {row for row, record in found if not _fits_all(record, attributes)}
        tables[code] = pl.DataFrame(
            [_long_record(row, each, attributes) for row, each in found if row not in odd[code]],
            schema=schema,
            orient="row",
        )
    return tables, odd


def _fits_all(record: KnownRecord, attributes: tuple[AttributeKind, ...]) -> bool:
    """Whether every attribute is of its declared type and has a place in the tables."""
    given = [(each, record.attributes[each.code]) for each in attributes if each.code in record.attributes]
    return all(read_known(each, value) is not None and fits(value) for each, value in given)


def _long_record(row: int, record: KnownRecord, attributes: tuple[AttributeKind, ...]) -> tuple[Any, ...]:
    values = [record.attributes.get(each.code) for each in attributes]
    return row, record.starts_on, record.ends_on, record.recorded_on, *values


def _cell_type(attribute: AttributeKind) -> pl.DataType:
    if attribute.type in NUMERIC_TYPES:
        return pl.Decimal(38, 6)
    return {"flag": pl.Boolean(), "date": pl.Date()}.get(attribute.type, pl.String())
