"""Which end of an interval lies above which: exact wherever whole numbers allow it, with a doubt where they do not."""

from fractions import Fraction
from math import ceil
from math import floor as math_floor

from app.rules.pool import op
from app.rules.pool.op import ONE, Op, number
from app.rules.pool.span import EXACT, End, Span, near, rough, rough_end


def above(operator: str, one: End, two: End, spans: tuple[Span, Span]) -> Op:
    """Whether an end of the first span is >= or > an end of the second; exact wherever whole numbers allow it."""
    left, right = spans
    if left.size is None or right.size is None:
        return _rough_above(operator, one, two, spans)
    if two.top.literal and two.under is ONE and isinstance(two.top.bound, int | Fraction):
        return _above_number(operator, one, two.top.bound * right.unit / left.unit, spans)
    if one.top.literal and one.under is ONE and isinstance(one.top.bound, int | Fraction):
        return _below_number(operator, two, one.top.bound * left.unit / right.unit, spans)
    ratio = left.unit / right.unit
    if max(left.size * right.under_size * ratio.numerator, right.size * left.under_size * ratio.denominator) >= EXACT:
        return _rough_above(operator, one, two, spans)
    first = op.times(op.times(one.top, two.under), number(ratio.numerator))
    second = op.times(op.times(two.top, one.under), number(ratio.denominator))
    return op.holds(operator, first, second)


def _above_number(operator: str, end: End, limit: Fraction, spans: tuple[Span, Span]) -> Op:
    """A whole number (over another) against a number that is the same for every firm."""
    if end.under is ONE:
        return op.holds(operator, end.top, number(ceil(limit) if operator == ">=" else math_floor(limit)))
    if not _told_apart(spans[0], limit):
        return _rough_above(operator, end, End(number(limit * spans[0].unit)), (spans[0], rough(spans[1])))
    return op.holds(operator, end.top if limit == 0 else op.divide(end.top, end.under), number(limit))


def _below_number(operator: str, end: End, limit: Fraction, spans: tuple[Span, Span]) -> Op:
    if end.under is ONE:
        return op.holds(operator, number(math_floor(limit) if operator == ">=" else ceil(limit)), end.top)
    if not _told_apart(spans[1], limit):
        return _rough_above(operator, End(number(limit * spans[1].unit)), end, (rough(spans[0]), spans[1]))
    return op.holds(operator, number(limit), end.top if limit == 0 else op.divide(end.top, end.under))


def _told_apart(span: Span, limit: Fraction) -> bool:
    """Whether a quotient rounded to a float still lies on its own side of the limit rounded to a float.

    Two fractions that differ do so by at least one over the product of what is under them; while that is more than a
    float's last digit, and rounding never turns an order round, the floats compare as the fractions do.
    """
    assert span.size is not None
    return max(span.size, 2 * span.under_size * abs(limit.numerator)) < EXACT


def _rough_above(operator: str, one: End, two: End, spans: tuple[Span, Span]) -> Op:
    first = one if spans[0].size is None else rough_end(one, spans[0].unit)
    second = two if spans[1].size is None else rough_end(two, spans[1].unit)
    return op.holds(operator, first.top, second.top, near(first, second))
