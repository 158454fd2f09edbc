"""Operations over whole columns: interned, so that equal ones are one, and simplified as they are made."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import ceil
from math import floor as math_floor
from operator import ge, gt, le, lt
from typing import Any
from weakref import WeakValueDictionary

from app.rules.interval import INFINITY, Bound, Infinity

Value = object


class Op:
    """One column worked out of others; two that do the same to the same columns are the same object.

    `doubts` are columns of 是 or 否: where one is 是, rounding leaves this column unsure and the row has to be judged
    exactly.
    """

    __slots__ = ("__weakref__", "args", "doubts", "name", "value")

    def __init__(self, name: str, args: tuple["Op", ...], value: Value, doubts: tuple["Op", ...]) -> None:
        self.name = name
        self.args = args
        self.value = value
        self.doubts = doubts

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
    if one.literal and two.literal:
        return number(_plus(one.bound, two.bound))
    for each in (one, two):
        if each.literal and isinstance(each.bound, Infinity):
            return each
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
        return number(_product(one.bound, two.bound))
    return make("times", one, two)


def divide(one: Op, two: Op) -> Op:
    """A quotient; the divisor is never nought nor infinite."""
    if two is ONE or one is ZERO:
        return one
    if one.literal and two.literal and not isinstance(one.bound, Infinity):
        assert not isinstance(two.bound, Infinity)
        return number(Fraction(one.bound) / two.bound)
    return make("divide", one, two)


def floor(one: Op, *doubts: Op) -> Op:
    """The largest whole numbers not above a column."""
    if one.literal:
        return one if isinstance(one.bound, Infinity) else number(math_floor(one.bound))
    return make("floor", one, doubts=doubts)


def magnitude(one: Op) -> Op:
    """The column without its sign."""
    if one.literal:
        return number(-one.bound) if one.bound < 0 else one
    return make("magnitude", one)


def smaller(one: Op, two: Op) -> Op:
    """The smaller of two columns, row by row."""
    if one is two:
        return one
    if one.literal and two.literal:
        return one if one.bound <= two.bound else two
    if BEYOND in (one, two):
        return two if one is BEYOND else one
    return BELOW if BELOW in (one, two) else make("smaller", one, two)


def larger(one: Op, two: Op) -> Op:
    """The larger of two columns, row by row."""
    if one is two:
        return one
    if one.literal and two.literal:
        return one if one.bound >= two.bound else two
    if BELOW in (one, two):
        return two if one is BELOW else one
    return BEYOND if BEYOND in (one, two) else make("larger", one, two)


def select(test: Op, then: Op, other: Op) -> Op:
    """The one column where a test holds, the other where it does not."""
    if test is TRUE or then is other:
        return then
    return other if test is FALSE else make("select", test, then, other)


def holds(operator: str, one: Op, two: Op, *doubts: Op) -> Op:
    """Whether one number is >= or > another."""
    if one is two and not doubts:
        return truth(operator == ">=")
    if one.literal and two.literal:
        return truth(one.bound >= two.bound if operator == ">=" else one.bound > two.bound)
    if two.literal and not doubts:
        return _against(operator, one, two.bound)
    if one.literal and not doubts:
        return _against(_TURNED[operator], two, one.bound)
    return make(operator, one, two, doubts=doubts)


def equals(one: Op, two: Op, *doubts: Op) -> Op:
    """Whether two numbers are the same."""
    if one is two:
        return TRUE
    if one.literal and two.literal:
        return truth(one.bound == two.bound)
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
    """A column against a number, on either side of it."""
    if isinstance(limit, Infinity) or one.name not in ("known", *INVERSES):
        return make(operator, one, number(limit)) if operator in RISING else make(_TURNED[operator], number(limit), one)
    if one.name in INVERSES:
        operator, limit = INVERSES[one.name](one, operator, limit)
        return _against(operator, one.args[0], limit)
    assumed = one.value
    assert isinstance(assumed, int | Fraction | Infinity)
    whole = ceil(limit) if operator in (">=", "<") else math_floor(limit)
    return make("against", one.args[0], value=(operator, whole, COMPARE[operator](assumed, limit)))


RISING = (">=", ">")
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {">=": ge, ">": gt, "<=": le, "<": lt}
# For operations that only rise or only fall with their argument: the same comparison on the argument itself.
INVERSES: dict[str, Callable[[Op, str, int | Fraction], tuple[str, int]]] = {}


def _plus(one: Bound, two: Bound) -> Bound:
    if isinstance(one, Infinity):
        return one
    return two if isinstance(two, Infinity) else one + two


def _product(one: Bound, two: Bound) -> Bound:
    if not isinstance(one, Infinity) and not isinstance(two, Infinity):
        return one * two
    return INFINITY if (one > 0) == (two > 0) else -INFINITY
