"""Findings to canonical JSON and back, driven by the annotations of their named tuples and dataclasses."""

import json
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from app.rules.answer import Answer
from app.rules.interval import INFINITY, Bound, Interval
from app.rules.values import Value

T = TypeVar("T")


def write(value: object) -> str:
    """Any finding as JSON with sorted keys; exact numbers are written as text."""
    return json.dumps(_plain(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def read(kind: type[T], text: str) -> T:
    """The value of a named tuple or dataclass written by `write`.

    Raises:
        ValueError: when the text is not what `write` makes of this kind.
    """
    try:
        found: T = _reader(typing.cast("Any", kind))(json.loads(text))
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError("这份结论的存档读不出来，可能不是本系统所写") from error
    return found


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    match value:
        case None | bool() | int() | str():
            return value
        case Interval():
            return [_bound_text(value.low), _bound_text(value.high)]
        case tuple() if not hasattr(value, "_fields"):
            return [_plain(each) for each in value]
        case Answer():
            return value.code
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
    kind: Any = type(value)
    return {name: _typed(each, getattr(value, name)) for name, each in _fields(kind).items()}


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a finding's type with their types; nothing for what is not part of a finding."""
    return typing.get_type_hints(kind) if hasattr(kind, "_fields") or hasattr(kind, "__dataclass_fields__") else {}


def _typed(annotation: object, value: Any) -> Any:
    """A value of the four-way union `Value` carries its type, which plain JSON would lose."""
    if annotation is Value:
        return [type(value).__name__, _plain(value)]
    return _plain(value)


def _bound_text(bound: Bound) -> str:
    return str(bound)


def _read_bound(text: str) -> Bound:
    if text in ("inf", "-inf"):
        return INFINITY if text == "inf" else -INFINITY
    number = Fraction(text)
    return number.numerator if number.denominator == 1 else number


def _read_value(pair: list[Any]) -> Value:
    kinds: dict[str, Callable[[Any], Value]] = {
        "bool": bool,
        "Decimal": Decimal,
        "date": date.fromisoformat,
        "str": str,
    }
    return kinds[pair[0]](pair[1])


_LEAVES: dict[object, Callable[[Any], Any]] = {
    Interval: lambda pair: Interval(*map(_read_bound, pair)),
    Answer: lambda code: Answer[code.upper()],
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Value: _read_value,
}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind in _LEAVES:
        return _LEAVES[kind]
    if fields := _fields(kind):
        return lambda data: kind(**{name: _reader(each)(data[name]) for name, each in fields.items()})
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return lambda data: tuple(_reader(item)(each) for each in data)
    if isinstance(kind, types.UnionType):
        (inner,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
        return lambda data: None if data is None else _reader(inner)(data)
    return lambda data: data
