"""What an incentive pays, in columns: whole 分 between two ends, rounded once, at the very end."""

from dataclasses import dataclass
from fractions import Fraction

from app.rules.pool import op, span
from app.rules.pool.compiler import Compiler
from app.rules.pool.op import BEYOND, Op
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
    cents = span.floor(span.add(span.multiply(found, CENTS), HALF))
    ends = [op.make("cents", end.top, answer.unmet) for end in (cents.low, cents.high)]
    return Paid(ends[0], ends[1], span.above(">=", found.low, found.high, (found, found)))


def _limited(compiler: Compiler, amount: Amount) -> Span:
    """The value under its cap; less than the floor is not paid."""
    found = UNLIMITED if amount.value is None else compiler.number(amount.value)
    if amount.cap is not None:
        found = span.smallest([found, compiler.number(amount.cap)])
    return found if amount.floor is None else _above(found, compiler.number(amount.floor))


def _above(found: Span, floor: Span) -> Span:
    """Nothing where it stays below the floor for certain, perhaps nothing where it may."""
    never = span.above(">", floor.low, found.high, (floor, found))
    surely = span.above(">=", found.low, floor.high, (found, floor))
    return span.choose(surely, never, found, NOTHING)
