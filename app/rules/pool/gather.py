"""From the records back to their firms: counts, sums, extremes and numbers of kinds."""

from collections.abc import Callable, Sequence

import polars as pl

from app.rules.pool.op import Op


def gather(op: Op, firms: pl.Series | None, columns: Sequence[pl.Series], height: int) -> pl.Series:
    """One value per firm from columns over its records, which are sorted by firm; of none the value for no records."""
    empty = -pl.Series([1.0]) / 0 if op.name == "greatest" else pl.Series([0.0])
    found = empty.new_from_index(0, height)
    return found if firms is None else GATHERED[op.name](found, firms, *columns)


def _count(found: pl.Series, firms: pl.Series, test: pl.Series) -> pl.Series:
    runs = firms.filter(test).rle().struct
    return found.scatter(runs.field("value"), runs.field("len").cast(pl.Float64))


def _total(found: pl.Series, firms: pl.Series, column: pl.Series) -> pl.Series:
    return _by_firm(found, firms, column, column != 0, pl.col("value").sum())


def _greatest(found: pl.Series, firms: pl.Series, column: pl.Series) -> pl.Series:
    return _by_firm(found, firms, column, column > found[0] if len(found) else column > 0, pl.col("value").max())


def _kinds(found: pl.Series, firms: pl.Series, column: pl.Series, test: pl.Series) -> pl.Series:
    return _by_firm(found, firms, column, test & column.is_not_null(), pl.col("value").n_unique())


def _by_firm(found: pl.Series, firms: pl.Series, column: pl.Series, test: pl.Series, how: pl.Expr) -> pl.Series:
    table = pl.DataFrame({"firm": firms.filter(test), "value": column.filter(test)})
    sums = table.group_by("firm").agg(how)
    return found.scatter(sums["firm"], sums["value"].cast(pl.Float64))


GATHERED: dict[str, Callable[..., pl.Series]] = {
    "count": _count,
    "total": _total,
    "greatest": _greatest,
    "kinds": _kinds,
}
