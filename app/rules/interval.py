"""Closed intervals of exact numbers: what a value may be, given what is known."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

# A bound is exact, save for the two infinities, which are the only floats.
Bound = int | Fraction | float
INFINITY = float("inf")


class Interval(NamedTuple):
    """Anything from low to high, both included; low <= high always."""

    low: Bound
    high: Bound

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


ANYTHING = Interval(-INFINITY, INFINITY)
ZERO = Interval(0, 0)


def exact_number(value: Decimal) -> Bound:
    """A decimal as an exact bound: an int where it is whole, else a Fraction."""
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def point(value: Bound) -> Interval:
    return Interval(value, value)


def add(one: Interval, two: Interval) -> Interval:
    return Interval(_add(one.low, two.low), _add(one.high, two.high))


def subtract(one: Interval, two: Interval) -> Interval:
    return add(one, negate(two))


def negate(one: Interval) -> Interval:
    return Interval(-one.high, -one.low)


def multiply(one: Interval, two: Interval) -> Interval:
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
    return Interval(min(part.low for part in parts), min(part.high for part in parts))


def largest(parts: list[Interval]) -> Interval:
    return Interval(max(part.low for part in parts), max(part.high for part in parts))


def hull(parts: list[Interval]) -> Interval:
    """The smallest interval that holds them all."""
    return Interval(min(part.low for part in parts), max(part.high for part in parts))


def floor(one: Interval) -> Interval:
    return Interval(*(bound if isinstance(bound, float) else bound.__floor__() for bound in one))


def root(one: Interval, degree: int) -> Interval:
    """The root of a non-negative interval, enclosed to twelve decimals."""
    return Interval(_root_below(one.low, degree), _root_above(one.high, degree))


def _add(one: Bound, two: Bound) -> Bound:
    # Only infinities are floats; an exact number beside one must not be turned into a float, it may be too large.
    if isinstance(one, float):
        return one
    return two if isinstance(two, float) else one + two


def _times(one: Bound, two: Bound) -> Bound:
    if not isinstance(one, float) and not isinstance(two, float):
        return one * two
    if one == 0 or two == 0:
        return 0
    return INFINITY if (one > 0) == (two > 0) else -INFINITY


def _inverse(bound: Bound) -> Bound:
    return 0 if isinstance(bound, float) else Fraction(1) / bound


_FINE = 10**12


def _root_below(bound: Bound, degree: int) -> Bound:
    if isinstance(bound, float):
        return bound
    scaled = Fraction(bound) * _FINE**degree
    return Fraction(_whole_root(scaled.__floor__(), degree), _FINE)


def _root_above(bound: Bound, degree: int) -> Bound:
    if isinstance(bound, float):
        return bound
    below = _root_below(bound, degree)
    return below if below**degree == bound else below + Fraction(1, _FINE)


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
