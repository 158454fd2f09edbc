"""Closed intervals of exact numbers: what a value may be, given what is known."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


class Infinity:
    """Beyond every number, above or below; there are exactly the two, INFINITY and -INFINITY, so each equals itself."""

    __slots__ = ("sign",)

    def __init__(self, sign: int) -> None:
        self.sign = sign

    def __reduce__(self) -> str:
        # A copy in another process is the infinity of that process.
        return "INFINITY" if self.sign > 0 else "NEGATIVE"

    def __lt__(self, other: "Bound") -> bool:
        return self.sign < 0 and self is not other

    def __gt__(self, other: "Bound") -> bool:
        return self.sign > 0 and self is not other

    def __le__(self, other: "Bound") -> bool:
        return self.sign < 0 or self is other

    def __ge__(self, other: "Bound") -> bool:
        return self.sign > 0 or self is other

    def __neg__(self) -> "Infinity":
        return NEGATIVE if self.sign > 0 else INFINITY

    def __repr__(self) -> str:
        return "inf" if self.sign > 0 else "-inf"


# A bound is an exact number or one of the two infinities; nothing is ever rounded on the way.
Bound = int | Fraction | Infinity
INFINITY = Infinity(1)
NEGATIVE = Infinity(-1)
LAST_DAY = date.max.toordinal()


class Interval(NamedTuple):
    """Anything from low to high, both included; low <= high always."""

    low: Bound
    high: Bound

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        # Most are made of one number twice: to compare fractions takes longer than to see that.
        return self.low is self.high or self.low == self.high


ANYTHING = Interval(-INFINITY, INFINITY)
ZERO = Interval(0, 0)


def exact_number(value: Decimal) -> Bound:
    """A decimal as an exact bound: an int where it is whole, else a Fraction."""
    whole_part = int(value)
    return whole_part if whole_part == value else Fraction(value)


def point(value: Bound) -> Interval:
    """The interval of one number."""
    return Interval(value, value)


def add(one: Interval, two: Interval) -> Interval:
    """The sum."""
    return Interval(plus(one.low, two.low), plus(one.high, two.high))


def subtract(one: Interval, two: Interval) -> Interval:
    """The difference."""
    return add(one, negate(two))


def negate(one: Interval) -> Interval:
    """The same with the other sign."""
    return Interval(-one.high, -one.low)


def multiply(one: Interval, two: Interval) -> Interval:
    """The product of two intervals; nought times anything is nought."""
    if one.exact and two.exact:
        return point(_times(one.low, two.low))
    ends = [_times(a, b) for a in one for b in two]
    return Interval(min(ends), max(ends))


def divide(one: Interval, two: Interval) -> Interval:
    """A quotient; anything at all where the divisor may be nought."""
    if two.low <= 0 <= two.high:
        return ANYTHING
    return multiply(one, Interval(_inverse(two.high), _inverse(two.low)))


def smallest(parts: list[Interval]) -> Interval:
    """What the smallest of several values may be."""
    return Interval(min(part.low for part in parts), min(part.high for part in parts))


def largest(parts: list[Interval]) -> Interval:
    """What the largest of several values may be."""
    return Interval(max(part.low for part in parts), max(part.high for part in parts))


def hull(parts: list[Interval]) -> Interval:
    """The smallest interval that holds them all."""
    return Interval(min(part.low for part in parts), max(part.high for part in parts))


def floor(one: Interval) -> Interval:
    """The largest whole numbers not above the ends."""
    return Interval(*(bound if isinstance(bound, Infinity) else bound.__floor__() for bound in one))


def root(one: Interval, degree: int) -> Interval:
    """The root of a non-negative interval, enclosed to twelve decimals."""
    return Interval(_root_below(one.low, degree), _root_above(one.high, degree))


def calendar_day(bound: Bound) -> date:
    """The day of an ordinal; the first or the last of the calendar for what lies beyond it."""
    if isinstance(bound, Infinity):
        return date.max if bound.sign > 0 else date.min
    return date.fromordinal(min(max(int(bound), 1), LAST_DAY))


def whole(bound: Bound) -> int:
    """The whole part of a number; the bounds of the calendar's months for an infinity."""
    return bound.sign * LAST_DAY if isinstance(bound, Infinity) else int(bound)


def plus(one: Bound, two: Bound) -> Bound:
    """The sum of two bounds; an infinity swallows what is added to it."""
    if isinstance(one, Infinity):
        return one
    return two if isinstance(two, Infinity) else one + two


def _times(one: Bound, two: Bound) -> Bound:
    if not isinstance(one, Infinity) and not isinstance(two, Infinity):
        return one * two
    if one == 0 or two == 0:
        return 0
    return INFINITY if (one > 0) == (two > 0) else -INFINITY


def _inverse(bound: Bound) -> Bound:
    return 0 if isinstance(bound, Infinity) else Fraction(1) / bound


_FINE = 10**12


def _root_below(bound: Bound, degree: int) -> Bound:
    return bound if isinstance(bound, Infinity) else _fine_root(bound, degree)


def _root_above(bound: Bound, degree: int) -> Bound:
    if isinstance(bound, Infinity):
        return bound
    below = _fine_root(bound, degree)
    return below if below**degree == bound else below + Fraction(1, _FINE)


def _fine_root(number: int | Fraction, degree: int) -> Fraction:
    """The largest number of twelve decimals whose power does not exceed the given one."""
    scaled = Fraction(number) * _FINE**degree
    return Fraction(_whole_root(scaled.__floor__(), degree), _FINE)


def _whole_root(number: int, degree: int) -> int:
    """The largest whole number whose power does not exceed the given one (Newton's method)."""
    if number < 2:  # noqa: PLR2004 - nought and one are their own roots
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
