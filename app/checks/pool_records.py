"""The records and titles of a pool: as the ledger keeps them, typed for the columns, and as they lie on a sheet."""

import json
from collections.abc import Iterator
from datetime import UTC, date
from typing import Any

import polars as pl
import sqlalchemy as sa

from app.checks.sheet import TITLES as TITLES_CODE
from app.core import clock
from app.facts.models import Record
from app.facts.values import TRUE, restored_attributes
from app.facts.vocabulary import vocabulary
from app.rules.kinds import NUMERIC_TYPES, AttributeKind
from app.rules.values import Value
from app.titles.models import Title

RECORD, TITLE = Record, Title
# Moments are read as they are kept, in UTC.
_RECORDED = {table: sa.type_coerce(table.recorded_at, sa.DateTime()) for table in (Record, Title)}
RECORD_COLUMNS = (
    Record.firm_id,
    Record.collection,
    sa.cast(Record.attributes, sa.Text),
    Record.starts_on,
    Record.ends_on,
    _RECORDED[Record],
)
TITLE_COLUMNS = (
    Title.firm_id,
    Title.kind,
    Title.number,
    Title.authority,
    Title.revoked_on,
    Title.issued_on,
    Title.valid_until,
    _RECORDED[Title],
)
_DAYS: dict[str, Any] = {"starts_on": pl.Date(), "ends_on": pl.Date(), "recorded_at": pl.Datetime("us")}
RECORDS = {"firm": pl.Int64(), "collection": pl.String(), "attributes": pl.String(), **_DAYS}
TITLES = {
    "firm": pl.Int64(),
    **dict.fromkeys(("kind", "number", "authority"), pl.String()),
    "revoked_on": pl.Date(),
    **_DAYS,
}
# A number that columns can hold: no more than six digits after the point, and not beyond counting.
_PLAIN = r"^-?\d{1,20}(\.\d{1,6}0*)?$"

Known = tuple[str, dict[str, Value], date | None, date | None, str, date, str]


def typed(records: pl.DataFrame, titles: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], dict[str, set[int]]]:
    """Records by collection with an attribute to a column, and the firms with a value that has no place in one."""
    tables: dict[str, pl.DataFrame] = {}
    misfits: dict[str, set[int]] = {}
    for (code,), rows in records.partition_by("collection", as_dict=True).items():
        collection = vocabulary().collections.get(str(code))
        if collection is None:
            continue
        tables[collection.code], odd = _with_attributes(rows, collection.attributes)
        if odd:
            misfits[collection.code] = odd
    declared = titles.filter(pl.col("kind").is_in(list(vocabulary().titles)))
    if not declared.is_empty():
        tables[TITLES_CODE] = declared.with_columns(_recorded_on()).drop("recorded_at")
    return tables, misfits


def known(records: pl.DataFrame, titles: pl.DataFrame) -> Iterator[Known]:
    """Rows as the parts of known records: collection, attributes, dates."""
    for _, code, kept, starts, ends, moment in records.iter_rows():
        kind = vocabulary().collections.get(code)
        if kind is not None:
            yield code, restored_attributes(kind, json.loads(kept)), starts, ends, "", _day(moment), ""
    for _, code, number, authority, revoked, starts, ends, moment in titles.iter_rows():
        title = vocabulary().titles.get(code)
        if title is not None:
            given = {"kind": title.label, "number": number, "authority": authority, "revoked_on": revoked}
            held = {name: value for name, value in given.items() if value is not None}
            yield TITLES_CODE, held, starts, ends, "", _day(moment), ""


def _day(moment: Any) -> date:
    return clock.local_day(moment.replace(tzinfo=UTC))


def _recorded_on() -> pl.Expr:
    local = pl.col("recorded_at").dt.replace_time_zone("UTC").dt.convert_time_zone(str(clock.BEIJING))
    return local.dt.date().alias("recorded_on")


def _with_attributes(rows: pl.DataFrame, attributes: tuple[AttributeKind, ...]) -> tuple[pl.DataFrame, set[int]]:
    """The attributes out of their kept texts, and the firms with one that columns cannot hold; those go without."""
    kept = pl.col("attributes").str.json_decode(pl.Struct({each.code: pl.String() for each in attributes}))
    texts = rows.select("firm", "starts_on", "ends_on", _recorded_on(), kept.alias("kept")).unnest("kept")
    odd = pl.any_horizontal(pl.lit(value=False), *(_odd(each) for each in attributes))
    misfits = set(texts.filter(odd)["firm"].to_list())
    return texts.filter(~odd).with_columns(*(_restored(each) for each in attributes)), misfits


def _odd(attribute: AttributeKind) -> pl.Expr:
    text = pl.col(attribute.code)
    if attribute.type in NUMERIC_TYPES:
        return text.str.contains(_PLAIN).not_().fill_null(value=False)
    if attribute.type == "date":
        return text.is_not_null() & text.str.to_date("%Y-%m-%d", strict=False).is_null()
    return pl.lit(value=False)


def _restored(attribute: AttributeKind) -> pl.Expr:
    text = pl.col(attribute.code)
    match attribute.type:
        case "flag":
            return text == TRUE
        case "date":
            return text.str.to_date("%Y-%m-%d", strict=False)
        case kind if kind in NUMERIC_TYPES:
            return text.str.to_decimal(scale=6).cast(pl.Decimal(38, 6))
    return text
