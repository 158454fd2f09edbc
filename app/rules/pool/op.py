"""Operations over whole columns: interned, so that equal ones are one, and simplified as they are made."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import floor as math_floor
from operator import ge, gt
from weakref import WeakValueDictionary

from app.rules.interval import INFINITY, Bound, Infinity, Interval, hull, multiply, plus, point
from app.rules.pool.extent import extent_of

Value = object


class Op:
    """One column worked out of others; two that do the same to the same columns are the same object.

    `doubts` are columns of 是 or 否: where one is 是, rounding leaves this column unsure and the row has to be judged
    exactly.
    """

    __slots__ = ("__weakref__", "args", "doubts", "extent", "name", "value")

    def __init__(self, name: str, args: tuple["Op", ...], value: Value, doubts: tuple["Op", ...]) -> None:
        self.name = name
        self.args = args
        self.value = value
        self.doubts = doubts
        self.extent: Interval = extent_of(name, [arg.extent for arg in args], value)

    def __repr__(self) -> str:
        inside = [*map(repr, self.args), *([] if self.value is None else [repr(self.value)])]
        return f"{self.name}({', '.join(inside)})"

    @property
    def literal(self) -> bool:
        return self.name in ("number", "truth")

    @property
    def bound(self) -> Bound:
        """The number of a literal."""
        assert isinstance(self.value, int | Fraction | Infinity)
        return self.value


_INTERNED: WeakValueDictionary[tuple[object, ...], Op] = WeakValueDictionary()


def make(name: str, *args: Op, value: Value = None, doubts: tuple[Op, ...] = ()) -> Op:
    """The one operation of this name on these columns."""
    key = (name, args, value, doubts)
    found = _INTERNED.get(key)
    if found is None:
        found = _INTERNED.setdefault(key, Op(name, args, value, doubts))
    return found


def known(column: Op, assumed: Bound, within: Interval) -> Op:
    """A column of whole numbers within bounds, with an assumption where it is null."""
    made = make("known", column, value=assumed)
    made.extent = hull([within, point(assumed)])
    return made


def under(column: Op, within: Interval) -> Op:
    """A column of whole numbers as a divisor: 1 where it is null or not positive."""
    made = make("under", column)
    made.extent = within
    return made


def number(value: Bound) -> Op:
    return make("number", value=value)


def truth(value: bool) -> Op:  # noqa: FBT001 - the truth is the whole argument
    return make("truth", value=value)


ZERO, ONE, BEYOND, BELOW = number(0), number(1), number(INFINITY), number(-INFINITY)
TRUE, FALSE = truth(True), truth(False)


def add(one: Op, two: Op) -> Op:
    """A sum; an infinity of the first swallows the second, as on intervals."""
    if two is ZERO:
        return one
    if one is ZERO:
        return two
    for each, other in ((one, two), (two, one)):
        if each.literal and (other.literal or isinstance(each.bound, Infinity)):
            return number(plus(one.bound, two.bound)) if other.literal else each
    if one.literal or two.literal:
        one, two = (two, one) if one.literal else (one, two)
        if _chooses(one):
            return _inside(one, lambda part: add(part, two))
    return make("add", one, two)


def subtract(one: Op, two: Op) -> Op:
    """A difference; an infinity of the first swallows the second."""
    if two.literal:
        return add(one, number(-two.bound))
    if one.literal and isinstance(one.bound, Infinity):
        return one
    return make("subtract", one, two)


def negate(one: Op) -> Op:
    """The same with the other sign."""
    if one.literal:
        return number(-one.bound)
    if _chooses(one):
        return _inside(one, negate)
    return one.args[0] if one.name == "negate" else make("negate", one)


def times(one: Op, two: Op) -> Op:
    """A product of columns of which none is nought where the other is infinite."""
    if one.literal:
        one, two = two, one
    if two is ONE:
        return one
    if two is ZERO:
        return ZERO
    if one.literal and two.literal:
        return number(multiply(point(one.bound), point(two.bound)).low)
    if two.literal and _chooses(one):
        return _inside(one, lambda part: times(part, two))
    return make("times", one, two)


def divide(one: Op, two: Op) -> Op:
    """A quotient; the divisor is never nought nor infinite."""
    if two is ONE or one is ZERO or _endless(one):
        return one
    if one.literal and two.literal and not isinstance(one.bound, Infinity):
        assert not isinstance(two.bound, Infinity)
        return number(Fraction(one.bound) / two.bound)
    if two.literal and _chooses(one):
        return _inside(one, lambda part: divide(part, two))
    return make("divide", one, two)


def floor(one: Op, *doubts: Op) -> Op:
    """The largest whole numbers not above a column."""
    if one.literal:
        return one if isinstance(one.bound, Infinity) else number(math_floor(one.bound))
    return _inside(one, floor) if _chooses(one) else make("floor", one, doubts=doubts)


def magnitude(one: Op) -> Op:
    """The column without its sign."""
    if one.literal:
        return number(-one.bound) if one.bound < 0 else one
    return one if one.extent.low >= 0 else make("magnitude", one)


def smaller(one: Op, two: Op) -> Op:
    """The smaller of two columns, row by row."""
    if one.extent.high <= two.extent.low:
        return one
    return two if two.extent.high <= one.extent.low or one is two else make("smaller", one, two)


def larger(one: Op, two: Op) -> Op:
    """The larger of two columns, row by row."""
    if one.extent.low >= two.extent.high:
        return one
    return two if two.extent.low >= one.extent.high or one is two else make("larger", one, two)


def select(test: Op, then: Op, other: Op) -> Op:
    """The one column where a test holds, the other where it does not."""
    if test is TRUE or then is other:
        return then
    return other if test is FALSE else make("select", test, then, other)


def _chooses(one: Op) -> bool:
    """Whether a column is one of a few numbers, so that what is done to it can be done to them beforehand."""
    return one.name == "select" and all(part.literal or _chooses(part) for part in one.args[1:])


def _inside(one: Op, work: Callable[[Op], Op]) -> Op:
    return select(one.args[0], work(one.args[1]), work(one.args[2]))


def holds(operator: str, one: Op, two: Op, *doubts: Op) -> Op:
    """Whether one number is >= or > another."""
    certain = RISING[operator](one.extent.low, two.extent.high) or (one is two and operator == ">=")
    if certain or not RISING[operator](one.extent.high, two.extent.low) or one is two:
        return truth(certain)
    if doubts:
        return make(operator, one, two, doubts=doubts)
    split = _split(one, two)
    if split is not None:
        test, then, other = split
        return pick(test, holds(operator, *then), holds(operator, *other))
    if two.literal:
        return _against(operator, one, two.bound)
    return _against(_TURNED[operator], two, one.bound) if one.literal else make(operator, one, two)


Pair = tuple[Op, Op]


def _split(one: Op, two: Op) -> tuple[Op, Pair, Pair] | None:
    """A comparison of choices as a choice of comparisons, where that leaves one of them decided: tests are cheaper."""
    first, second = _choice(one), _choice(two)
    if first is not None and second is not None and first[0] is second[0]:
        return first[0], (first[1], second[1]), (first[2], second[2])
    if first is not None and two.literal and (first[1].literal or first[2].literal):
        return first[0], (first[1], two), (first[2], two)
    if second is not None and one.literal and (second[1].literal or second[2].literal):
        return second[0], (one, second[1]), (one, second[2])
    return None


def _choice(one: Op) -> tuple[Op, Op, Op] | None:
    """A choice between two columns, or the multiple of one."""
    if one.name == "select":
        return one.args[0], one.args[1], one.args[2]
    if one.name not in ("times", "divide") or one.args[0].name != "select":
        return None
    test, then, other = one.args[0].args
    if one.name == "times":
        return (test, times(then, one.args[1]), times(other, one.args[1])) if one.args[1].literal else None
    # Both branches of what lies under a quotient are positive and finite, so that an infinity stays what it is.
    return test, divide(then, one.args[1]), other if _endless(other) else divide(other, one.args[1])


def _endless(one: Op) -> bool:
    return one.literal and isinstance(one.bound, Infinity)


def pick(test: Op, then: Op, other: Op) -> Op:
    """Among tests: the one where a test holds, the other where it does not."""
    if then is other:
        return then
    if then.literal:
        return either(test, other) if then is TRUE else both(opposite(test), other)
    if other.literal:
        return either(opposite(test), then) if other is TRUE else both(test, then)
    return either(both(test, then), both(opposite(test), other))


def equals(one: Op, two: Op, *doubts: Op) -> Op:
    """Whether two numbers are the same."""
    if one is two:
        return TRUE
    if one.literal and two.literal:
        return truth(one.bound == two.bound)
    if one.extent.high < two.extent.low or two.extent.high < one.extent.low:
        return FALSE
    return make("=", one, two, doubts=doubts)


def both(one: Op, two: Op) -> Op:
    """Whether two tests hold."""
    if one is two or two is TRUE:
        return one
    if one is TRUE:
        return two
    return FALSE if FALSE in (one, two) else make("and", one, two)


def either(one: Op, two: Op) -> Op:
    """Whether one of two tests holds."""
    if one is two or two is FALSE:
        return one
    if one is FALSE:
        return two
    return TRUE if TRUE in (one, two) else make("or", one, two)


def opposite(one: Op) -> Op:
    """Whether a test does not hold."""
    if one.literal:
        return truth(one is FALSE)
    return one.args[0] if one.name == "not" else make("not", one)


def all_of(parts: Iterable[Op]) -> Op:
    """Whether every part holds."""
    found = TRUE
    for part in parts:
        found = both(found, part)
    return found


def any_of(parts: Iterable[Op]) -> Op:
    """Whether one of the parts holds."""
    found = FALSE
    for part in parts:
        found = either(found, part)
    return found


def walk(roots: Iterable[Op]) -> Iterator[Op]:
    """Every operation below the roots and they themselves, each once and before what uses it."""
    seen: set[Op] = set()
    stack = [(root, False) for root in roots]
    while stack:
        each, ready = stack.pop()
        if ready:
            yield each
        elif each not in seen:
            seen.add(each)
            stack.append((each, True))
            stack += [(part, False) for part in (*each.args, *each.doubts) if part not in seen]


def _against(operator: str, one: Op, limit: Bound) -> Op:
    """A column against a number, on either side of it; what was added to the column is taken from the number."""
    if isinstance(limit, Infinity):
        return _plain(operator, one, limit)
    if one.name == "negate":
        return _against(_TURNED[operator], one.args[0], -limit)
    if one.name == "add" and one.args[1].literal and isinstance(one.args[1].value, int):
        return _against(operator, one.args[0], limit - one.args[1].value)
    if one.name in INVERSES:
        operator, limit = INVERSES[one.name](one, operator, limit)
        return _against(operator, one.args[0], limit)
    return _plain(operator, one, limit)


def _plain(operator: str, one: Op, limit: Bound) -> Op:
    if operator in RISING:
        return make(operator, one, number(limit))
    return make(_TURNED[operator], number(limit), one)


RISING: dict[str, Callable[[Bound, Bound], bool]] = {">=": ge, ">": gt}
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
# For operations that only rise or only fall with their argument: the same comparison on the argument itself.
INVERSES: dict[str, Callable[[Op, str, int | Fraction], tuple[str, int]]] = {}
