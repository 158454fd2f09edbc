"""Operations as Polars expressions."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import inf
from operator import add, and_, eq, ge, gt, invert, le, lt, mul, neg, or_, sub, truediv
from typing import Any

import polars as pl

from app.rules.interval import Infinity
from app.rules.pool.lay import EPOCH
from app.rules.pool.op import Op

Types = Mapping[str, pl.DataType]
Comparison = Callable[[pl.Expr, Any], pl.Expr]


class Emitter:
    """Writes operations as expressions over a frame in which some of them already are columns."""

    def __init__(self, columns: Mapping[Op, str], types: Types) -> None:
        self.columns = columns
        self.types = types

    def expression(self, op: Op) -> pl.Expr:
        """An operation as its column where there is one, else worked out."""
        name = self.columns.get(op)
        return self.work(op) if name is None else pl.col(name)

    def work(self, op: Op) -> pl.Expr:
        """An operation worked out from what it is made of."""
        plain = _PLAIN.get(op.name)
        if plain is not None:
            return plain(*map(self.expression, op.args))
        return _SPECIAL[op.name](self, op)

    def type_of(self, op: Op) -> pl.DataType:
        return self.types[self.columns[op]]


def literal(op: Op) -> pl.Expr:
    """A number or truth as it is."""
    if op.name == "truth":
        return pl.lit(op.value)
    value = op.bound
    if isinstance(value, Infinity):
        return pl.lit(inf if value.sign > 0 else -inf)
    return pl.lit(Fraction(value).numerator / Fraction(value).denominator, dtype=pl.Float64)


def _known(emitter: Emitter, op: Op) -> pl.Expr:
    bound = op.value
    assumed = bound.sign * inf if isinstance(bound, Infinity) else bound
    return emitter.expression(op.args[0]).cast(pl.Float64).fill_null(pl.lit(assumed, dtype=pl.Float64))


def _under(emitter: Emitter, op: Op) -> pl.Expr:
    column = emitter.expression(op.args[0])
    return pl.when(column > 0).then(column.cast(pl.Float64)).otherwise(1.0)


def _compared(emitter: Emitter, op: Op) -> pl.Expr:
    """A comparison with the literal on the right: on the left, Polars 2.1 refuses a column that is one value."""
    one, two = op.args
    straight, turned = _BOTH_WAYS[op.name]
    if one.literal:
        return turned(emitter.expression(two), emitter.expression(one))
    return straight(emitter.expression(one), emitter.expression(two))


_BOTH_WAYS: dict[str, tuple[Comparison, Comparison]] = {">=": (ge, le), ">": (gt, lt), "=": (eq, eq)}


def _flag(emitter: Emitter, op: Op) -> pl.Expr:
    column = emitter.expression(op.args[0])
    return (column if op.value else ~column).fill_null(value=False)


def _among(emitter: Emitter, op: Op) -> pl.Expr:
    words, unknown = _parts(op)
    column, kind = emitter.expression(op.args[0]), emitter.type_of(op.args[0])
    known = sorted(words & set(kind.categories) if isinstance(kind, pl.Enum) else words)
    if not known:
        found = column.is_null() & pl.lit(None, dtype=pl.Boolean)
    elif len(known) == 1:
        found = column == pl.lit(known[0], dtype=kind)
    else:
        found = column.is_in(known)
    return (found if op.name == "among" else ~found).fill_null(value=unknown)


def _parts(op: Op) -> Any:
    assert isinstance(op.value, tuple)
    return op.value


def _root(emitter: Emitter, op: Op) -> pl.Expr:
    assert isinstance(op.value, int)
    return emitter.expression(op.args[0]) ** (1 / op.value)


def _date(day: pl.Expr) -> pl.Expr:
    """An ordinal as a date; null for what is no day."""
    return (day - EPOCH).cast(pl.Int32, strict=False).cast(pl.Date)


def _where_finite(day: pl.Expr, found: pl.Expr) -> pl.Expr:
    return pl.when(day.is_infinite()).then(day).otherwise(found.cast(pl.Float64))


def _months(emitter: Emitter, op: Op) -> pl.Expr:
    day = emitter.expression(op.args[0])
    return _where_finite(day, _date(day).dt.offset_by(f"{op.value}mo").cast(pl.Int32) + EPOCH)


def _year(emitter: Emitter, op: Op) -> pl.Expr:
    day = emitter.expression(op.args[0])
    return _where_finite(day, _date(day).dt.year())


def _elapsed(emitter: Emitter, op: Op) -> pl.Expr:
    return _full_periods(emitter.expression(op.args[0]), emitter.expression(op.args[1]), op.value)


def _elapsed_to(emitter: Emitter, op: Op) -> pl.Expr:
    until, size = _parts(op)
    return _full_periods(emitter.expression(op.args[0]), pl.lit(until, dtype=pl.Float64), size)


def _full_periods(since: pl.Expr, until: pl.Expr, size: Any) -> pl.Expr:
    """Full periods of some months: one less where the day of the month is not reached (the last one counts as it)."""
    one, two = _date(since), _date(until)
    months = (two.dt.year() - one.dt.year()) * 12 + two.dt.month().cast(pl.Int32) - one.dt.month().cast(pl.Int32)
    reached = pl.min_horizontal(one.dt.day(), two.dt.month_end().dt.day()) <= two.dt.day()
    count = months // size - ((months % size == 0) & ~reached).cast(pl.Int32)
    endless = pl.when(until > since).then(inf).otherwise(-inf)
    return pl.when(since.is_infinite() | until.is_infinite()).then(endless).otherwise(count.cast(pl.Float64))


_PLAIN: dict[str, Callable[..., pl.Expr]] = {
    "add": add,
    "subtract": sub,
    "times": mul,
    "divide": truediv,
    "negate": neg,
    "floor": lambda one: one.floor(),
    "magnitude": lambda one: one.abs(),
    "smaller": lambda one, two: pl.when(one < two).then(one).otherwise(two),
    "larger": lambda one, two: pl.when(one > two).then(one).otherwise(two),
    "select": lambda test, then, other: pl.when(test).then(then).otherwise(other),
    "and": and_,
    "or": or_,
    "not": invert,
    "present": lambda one: one.is_not_null(),
    "same": lambda one: one,
    "never": lambda: pl.lit(value=False),
}
_SPECIAL: dict[str, Callable[[Emitter, Op], pl.Expr]] = {
    ">=": _compared,
    ">": _compared,
    "=": _compared,
    "number": lambda _, op: literal(op),
    "truth": lambda _, op: literal(op),
    "known": _known,
    "under": _under,
    "flag": _flag,
    "among": _among,
    "not among": _among,
    "root": _root,
    "months": _months,
    "year": _year,
    "elapsed": _elapsed,
    "elapsed to": _elapsed_to,
}
