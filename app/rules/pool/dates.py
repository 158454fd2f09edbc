"""Days as columns of ordinals: months on, calendar years and full periods, turned round where a day is compared."""

from collections.abc import Callable
from fractions import Fraction

from app.rules.evaluate.numbers import add_months, full_periods
from app.rules.interval import LAST_DAY, Bound, Infinity, calendar_day
from app.rules.pool.op import INVERSES, Op, make, number
from app.rules.pool.span import End, NotColumnar, Span

MOST_MONTHS = 1200
DAYS = 4_000_000  # More days than there are to a calendar.


def months_later(days: Span, months: int) -> Span:
    """The days some months on. Raises NotColumnar beyond a hundred years."""
    if abs(months) > MOST_MONTHS:
        raise NotColumnar
    low, high = (End(_months(end.top, months)) for end in (days.low, days.high))
    return Span(low, high, Fraction(1), DAYS, wild=days.wild)


def years_of(days: Span) -> Span:
    """The calendar years of days."""
    low, high = (End(_year(end.top)) for end in (days.low, days.high))
    return Span(low, high, Fraction(1), DAYS, wild=days.wild)


def periods(since: Span, until: Span, size: int) -> Span:
    """The full periods of `size` months between days."""
    low = End(_elapsed(since.high.top, until.low.top, size))
    return Span(low, End(_elapsed(since.low.top, until.high.top, size)), Fraction(1), DAYS, wild=since.wild)


def _months(day: Op, months: int) -> Op:
    return number(add_months(day.bound, months)) if day.literal else make("months", day, value=months)


def _year(day: Op) -> Op:
    return number(_calendar_year(day.bound)) if day.literal else make("year", day)


def _elapsed(since: Op, until: Op, size: int) -> Op:
    if since.literal and until.literal:
        return number(full_periods(since.bound, until.bound, size))
    if until.literal and not isinstance(until.bound, Infinity):
        return make("elapsed to", since, value=(until.bound, size))
    return make("elapsed", since, until, value=size)


def _calendar_year(day: Bound) -> Bound:
    return day if isinstance(day, Infinity) else calendar_day(day).year


def first_day(reached: Callable[[int], bool]) -> int:
    """The first ordinal for which a test holds that holds ever after; one past the calendar when there is none."""
    low, high = 1, LAST_DAY + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return low


def _rising(value: Callable[[int], Bound], operator: str, limit: int | Fraction) -> tuple[str, int]:
    """`value(day) operator limit` as a comparison on the day, for a value that only rises."""
    if operator in (">=", "<"):
        return operator, first_day(lambda day: value(day) >= limit)
    return (">=" if operator == ">" else "<"), first_day(lambda day: value(day) > limit)


def _falling(value: Callable[[int], Bound], operator: str, limit: int | Fraction) -> tuple[str, int]:
    if operator in (">=", "<"):
        return ("<" if operator == ">=" else ">="), first_day(lambda day: value(day) < limit)
    return ("<" if operator == ">" else ">="), first_day(lambda day: value(day) <= limit)


def _from_months(given: Op, operator: str, limit: int | Fraction) -> tuple[str, int]:
    months = given.value
    assert isinstance(months, int)
    return _rising(lambda day: add_months(day, months), operator, limit)


def _from_year(_: Op, operator: str, limit: int | Fraction) -> tuple[str, int]:
    return _rising(_calendar_year, operator, limit)


def _from_elapsed(given: Op, operator: str, limit: int | Fraction) -> tuple[str, int]:
    assert isinstance(given.value, tuple)
    until, size = given.value
    return _falling(lambda day: full_periods(day, until, size), operator, limit)


INVERSES.update({"months": _from_months, "year": _from_year, "elapsed to": _from_elapsed})
