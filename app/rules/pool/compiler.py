"""One rule version put into columns: the same tree the one-firm evaluator walks, read once for the whole pool."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.rules.finding import Anchors
from app.rules.interval import INFINITY, Bound, Interval, exact_number
from app.rules.kinds import NUMERIC_TYPES, AttributeKind, FactKind
from app.rules.language import Expr
from app.rules.pool.op import Op, known, make
from app.rules.pool.scheme import Slot, decimals, largest
from app.rules.pool.span import ANYTHING, End, NotColumnar, Span
from app.rules.pool.verdict import OPEN, Verdict
from app.rules.rule import RuleVersion


@dataclass(frozen=True)
class Wording:
    """A choice or a text: one word for every firm, or the words in a column, whose unknowns may be any of `choices`."""

    column: Op | None
    word: str = ""
    choices: tuple[str, ...] = ()


Result = Span | Verdict | Wording


class Compiler:
    """Everything the reading of one version needs: the dates, the year in view, and the names worked out so far."""

    def __init__(self, version: RuleVersion, anchors: Anchors) -> None:
        self.version = version
        self.vocabulary = version.vocabulary
        self.anchors = anchors
        self.today = anchors.facts_on.toordinal()
        self.year = anchors.facts_on.year - 1
        self.kept: dict[tuple[str, int], Result] = {}
        # What is looked at, also where simplifying leaves nothing of it: values outside the scheme break the bounds
        # that simplifying relies on.
        self.figures: dict[Op, None] = {}
        self.collections: dict[str, None] = {}
        # Whether anything but a missing figure can make a number an interval.
        self.spread = False

    def value(self, node: Expr) -> Result:
        """A checked expression in columns. Raises NotColumnar."""
        return READERS[type(node)](self, node)

    def number(self, node: Expr) -> Span:
        found = self.value(node)
        return found if isinstance(found, Span) else ANYTHING

    def test(self, node: Expr) -> Verdict:
        found = self.value(node)
        return found if isinstance(found, Verdict) else OPEN

    def in_year(self, year: int, work: Callable[[], Any]) -> Any:
        """Do some work with another accounting year in view."""
        before, self.year = self.year, year
        try:
            return work()
        finally:
            self.year = before

    def column(self, kind: FactKind) -> Op:
        """The column of a declared figure in the year in view."""
        found = make("fact", value=Slot(kind.code, self.year if kind.annual else None))
        self.figures[found] = None
        return found

    def fact(self, kind: FactKind) -> Result:
        """A declared figure in the year in view."""
        return figure(kind, self.column(kind))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The figures looked at so far."""
        return tuple(each.value for each in self.figures if isinstance(each.value, Slot))


def figure(kind: FactKind | AttributeKind, column: Op) -> Result:
    """A declared figure as it lies in a column: where it is null it is everything its declaration allows."""
    if kind.type == "flag":
        return Verdict(make("flag", column, value=True), make("flag", column, value=False))
    if kind.type in ("choice", "text"):
        return Wording(column, "", kind.choices)
    assert kind.type in (*NUMERIC_TYPES, "date")
    return number_in(column, kind)


def number_in(column: Op, kind: FactKind | AttributeKind) -> Span:
    """A column of whole numbers in the scheme of its type, with the declared bounds where it is null."""
    unit = Fraction(1, 10 ** decimals(kind.type))
    low, high = (_bound(each, unit) for each in kind.bounds)
    most = largest(kind.type)
    within = Interval(-most if low is None else max(low, -most), most if high is None else min(high, most))
    ends = [
        End(known(column, assumed, within))
        for assumed in (-INFINITY if low is None else low, INFINITY if high is None else high)
    ]
    return Span(ends[0], ends[1], unit, most, least=low is not None and low >= 0)


def _bound(given: Decimal | date | None, unit: Fraction) -> Bound | None:
    """A declared bound in the scheme. Raises NotColumnar where it does not fit."""
    if given is None:
        return None
    if isinstance(given, date):
        return given.toordinal()
    exact = exact_number(given)
    assert isinstance(exact, int | Fraction)
    bound = Fraction(exact) / unit
    if bound.denominator != 1:
        raise NotColumnar
    return int(bound)


# Filled by numbers.py, tests.py and records.py: the one place that says how each node is put into columns.
READERS: dict[type[Expr], Callable[[Compiler, Any], Result]] = {}
