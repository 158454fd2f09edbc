"""Records and vouches in rows made ready: when each starts and ends, its attributes scaled, its scope a number."""

import json
from collections.abc import Mapping
from math import inf

import polars as pl

from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.pool.lay import EPOCH, scale
from app.rules.pool.scheme import EARLIEST_YEAR, LATEST_YEAR
from app.rules.values import MONTH_UNITS
from app.rules.vocabulary import TITLES, Vocabulary

DATES = ("starts_on", "ends_on", "recorded_on")


def lay_records(
    vocabulary: Vocabulary, collection: CollectionKind, table: pl.DataFrame
) -> tuple[pl.DataFrame, set[int]]:
    """A collection's records sorted by firm, and the firms with a record that does not fit the scheme."""
    table = _complete(collection, table).sort("firm", maintain_order=True)
    if collection.code == TITLES:
        table = table.with_columns(
            pl.col("kind").replace({each.code: each.label for each in vocabulary.titles.values()})
        )
    columns = [table["firm"].cast(pl.UInt32)]
    odd = _odd_dates(table)
    for each in collection.attributes:
        scaled = scale(each, _derived(table, each))
        columns.append(scaled.values.alias(each.code))
        odd = odd | scaled.misfit
    laid = pl.DataFrame(columns).with_columns(_spans(vocabulary, collection, table))
    return laid, set(table["firm"].filter(odd).to_list())


def _complete(collection: CollectionKind, table: pl.DataFrame) -> pl.DataFrame:
    """The table with every declared attribute, unknown ones null, and its dates as dates."""
    absent = [each for each in collection.attributes if each.code not in table.columns]
    types = {"flag": pl.Boolean(), "date": pl.Date(), "choice": pl.String(), "text": pl.String()}
    return table.with_columns(
        *(pl.lit(None, dtype=types.get(each.type, pl.Decimal(38, 6))).alias(each.code) for each in absent),
        *(pl.col(name).cast(pl.Date) for name in DATES),
    )


def _odd_dates(table: pl.DataFrame) -> pl.Series:
    dates = [name for name, kind in table.schema.items() if kind == pl.Date]
    years = [pl.col(name).dt.year() for name in dates]
    odd = pl.any_horizontal(*((year < EARLIEST_YEAR) | (year > LATEST_YEAR) for year in years))
    return table.select(odd.fill_null(value=False)).to_series()


def _derived(table: pl.DataFrame, attribute: AttributeKind) -> pl.Series:
    """An attribute as recorded, or as derived from another."""
    own = table[attribute.code]
    if not attribute.derived_from:
        return own
    mapped = (
        table[attribute.derived_from]
        .cast(pl.String)
        .replace_strict(dict(attribute.mapping), default=None, return_dtype=pl.String)
    )
    return table.select(pl.coalesce(pl.lit(own), pl.lit(mapped))).to_series()


def _spans(vocabulary: Vocabulary, collection: CollectionKind, table: pl.DataFrame) -> list[pl.Series]:
    """The earliest and latest day each record may have started and may end, as ordinals with infinities."""
    start, recorded = _ordinal(pl.col("starts_on")), _ordinal(pl.col("recorded_on"))
    last = _ordinal(pl.col("revoked_on")) - 1 if "revoked_on" in table.columns else pl.lit(None)
    ends = []
    for side, begun in (("low", pl.col("starts_on")), ("high", pl.coalesce("starts_on", "recorded_on"))):
        declared = _declared_end(vocabulary, begun) if collection.code == TITLES else pl.lit(inf)
        end = pl.coalesce(_ordinal(pl.col("ends_on")), declared)
        ends.append(pl.when(last < end).then(last).otherwise(end).cast(pl.Float64).alias(f"end {side}"))
    low = pl.coalesce(start, pl.lit(-inf)).cast(pl.Float64).alias("start low")
    high = pl.coalesce(start, recorded).cast(pl.Float64).alias("start high")
    return list(table.select(low, high, *ends))


def _ordinal(day: pl.Expr) -> pl.Expr:
    return (day.cast(pl.Int32) + EPOCH).cast(pl.Float64)


def _declared_end(vocabulary: Vocabulary, begun: pl.Expr) -> pl.Expr:
    """The last day a title lasts by its kind, from the day it began."""
    end = pl.lit(inf)
    for title in vocabulary.titles.values():
        lasts = _lasts(begun, title.valid_for)
        if lasts is not None:
            # A title that began nobody knows when may have ended at any time.
            end = pl.when(pl.col("kind") == title.label).then(lasts.fill_null(-inf)).otherwise(end)
    return end


def _lasts(begun: pl.Expr, valid_for: str) -> pl.Expr | None:
    if valid_for == "自然年":
        return _ordinal(pl.date(begun.dt.year(), 12, 31))
    for word, size in MONTH_UNITS.items():
        if valid_for.endswith(word):
            months = int(valid_for.removesuffix(word)) * size
            return _ordinal(begun.dt.offset_by(f"{months}mo")) - 1
    return None


def lay_vouches(table: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], list[Mapping[str, str]]]:
    """Vouches by collection, their days as ordinals and their scopes as places in a list of scopes."""
    texts = table["scope"].fill_null("{}")
    scopes = sorted(texts.unique().to_list())
    laid = table.select(
        pl.col("firm").cast(pl.UInt32),
        "collection",
        texts.replace_strict({text: place for place, text in enumerate(scopes)}, return_dtype=pl.UInt32).alias("scope"),
        (pl.col("since").cast(pl.Int32) + EPOCH).alias("since"),
        (pl.col("until").cast(pl.Int32) + EPOCH).alias("until"),
    ).sort("firm", maintain_order=True)
    parts = laid.partition_by("collection", as_dict=True, include_key=False)
    return {str(code): part for (code,), part in parts.items()}, [json.loads(text) for text in scopes]
