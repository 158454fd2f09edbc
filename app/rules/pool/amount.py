"""What an incentive pays, in columns: whole 分 between two ends, rounded once, at the very end."""

from dataclasses import dataclass
from fractions import Fraction

from app.rules.pool import op, span
from app.rules.pool.compiler import Compiler
from app.rules.pool.op import BEYOND, Op
from app.rules.pool.order import above
from app.rules.pool.span import NOTHING, End, Span
from app.rules.pool.verdict import Verdict
from app.rules.rule import Amount

UNLIMITED = Span(End(op.ZERO), End(BEYOND), Fraction(1), 0, least=True)
CENTS, HALF = span.point(100), span.point(Fraction(1, 2))


@dataclass(frozen=True)
class Paid:
    """The ends in 分 (null where 不符合, and at the high end without a ceiling), and where they are one exact value."""

    low: Op
    high: Op
    point: Op


def is_hole(amount: Amount) -> bool:
    """Whether the policy leaves the amount open, without even a ceiling."""
    return amount.value is None and amount.hole is not None and amount.cap is None


def paid(compiler: Compiler, amount: Amount, answer: Verdict) -> Paid:
    """What goes with an answer. Raises NotColumnar."""
    found = span.largest([_limited(compiler, amount), NOTHING])
    low = found.low
    if amount.discretionary or amount.value is None:
        low = End(op.ZERO)
    else:
        # While the answer is open the firm may get nothing.
        low = End(op.select(answer.met, low.top, op.ZERO), low.under, low.scale)
    found = Span(low, found.high, found.unit, found.size, found.under_size, least=True)
    cents = _rounded(span.multiply(found, CENTS))
    ends = [op.make("cents", end.top, answer.unmet) for end in (cents.low, cents.high)]
    return Paid(ends[0], ends[1], _point(compiler, amount, found))


def _point(compiler: Compiler, amount: Amount, found: Span) -> Op:
    """Where both ends are one value; floats that look alike are where every figure they are made of is known."""
    if found.exact:
        return above(">=", found.low, found.high, (found, found))
    alike = op.either(op.equals(found.low.top, found.high.top), span.near(found.low, found.high))
    afresh = Compiler(compiler.version, compiler.anchors)
    _limited(afresh, amount)
    known = op.all_of(op.make("present", column) for column in afresh.figures)
    settled = op.FALSE if afresh.spread else known
    return op.both(op.make("same", alike, doubts=(op.both(alike, op.opposite(settled)),)), settled)


def _rounded(cents: Span) -> Span:
    """Half a 分 is rounded up; whole ones are left as they are."""
    if cents.exact and cents.plain and cents.unit.denominator == 1:
        factor = op.number(cents.unit.numerator)
        return Span(End(op.times(cents.low.top, factor)), End(op.times(cents.high.top, factor)))
    return span.floor(span.add(cents, HALF))


def _limited(compiler: Compiler, amount: Amount) -> Span:
    """The value under its cap; less than the floor is not paid."""
    found = UNLIMITED if amount.value is None else compiler.number(amount.value)
    if amount.cap is not None:
        found = span.smallest([found, compiler.number(amount.cap)])
    return found if amount.floor is None else _above(found, compiler.number(amount.floor))


def _above(found: Span, floor: Span) -> Span:
    """Nothing where it stays below the floor for certain, perhaps nothing where it may."""
    never = above(">", floor.low, found.high, (floor, found))
    surely = above(">=", found.low, floor.high, (found, floor))
    return span.choose(surely, never, found, NOTHING)
