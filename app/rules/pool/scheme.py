"""How values lie in the columns: whole numbers of 分, of millionths, or of days."""

from typing import NamedTuple

import polars as pl

from app.rules.kinds import AttributeKind, FactKind

# Digits after the point that a column keeps; a value with more is judged by the one-firm evaluator.
_DECIMALS = {"money": 2, "count": 0, "ratio": 6, "number": 6, "date": 0}
# So large that a sum of years times a hundred is still exact in a float: 880 亿元, 8.8 billion people, 70 million 亩.
_LARGEST = {"money": 2**43, "count": 2**33, "ratio": 2**40, "number": 2**46, "date": 2**22}
# Days outside these years are left to the one-firm evaluator, so that adding years stays within the calendar.
EARLIEST_YEAR, LATEST_YEAR = 1500, 8000

_TYPES: dict[str, pl.DataType] = {
    "money": pl.Int64(),
    "count": pl.Int64(),
    "ratio": pl.Int64(),
    "number": pl.Int64(),
    "date": pl.Int32(),
    "flag": pl.Boolean(),
    "text": pl.String(),
}


class Slot(NamedTuple):
    """A figure a rule can ask for: the code of its kind, and the accounting year of an annual one."""

    kind: str
    year: int | None

    @property
    def column(self) -> str:
        """The column it lies in."""
        return self.kind if self.year is None else f"{self.kind} {self.year}"


def decimals(kind: str) -> int:
    """The digits after the point that a column of a declared type keeps."""
    return _DECIMALS[kind]


def largest(kind: str) -> int:
    """The largest whole number, to either side, in a column of a declared type."""
    return _LARGEST[kind]


def column_type(kind: FactKind | AttributeKind) -> pl.DataType:
    """What a column of a declared kind is made of."""
    return pl.Enum([*dict.fromkeys(kind.choices)]) if kind.type == "choice" else _TYPES[kind.type]
