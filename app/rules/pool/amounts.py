"""The amounts of one rule over a pool as whole 分, put together when somebody asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from app.rules.finding import AmountFinding
from app.rules.pool.amount import Paid
from app.rules.pool.emit import literal
from app.rules.pool.lay import placed
from app.rules.pool.op import Op

KINDS = pl.Enum(["none", "hole", "value", "range"])


@dataclass(frozen=True)
class Amounts:
    """The columns of a paying rule, its answers, and what the one-firm evaluator found for some rows.

    Without `paid` the one-firm evaluator found it for every row that is not 不符合.
    """

    paid: Paid | None
    columns: Mapping[Op, pl.Series]
    met: pl.Series
    unmet: pl.Series
    rows: tuple[int, ...]
    corrections: list[AmountFinding]

    def table(self) -> pl.DataFrame:
        """By firm: `kind` (none, value or range), `low` and `high` in 分; no `high` where there is no ceiling."""
        table = pl.DataFrame({"met": self.met, "unmet": self.unmet})
        low, high = self._ends()
        # While the answer is open the firm may get nothing.
        low = pl.when("unmet").then(None).when("met").then(low).otherwise(0)
        point, nothing = self._points()
        point = (pl.col("met") & point) | (~pl.col("met") & nothing)
        kind = pl.when("unmet").then(pl.lit("none")).when(point)
        found = table.select(
            kind=kind.then(pl.lit("value")).otherwise(pl.lit("range")).cast(KINDS),
            low=low,
            high=pl.when(~pl.col("unmet")).then(high),
        )
        return self._corrected(found)

    def _ends(self) -> tuple[pl.Expr, pl.Expr]:
        if self.paid is None:
            return pl.lit(0, dtype=pl.Int64), pl.lit(None, dtype=pl.Int64)
        multiple = self.paid.multiple
        return self._rounded(self.paid.low, multiple), self._rounded(self.paid.high, multiple)

    def _rounded(self, end: Op, multiple: Fraction) -> pl.Expr:
        """Whole 分, half a 分 rounded up; null for no ceiling. Exact: the bounds of the multiples saw to that."""
        whole = self._column(end).cast(pl.Int64, strict=False)
        if multiple.denominator == 1:
            return whole * multiple.numerator
        return (whole * (2 * multiple.numerator) + multiple.denominator) // (2 * multiple.denominator)

    def _points(self) -> tuple[pl.Expr, pl.Expr]:
        """Where the ends are one value if the answer is 符合, and where they are if it is 待核: both nought."""
        paid = self.paid
        if paid is None:
            return pl.lit(value=False), pl.lit(value=False)
        if paid.point is not None and paid.nothing is not None:
            return self._column(paid.point), self._column(paid.nothing)
        high = self._column(paid.high)
        # The literal goes to the right: see emit.
        return (high == self._column(paid.low)), high == 0.0

    def _column(self, op: Op) -> pl.Expr:
        return literal(op) if op.literal else pl.lit(self.columns[op])

    def _corrected(self, table: pl.DataFrame) -> pl.DataFrame:
        given = self.corrections
        return pl.DataFrame(
            [
                placed(table["kind"], self.rows, [each.kind for each in given]),
                placed(table["low"], self.rows, [_in_cents(each.low) for each in given]),
                placed(table["high"], self.rows, [_in_cents(each.high) for each in given]),
            ]
        )


def _in_cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)
