"""Between which numbers a column lies whatever the firms: what this decides need not be worked out for each of them."""

from collections.abc import Callable
from fractions import Fraction
from math import floor

from app.rules.interval import (
    ANYTHING,
    INFINITY,
    Infinity,
    Interval,
    add,
    divide,
    hull,
    largest,
    multiply,
    negate,
    point,
    smallest,
)


def extent_of(name: str, parts: list[Interval], value: object) -> Interval:
    """The extent of an operation from those of its parts; anything where nothing is known about it."""
    if name == "number":
        assert isinstance(value, int | Fraction | Infinity)
        return point(value)
    rule = _RULES.get(name)
    return ANYTHING if rule is None else rule(parts)


def _floored(one: Interval) -> Interval:
    return Interval(*(each if isinstance(each, Infinity) else floor(each) for each in one))


def _magnitude(one: Interval) -> Interval:
    turned = negate(one)
    return Interval(max(one.low, turned.low, 0), max(one.high, turned.high))


def _count(_: list[Interval]) -> Interval:
    return Interval(0, INFINITY)


_RULES: dict[str, Callable[[list[Interval]], Interval]] = {
    "add": lambda parts: add(*parts),
    "subtract": lambda parts: add(parts[0], negate(parts[1])),
    "times": lambda parts: multiply(*parts),
    "divide": lambda parts: divide(*parts),
    "negate": lambda parts: negate(*parts),
    "floor": lambda parts: _floored(*parts),
    "magnitude": lambda parts: _magnitude(*parts),
    "smaller": smallest,
    "larger": largest,
    "select": lambda parts: hull(parts[1:]),
    "same": lambda parts: parts[0],
    "count": _count,
    "kinds": _count,
}
