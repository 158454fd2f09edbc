"""Intervals of numbers as columns: whole numbers over whole numbers while they are exact, rough floats after that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

from app.rules.interval import Bound, Infinity, Interval
from app.rules.pool import op
from app.rules.pool.op import BELOW, BEYOND, FALSE, ONE, TRUE, ZERO, Op, number

# Beyond this a float no longer tells one whole number from the next.
EXACT = 2**53
# Rough values closer than this, relative to what they were made of, may lie either way.
NEAR = Fraction(1, 10**9)
# The same for rounding to whole numbers, where a wider margin would reach the next one; still a thousand times the
# error of the longest chain of floats.
CLOSE = Fraction(1, 10**12)


class NotColumnar(Exception):
    """The construct cannot be put into columns; rules that use it are judged firm by firm."""


@dataclass(frozen=True)
class End:
    """One end of an interval: `top` over `under` (positive and finite) in the span's unit.

    `scale` is set on rough ends that come out of a subtraction: the size of what was subtracted, for the error.
    """

    top: Op
    under: Op = ONE
    scale: Op | None = None

    @property
    def size(self) -> Op:
        return op.magnitude(self.top) if self.scale is None else self.scale


@dataclass(frozen=True)
class Span:
    """An interval for every firm, in multiples of `unit`.

    `size` bounds the finite tops and `under_size` what is under them, so that every product can be shown to stay exact
    before it is made; a rough span has the size None, the unit 1 and nothing under it. `least` says that it is never
    negative, `wild` that its lower end may lie beyond every number.
    """

    low: End
    high: End
    unit: Fraction = Fraction(1)
    size: int | None = None
    under_size: int = 1
    least: bool = False
    wild: bool = False

    @property
    def exact(self) -> bool:
        return self.size is not None

    @property
    def plain(self) -> bool:
        return self.low.under is ONE and self.high.under is ONE

    @property
    def value(self) -> Fraction | None:
        """The number it is for every firm, or None."""
        top = self.low.top
        if not (top.literal and self.high.top is top and self.plain) or isinstance(top.bound, Infinity):
            return None
        return top.bound * self.unit


def constant(low: Bound, high: Bound) -> Span:
    """The same interval for every firm."""
    finite = [Fraction(each) for each in (low, high) if not isinstance(each, Infinity)]
    unit = Fraction(1, lcm(*(each.denominator for each in finite)))
    tops = [number(each if isinstance(each, Infinity) else int(each / unit)) for each in (low, high)]
    size = max((abs(int(each / unit)) for each in finite), default=0)
    return checked(Span(End(tops[0]), End(tops[1]), unit, size, least=low >= 0))


def point(value: int | Fraction) -> Span:
    return constant(value, value)


Pick = Callable[[Op, Op], Op]
NOTHING = Span(End(ZERO), End(ZERO), Fraction(1), 0, least=True)
ANYTHING = Span(End(BELOW), End(BEYOND), Fraction(1), 0)


def checked(span: Span) -> Span:
    """The span, rough where its numbers may have grown too large to be exact."""
    return span if span.size is not None and max(span.size, span.under_size) < EXACT else rough(span)


def rough(span: Span) -> Span:
    """The same interval as single floats in the unit 1."""
    if span.unit == 1 and span.plain:
        return replace(span, size=None)
    low, high = (rough_end(each, span.unit) for each in (span.low, span.high))
    return Span(low, high, least=span.least, wild=span.wild)


def rough_end(end: End, unit: Fraction) -> End:
    scale = None if end.scale is None else op.times(end.scale, number(unit))
    return End(op.divide(op.times(end.top, number(unit)), end.under), ONE, scale)


def alike(*spans: Span) -> tuple[Span, ...]:
    """The spans in one unit; all of them rough when one is."""
    if not all(span.exact for span in spans):
        return tuple(map(rough, spans))
    unit = Fraction(gcd(*(span.unit.numerator for span in spans)), lcm(*(span.unit.denominator for span in spans)))
    scaled = tuple(_in_unit(span, unit) for span in spans)
    return scaled if all(span.exact for span in scaled) else tuple(map(rough, spans))


def _in_unit(span: Span, unit: Fraction) -> Span:
    factor = span.unit / unit
    assert factor.denominator == 1, "the unit divides every unit"
    times = number(factor)
    low, high = (replace(end, top=op.times(end.top, times)) for end in (span.low, span.high))
    assert span.size is not None
    return checked(replace(span, low=low, high=high, unit=unit, size=span.size * int(factor)))


def level(*spans: Span) -> tuple[Span, ...]:
    """The spans in one unit with nothing under them, fit to be compared or added end by end."""
    return alike(*(span if span.plain else rough(span) for span in spans))


def add(one: Span, two: Span) -> Span:
    """The sum. Raises NotColumnar where both may be beyond every number."""
    if (one.wild or two.wild) and one.value is None and two.value is None:
        raise NotColumnar
    if not one.plain and not two.plain:
        one = rough(one)
    one, two = alike(one, two)
    if not two.plain:
        one, two = two, one
    low, high = _sum(one.low, two.low, rough=not one.exact), _sum(one.high, two.high, rough=not one.exact)
    size = None if one.size is None or two.size is None else one.size + two.size * one.under_size
    made = Span(low, high, one.unit, size, one.under_size, one.least and two.least, one.wild or two.wild)
    return checked(made)


def _sum(one: End, two: End, *, rough: bool) -> End:
    """An end over something and a plain one."""
    top = op.add(one.top, op.times(two.top, one.under))
    return End(top, one.under, op.add(one.size, two.size) if rough else None)


def negate(one: Span) -> Span:
    low, high = (replace(end, top=op.negate(end.top)) for end in (one.high, one.low))
    return replace(one, low=low, high=high, least=False)


def subtract(one: Span, two: Span) -> Span:
    return add(one, negate(two))


def multiply(one: Span, two: Span) -> Span:
    """The product; nought times anything is nought."""
    for number_side, other in ((one, two), (two, one)):
        if number_side.value is not None:
            return _multiple(other, number_side.value)
    one, two = level(one)[0], level(two)[0]
    if not (one.exact and two.exact):
        one, two = rough(one), rough(two)
    size = None if one.size is None or two.size is None else one.size * two.size
    if one.least and two.least:
        low, high = _product(one.low, two.low), _product(one.high, two.high)
    else:
        ends = [_product(a, b) for a in (one.low, one.high) for b in (two.low, two.high)]
        low, high = _extreme(op.smaller, ends), _extreme(op.larger, ends)
    return checked(Span(low, high, one.unit * two.unit, size, least=one.least and two.least))


def _multiple(span: Span, factor: Fraction) -> Span:
    if factor == 0:
        return NOTHING
    if factor < 0:
        span, factor = negate(span), -factor
    if span.exact:
        return replace(span, unit=span.unit * factor)
    low, high = (rough_end(end, factor) for end in (span.low, span.high))
    return replace(span, low=low, high=high)


def _product(one: End, two: End) -> End:
    nought = op.either(_is_nought(one) if _endless(two) else FALSE, _is_nought(two) if _endless(one) else FALSE)
    top = op.select(nought, ZERO, op.times(one.top, two.top))
    scale = None if one.scale is None and two.scale is None else op.times(one.size, two.size)
    return End(top, ONE, scale)


def _endless(end: End) -> bool:
    """Whether an end may be infinite."""
    return any(isinstance(bound, Infinity) for bound in end.top.extent)


def _is_nought(end: End) -> Op:
    return op.equals(end.top, ZERO, *unsure(end))


def _extreme(pick: Pick, ends: list[End]) -> End:
    top, scale = ends[0].top, ends[0].scale
    for end in ends[1:]:
        top = pick(top, end.top)
        scale = op.larger(scale or ZERO, end.size) if scale is not None or end.scale is not None else None
    return End(top, ONE, scale)


def divide(one: Span, two: Span) -> Span:
    """The quotient; anything at all where the divisor may be nought."""
    if two.value is not None:
        return ANYTHING if two.value == 0 else _multiple(one, 1 / two.value)
    if one.wild or two.wild:
        raise NotColumnar
    two = two if two.plain else rough(two)
    if not (one.exact and two.exact):
        one, two = rough(one), rough(two)
    positive = op.holds(">", two.low.top, ZERO, *unsure(two.low))
    negative = FALSE if two.least else op.holds(">", ZERO, two.high.top, *unsure(two.high))
    dividend = _either_way(negative, negate(one), one)
    divisor = _either_way(negative, negate(two), two)
    sure = op.either(positive, negative)
    ends = _quotients(sure, dividend, divisor, never_negative=one.least and two.least)
    if one.size is None or two.size is None:
        return rough(Span(*ends))
    return checked(Span(*ends, one.unit / two.unit, one.size, one.under_size * max(two.size, 1)))


def _quotients(sure: Op, one: Span, two: Span, *, never_negative: bool) -> tuple[End, End]:
    figure = _figure(two)
    if figure is not None:
        # Where it is known it is both ends of itself, and where it is not the quotient is not sure.
        ends = ((one.low, BELOW), (one.high, BEYOND))
        low, high = (End(op.select(sure, end.top, open_end), op.times(end.under, figure)) for end, open_end in ends)
        return low, high
    low = _quotient(sure, one.low, two.high, two.low, BELOW, never_negative=never_negative)
    return low, _quotient(sure, one.high, two.low, two.high, BEYOND, never_negative=never_negative)


def _figure(span: Span) -> Op | None:
    """A never negative figure as a divisor; None for what is made of figures."""
    low, high = span.low.top, span.high.top
    if not (span.least and low.name == high.name == "known" and low.args == high.args):
        return None
    assert span.size is not None
    return op.under(low.args[0], Interval(1, span.size))


def unsure(end: End) -> list[Op]:
    """The doubt about the sign of an end that comes out of a subtraction; every other float has the right sign."""
    return [] if end.scale is None else [near(end, End(ZERO))]


def _either_way(negative: Op, turned: Span, straight: Span) -> Span:
    low, high = (
        End(op.select(negative, a.top, b.top), op.select(negative, a.under, b.under), a.scale)
        for a, b in ((turned.low, straight.low), (turned.high, straight.high))
    )
    return replace(straight, low=low, high=high)


def _quotient(sure: Op, top: End, above: End, below: End, otherwise: Op, *, never_negative: bool) -> End:
    """An end over whichever end of the divisor makes it the end of the quotient: `above` where it is not negative."""
    upright = TRUE if never_negative else op.holds(">=", top.top, ZERO, *unsure(top))
    divisor = op.select(upright, above.top, below.top)
    endless = op.equals(divisor, BEYOND)
    dividend = op.select(sure, op.select(endless, ZERO, top.top), otherwise)
    under = op.select(op.both(sure, op.opposite(endless)), divisor, ONE)
    if top.scale is None and above.scale is None:
        return End(dividend, op.times(top.under, under))
    error = op.select(upright, above.size, below.size)
    scale = op.divide(op.divide(op.times(top.size, error), under), under)
    scale = op.select(sure, op.select(endless, ZERO, scale), BEYOND)
    return End(dividend, op.times(top.under, under), scale)


def join(spans: list[Span]) -> Span:
    """The smallest interval that holds them all."""
    return _fold(spans, op.smaller, op.larger)


def largest(spans: list[Span]) -> Span:
    return _fold(spans, op.larger, op.larger)


def smallest(spans: list[Span]) -> Span:
    return _fold(spans, op.smaller, op.smaller)


def _fold(spans: list[Span], lower: Pick, upper: Pick) -> Span:
    level_spans = level(*spans)
    low = _extreme(lower, [span.low for span in level_spans])
    high = _extreme(upper, [span.high for span in level_spans])
    sizes = [span.size for span in level_spans if span.size is not None]
    size = max(sizes) if len(sizes) == len(level_spans) else None
    least = all(span.least for span in spans) or (lower is op.larger and any(span.least for span in spans))
    return Span(low, high, level_spans[0].unit, size, least=least, wild=any(span.wild for span in spans))


def choose(met: Op, unmet: Op, then: Span, other: Span) -> Span:
    """One span where a test is 符合, the other where it is 不符合, anything of either where it is open."""
    whole = join([then, other])
    then, other = level(then, other)
    ends = [
        End(_chosen(met, unmet, one.top, two.top, either.top), ONE, either.scale)
        for one, two, either in ((then.low, other.low, whole.low), (then.high, other.high, whole.high))
    ]
    return replace(whole, low=ends[0], high=ends[1])


def _chosen(met: Op, unmet: Op, then: Op, other: Op, either: Op) -> Op:
    if either is then:
        return op.select(unmet, other, then)
    return op.select(met, then, other if either is other else op.select(unmet, other, either))


def floor(span: Span) -> Span:
    """The largest whole numbers not above the ends."""
    if span.size is None:
        return replace(span, low=_rough_floor(span.low), high=_rough_floor(span.high))
    up, down = span.unit.numerator, span.unit.denominator
    if max(span.size * up, span.under_size * down) >= EXACT:
        return floor(rough(span))
    low, high = (
        End(op.floor(op.divide(op.times(end.top, number(up)), op.times(end.under, number(down)))))
        for end in (span.low, span.high)
    )
    return Span(low, high, Fraction(1), span.size * up + 1, least=span.least, wild=span.wild)


def _rough_floor(end: End) -> End:
    nearest = op.floor(op.add(end.top, number(Fraction(1, 2))))
    return End(op.floor(end.top, near(end, End(nearest), CLOSE)))


def near(one: End, two: End, margin: Fraction = NEAR) -> Op:
    """Whether two rough ends are too close to tell which is larger."""
    if one.top.literal:
        one, two = two, one
    if two.top.literal and one.scale is None:
        return _near_number(one.top, two.top.bound, margin)
    if id(one.top) > id(two.top):
        # The same question either way round.
        one, two = two, one
    apart = op.magnitude(op.subtract(one.top, two.top))
    return op.holds(">", op.times(op.add(one.size, two.size), number(margin)), apart)


def _near_number(top: Op, limit: Bound, margin: Fraction) -> Op:
    """Within three margins of a number: no narrower than what is asked of two columns, and half the work."""
    if isinstance(limit, Infinity) or limit == 0:
        return FALSE
    reach = 3 * margin * abs(Fraction(limit))
    return op.both(op.holds(">", top, number(limit - reach)), op.holds(">", number(limit + reach), top))
