"""Comparing what may be with what may be: certain, impossible, or open."""

from collections.abc import Callable

from app.rules.answer import Answer
from app.rules.evaluate.run import Result, Words
from app.rules.interval import Interval


def compare(operator: str, left: Result, right: Result) -> Answer:
    """The answer that holds for everything both sides may be; 待核 when it depends."""
    if operator == "!=":
        return compare("=", left, right).negated()
    if isinstance(left, Interval) and isinstance(right, Interval):
        return _NUMBERS[operator](left, right)
    if isinstance(left, Words) and isinstance(right, Words):
        return _words(left, right)
    if isinstance(left, Answer) and isinstance(right, Answer):
        return Answer.UNKNOWN if Answer.UNKNOWN in (left, right) else Answer.of(left is right)
    return Answer.UNKNOWN


def _at_least(left: Interval, right: Interval) -> Answer:
    if left.low >= right.high:
        return Answer.MET
    return Answer.UNMET if left.high < right.low else Answer.UNKNOWN


def _above(left: Interval, right: Interval) -> Answer:
    return _at_least(right, left).negated()


def _equal(left: Interval, right: Interval) -> Answer:
    apart = left.high < right.low or right.high < left.low
    return _decide(met=left.exact and right.exact and left.low == right.low, unmet=apart)


_NUMBERS: dict[str, Callable[[Interval, Interval], Answer]] = {
    ">=": _at_least,
    ">": _above,
    "<=": lambda left, right: _at_least(right, left),
    "<": lambda left, right: _above(right, left),
    "=": _equal,
}


def _words(left: Words, right: Words) -> Answer:
    if left.possible is None or right.possible is None:
        return Answer.UNKNOWN
    same = left.possible == right.possible and len(left.possible) == 1
    return _decide(met=same, unmet=not left.possible & right.possible)


def _decide(*, met: bool, unmet: bool) -> Answer:
    if met:
        return Answer.MET
    return Answer.UNMET if unmet else Answer.UNKNOWN
