"""Comparing what may be with what may be: certain, impossible, or open."""

from app.rules.answer import Answer
from app.rules.evaluate.run import Result, Words
from app.rules.interval import Interval


def compare(operator: str, left: Result, right: Result) -> Answer:
    """The answer that holds for everything both sides may be; 待核 when it depends."""
    if operator == "!=":
        return compare("=", left, right).negated()
    if isinstance(left, Interval) and isinstance(right, Interval):
        return _numbers(operator, left, right)
    if isinstance(left, Words) and isinstance(right, Words):
        return _words(left, right)
    if isinstance(left, Answer) and isinstance(right, Answer):
        return Answer.UNKNOWN if Answer.UNKNOWN in (left, right) else Answer.of(left is right)
    return Answer.UNKNOWN


def _numbers(operator: str, left: Interval, right: Interval) -> Answer:
    match operator:
        case ">=":
            return _decide(met=left.low >= right.high, unmet=left.high < right.low)
        case ">":
            return _decide(met=left.low > right.high, unmet=left.high <= right.low)
        case "<=":
            return _numbers(">=", right, left)
        case "<":
            return _numbers(">", right, left)
    apart = left.high < right.low or right.high < left.low
    return _decide(met=left.exact and right.exact and left.low == right.low, unmet=apart)


def _words(left: Words, right: Words) -> Answer:
    if left.possible is None or right.possible is None:
        return Answer.UNKNOWN
    same = left.possible == right.possible and len(left.possible) == 1
    return _decide(met=same, unmet=not left.possible & right.possible)


def _decide(*, met: bool, unmet: bool) -> Answer:
    if met:
        return Answer.MET
    return Answer.UNMET if unmet else Answer.UNKNOWN
