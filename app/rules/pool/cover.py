"""Where vouches cover a question: in force on its day, or following one another, or one for each word."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from app.rules.pool.frame import PoolFrame
from app.rules.pool.op import Op
from app.rules.pool.vouching import Coverage, in_scope

_SEVERAL = 2


class Days(NamedTuple):
    """The days a question has to have covered, by firm: first and last start, founding, perhaps a day in force."""

    first: pl.Series
    last: pl.Series
    founded: pl.Series
    day: pl.Series | None
    sure: pl.Series | None


def covered(frame: PoolFrame, op: Op, days: Sequence[pl.Series]) -> pl.Series:
    """For each firm, whether what is vouched for answers a question in full."""
    coverage = op.value
    assert isinstance(coverage, Coverage)
    vouches = frame.vouches.get(coverage.collection)
    if vouches is None:
        return _nobody(frame.height)
    first, last, founded, *in_force = days
    day, sure = in_force or (None, None)
    good_for = frame.vocabulary.collections[coverage.collection].good_for
    laid = _with_days(vouches.with_columns(until=pl.col("until") + good_for), Days(first, last, founded, day, sure))
    return _Reader(frame, laid).covers(coverage)


def _nobody(height: int) -> pl.Series:
    return pl.Series([False]).new_from_index(0, height)


def _with_days(vouches: pl.DataFrame, days: Days) -> pl.DataFrame:
    """Each vouch beside the days its firm has to have covered; one back to the founding reaches back for ever."""
    rows = vouches["firm"]
    named = {name: column.gather(rows) for name, column in days._asdict().items() if column is not None}
    since = pl.col("since").cast(pl.Float64)
    return vouches.with_columns(**named).with_columns(
        since=pl.when(since.is_null() | (since <= pl.col("founded"))).then(-pl.lit(1.0) / 0).otherwise(since),
        until=pl.col("until").cast(pl.Float64),
    )


class _Reader:
    """Answers for one collection; the same words are looked up once."""

    def __init__(self, frame: PoolFrame, vouches: pl.DataFrame) -> None:
        self.frame = frame
        self.vouches = vouches
        self.known: dict[Coverage, pl.Series] = {}

    def covers(self, coverage: Coverage) -> pl.Series:
        if coverage not in self.known:
            self.known[coverage] = self._in_time(coverage) | self._word_by_word(coverage)
        return self.known[coverage]

    def _in_time(self, coverage: Coverage) -> pl.Series:
        """Covered by vouches that each speak of everything asked for: by one of them, or by several in a row."""
        vocabulary = self.frame.vocabulary
        scopes = [place for place, scope in enumerate(self.frame.scopes) if in_scope(coverage, scope, vocabulary)]
        fitting = self.vouches.filter(pl.col("scope").is_in(scopes))
        alone = _alone()
        if coverage.by_day:
            alone = alone | (pl.col("sure") & (pl.col("since") <= pl.col("day")) & (pl.col("day") <= pl.col("until")))
        found = self._firms(fitting.filter(alone))
        # Vouches are sorted by firm, and hardly any firm needs more than one: only those are looked at in a row.
        rows = pl.col("firm")
        several = ((rows == rows.shift(1)) | (rows == rows.shift(-1))).fill_null(value=False)
        rest = fitting.filter(several & ~pl.lit(found.gather(fitting["firm"])))
        return found if rest.is_empty() else found | self._firms(rest.sort("firm", "since").filter(_chained()))

    def _word_by_word(self, coverage: Coverage) -> pl.Series:
        """Covered by vouches for one word of an attribute each, for firms that have a vouch scoped by it."""
        collection = self.frame.vocabulary.collections[coverage.collection]
        found = _nobody(self.frame.height)
        words = dict(coverage.words)
        for code, scopes in self._scoped().items():
            attribute = collection.attribute(code)
            asked = words.get(code, frozenset(attribute.choices) if attribute is not None else frozenset())
            if attribute is None or len(asked) < _SEVERAL:
                continue
            several = self._firms(self.vouches.filter(pl.col("scope").is_in(scopes)))
            for word in sorted(asked):
                several = several & self.covers(coverage.only(code, word))
            found = found | several
        return found

    def _scoped(self) -> dict[str, list[int]]:
        """The attributes vouches of this collection are scoped by, with the places of those scopes."""
        found: dict[str, list[int]] = {}
        for place in self.vouches["scope"].unique().sort().to_list():
            for code in self.frame.scopes[place]:
                found.setdefault(code, []).append(place)
        return found

    def _firms(self, vouches: pl.DataFrame) -> pl.Series:
        rows = vouches["firm"].unique()
        return _nobody(self.frame.height).scatter(rows, True) if len(rows) else _nobody(self.frame.height)


def _alone() -> pl.Expr:
    """Whether one vouch reaches from the first day to the last, or there is no day to cover."""
    before = pl.col("first") - 1
    whole = (pl.col("since") <= pl.col("first")) & (pl.col("until") >= pl.col("last"))
    return whole | (before >= pl.col("last"))


def _chained() -> pl.Expr:
    """Whether the vouches of a firm up to this one, sorted by their first day, reach the last day without a gap."""
    before = pl.col("first") - 1
    reached = pl.max_horizontal(pl.col("until").cum_max().over("firm"), before)
    start = pl.max_horizontal(pl.col("until").cum_max().shift(1).over("firm"), before)
    gaps = (pl.col("since") > start + 1).cast(pl.UInt32).cum_sum().over("firm")
    return (gaps == 0) & (reached >= pl.col("last"))
