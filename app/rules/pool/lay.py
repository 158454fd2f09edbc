"""Figures in rows laid into columns: scaled to whole numbers, checked against their bounds, placed by firm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from app.rules.kinds import NUMERIC_TYPES, AttributeKind, FactKind
from app.rules.pool.scheme import EARLIEST_YEAR, LATEST_YEAR, Slot, column_type, decimals, largest
from app.rules.vocabulary import Vocabulary

EPOCH = date(1970, 1, 1).toordinal()
FINEST = 6


@dataclass
class Laid:
    """The columns, and by column the rows whose value does not fit its scheme."""

    facts: pl.DataFrame
    misfits: dict[str, set[int]] = field(default_factory=dict)


class Scaled(NamedTuple):
    """Values in the scheme of their type, and which of them do not fit."""

    values: pl.Series
    misfit: pl.Series


def lay(vocabulary: Vocabulary, facts: pl.DataFrame, height: int) -> Laid:
    """Figures in rows (firm as the row, kind, year, number, text) to a column for each kind and year."""
    laid = Laid(pl.DataFrame())
    columns: list[pl.Series] = []
    for (code, year), rows in facts.partition_by("kind", "year", as_dict=True).items():
        kind = vocabulary.facts.get(str(code))
        if kind is None or kind.annual != (year is not None):
            continue
        slot = Slot(kind.code, year if isinstance(year, int) else None)
        scaled = scale(kind, _typed(kind, rows))
        columns.append(_placed(slot.column, scaled.values, rows["firm"], height))
        odd = rows["firm"].filter(scaled.misfit)
        if len(odd):
            laid.misfits[slot.column] = set(range(height)) if odd.null_count() else set(odd.to_list())
    laid.facts = pl.DataFrame(columns)
    return laid


def _typed(kind: FactKind, rows: pl.DataFrame) -> pl.Series:
    """The values of a kind out of the two columns they may lie in."""
    if kind.type in NUMERIC_TYPES:
        return rows["number"]
    text = rows["text"]
    if kind.type == "flag":
        return text.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    return text.str.to_date("%Y-%m-%d", strict=False) if kind.type == "date" else text


def _placed(name: str, values: pl.Series, rows: pl.Series, height: int) -> pl.Series:
    """A column with each value in the row of its firm; those without a row everywhere first."""
    regional = values.filter(rows.is_null())
    everywhere = regional[-1] if len(regional) else None
    column = pl.Series(name, [everywhere], dtype=values.dtype).new_from_index(0, height)
    own = rows.is_not_null()
    last = pl.DataFrame({"row": rows.filter(own), "value": values.filter(own)}).unique("row", keep="last")
    return column.scatter(last["row"], last["value"]).alias(name)


def placed(column: pl.Series, rows: Sequence[int], values: Sequence[object]) -> pl.Series:
    """A column with other values in some rows."""
    if not rows:
        return column
    return column.clone().scatter(pl.Series(rows, dtype=pl.UInt32), pl.Series(values, dtype=column.dtype))


def scale(kind: FactKind | AttributeKind, values: pl.Series) -> Scaled:
    """Values as they are stored to values as they lie in the columns; those that do not fit become null."""
    match kind.type:
        case "flag":
            return Scaled(values, _none(values))
        case "choice":
            return Scaled(_as_words(values, kind.choices), _none(values))
        case "text":
            return Scaled(values.cast(pl.String), _none(values))
        case "date":
            days = values.cast(pl.Int32) + EPOCH
            odd = (values.dt.year() < EARLIEST_YEAR) | (values.dt.year() > LATEST_YEAR)
            return _checked(kind, days, odd)
    finest = pl.lit(values.cast(pl.Decimal(38, FINEST)).to_physical())
    step = pl.lit(10 ** (FINEST - decimals(kind.type)), dtype=pl.Int128)
    parts = pl.select(whole=finest // step, rest=finest % step)
    return _checked(kind, parts["whole"], parts.select(pl.col("rest") != pl.lit(0, dtype=pl.Int128)).to_series())


def _checked(kind: FactKind | AttributeKind, numbers: pl.Series, odd: pl.Series) -> Scaled:
    """The scaled numbers without those that are too large or break the declared bounds, on which rules rely."""
    low, high = (_scaled_bound(kind.type, each) for each in kind.bounds)
    most = largest(kind.type)
    outside = (pl.col("number") > _least(most, high)) | (
        pl.col("number") < -_least(most, None if low is None else -low)
    )
    frame = pl.DataFrame({"number": numbers, "odd": odd}).with_columns(
        odd=(pl.col("odd") | outside).fill_null(value=False)
    )
    kept = frame.select(pl.when(~pl.col("odd")).then(pl.col("number")).cast(column_type(kind)))
    return Scaled(kept.to_series(), frame["odd"])


def _least(most: int, bound: int | None) -> int:
    return most if bound is None else min(most, bound)


def _scaled_bound(kind: str, bound: Decimal | date | None) -> int | None:
    if bound is None:
        return None
    return bound.toordinal() if isinstance(bound, date) else int(bound * 10 ** decimals(kind))


def _none(values: pl.Series) -> pl.Series:
    return pl.Series([False]).new_from_index(0, len(values))


def _as_words(values: pl.Series, choices: tuple[str, ...]) -> pl.Series:
    """Words as places in a list of words: the declared choices first, then whatever else was written."""
    words = values.cast(pl.String)
    others = sorted(set(words.unique().drop_nulls().to_list()) - set(choices))
    return words.cast(pl.Enum([*dict.fromkeys(choices), *others]))


def words_of(column: pl.DataType) -> Mapping[str, int] | None:
    """The words of a column of words, or None for plain texts."""
    return {word: place for place, word in enumerate(column.categories)} if isinstance(column, pl.Enum) else None
