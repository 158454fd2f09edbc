"""What an incentive pays, in columns: whole 分 between two ends, rounded once, at the very end."""

from dataclasses import dataclass, replace
from fractions import Fraction

from app.rules.pool import op, span
from app.rules.pool.compiler import Compiler
from app.rules.pool.op import BEYOND, Op
from app.rules.pool.order import above
from app.rules.pool.span import NOTHING, End, Span
from app.rules.rule import Amount

UNLIMITED = Span(End(op.ZERO), End(BEYOND), Fraction(1), 0, least=True)
CENTS, HALF = span.point(100), span.point(Fraction(1, 2))


@dataclass(frozen=True)
class Paid:
    """What is paid if the answer is 符合, as `multiple` times two columns in 分.

    Exact ends are rounded when somebody asks for them, and are one value where they are equal; rough ones are whole
    分 already, `point` says where they are one value and `nothing` where the high one is nought.
    """

    low: Op
    high: Op
    multiple: Fraction
    point: Op | None = None
    nothing: Op | None = None

    @property
    def roots(self) -> tuple[Op, ...]:
        """The columns that have to be worked out."""
        parts = (self.low, self.high, self.point, self.nothing)
        return tuple(each for each in parts if each is not None and not each.literal)


def is_hole(amount: Amount) -> bool:
    """Whether the policy leaves the amount open, without even a ceiling."""
    return amount.value is None and amount.hole is not None and amount.cap is None


def paid(compiler: Compiler, amount: Amount) -> Paid:
    """What goes with the answer 符合. Raises NotColumnar."""
    found = span.largest([_limited(compiler, amount), NOTHING])
    if amount.discretionary or amount.value is None:
        found = replace(found, low=End(op.ZERO))
    cents = span.multiply(found, CENTS)
    if cents.size is not None and cents.plain and _rounds_exactly(cents.size, cents.unit):
        return Paid(cents.low.top, cents.high.top, cents.unit)
    whole = span.floor(span.add(cents, HALF))
    nothing = op.equals(found.high.top, op.ZERO, *span.unsure(found.high))
    return Paid(whole.low.top, whole.high.top, whole.unit, _point(compiler, amount, found), nothing)


def _rounds_exactly(size: int, unit: Fraction) -> bool:
    """Whether twice the multiples and a half are still whole numbers of a float."""
    return 2 * size * unit.numerator + unit.denominator < span.EXACT


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
