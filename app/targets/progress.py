"""How far a target has come: exact arithmetic on what was reported, and a state in words. Pure.

The rule for the pace: from the base to the target in a straight line over the days of the term. What was reported is
compared with where that line stands on the very day it was reported for, not with where it stands today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.core.choices import Choice
from app.policytext.targets.target import Comparator, TargetKind

DOWN = frozenset({Comparator.AT_MOST, Comparator.LESS})
FROM_BASE = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.MULTIPLE})
RATES = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH})
PERCENT = 100


class TargetState(Choice):
    REACHED = "reached", "已达到"
    ON_PACE = "on_pace", "进度正常"
    BEHIND = "behind", "落后"
    MISSED = "missed", "到期未达到"
    UNDECIDED = "undecided", "不能判断"
    NO_DATA = "no_data", "尚无数据"


@dataclass(frozen=True)
class Goal:
    """What is to be reached; `high` only for a range. Rates and shares in percent."""

    kind: TargetKind
    comparator: Comparator
    low: Fraction
    high: Fraction | None = None


@dataclass(frozen=True)
class Point:
    """A value up to a day; `whole` is what a share is of, `is_result` says that it is the rate or share itself."""

    day: date
    value: Fraction
    whole: Fraction | None = None
    is_result: bool = False


@dataclass(frozen=True)
class Term:
    """From when to when a target runs; None where the plan does not say."""

    starts: date | None
    due: date | None


@dataclass(frozen=True)
class Base:
    """What a target is measured against: the value at the end of a year; None where it is not known."""

    year: int | None
    value: Fraction | None


@dataclass(frozen=True)
class Verdict:
    """Where a target stands. `achieved` is in the terms of the goal (a growth in percent); `reasons` are sentences."""

    state: TargetState
    point: Point | None
    achieved: Fraction | None
    reasons: tuple[str, ...]


def judge(goal: Goal, points: Sequence[Point], base: Base, term: Term, today: date) -> Verdict:
    """Where a target stands on a day, from the latest value up to its due date; nothing unknown counts as 0."""
    known = [point for point in points if point.day <= min(term.due or date.max, today)]
    if not known:
        return Verdict(TargetState.NO_DATA, None, None, ("还没有期限内的实际值。",))
    point = max(known, key=lambda each: each.day)
    lacking = _lacking(goal, point, base)
    if lacking:
        return Verdict(TargetState.UNDECIDED, point, None, (lacking,))
    state, reason = _state(goal, point, base, term, today)
    return Verdict(state, point, achieved(goal.kind, point, base), (reason,))


def achieved(kind: TargetKind, point: Point, base: Base) -> Fraction | None:
    """The value in the terms of the goal; None where it needs a base or a whole that is not known, or is 0.

    An average growth is a root and has no exact fraction: it comes rounded to a millionth of a percent.
    """
    level = _level(kind, point)
    if point.is_result or kind not in FROM_BASE:
        return level
    if level is None or not base.value:
        return None
    match kind:
        case TargetKind.GROWTH:
            return (level / base.value - 1) * PERCENT
        case TargetKind.MULTIPLE:
            return level / base.value
        case _:
            return _average(level / base.value, _years(point, base))


def _average(ratio: Fraction, years: int) -> Fraction | None:
    if years <= 0 or ratio < 0:
        return None
    root = (Decimal(ratio.numerator) / Decimal(ratio.denominator)) ** (Decimal(1) / years)
    return Fraction(((root - 1) * PERCENT).quantize(Decimal("0.000001")))


def _level(kind: TargetKind, point: Point) -> Fraction | None:
    if kind is not TargetKind.SHARE or point.is_result:
        return point.value
    return point.value / point.whole * PERCENT if point.whole else None


def _lacking(goal: Goal, point: Point, base: Base) -> str:
    """Why nothing can be computed; empty where it can."""
    if _level(goal.kind, point) is None:
        return "缺总量，不能计算占比。"
    if point.is_result or goal.kind not in FROM_BASE:
        return ""
    if base.value is None:
        year = f"（{base.year}年）" if base.year else ""
        return f"缺基期值{year}，不能计算{goal.kind.value}；补填基期后自动计算。"
    if base.value == 0:
        return f"基期值为 0，不能计算{goal.kind.value}。"
    if goal.kind is TargetKind.AVERAGE_GROWTH and _years(point, base) <= 0:
        return "实际值不晚于基期，不能计算年均增长率。"
    return ""


def _state(goal: Goal, point: Point, base: Base, term: Term, today: date) -> tuple[TargetState, str]:
    reached = _reached(goal, point, base)
    over = term.due is not None and today > term.due
    if goal.comparator in DOWN and reached and not over:
        return TargetState.ON_PACE, "目前没有超过上限，到期时才算达到。"
    if reached:
        return TargetState.REACHED, _reached_words(goal)
    if over:
        return TargetState.MISSED, _missed_words(point, term)
    if term.due is None:
        return TargetState.UNDECIDED, "方案没有写期限，不判断快慢。"
    return _pace(goal, point, base, term)


def _reached_words(goal: Goal) -> str:
    match goal.comparator:
        case Comparator.RANGE:
            return "达到区间下限即算达到。"
        case Comparator.EQUAL | Comparator.ABOUT:
            return "方案写的是一个数，达到或超过都算达到。"
        case _:
            return "符合方案所写的数。"


def _missed_words(point: Point, term: Term) -> str:
    if term.due and point.day < term.due:
        return "期限已过；最近的实际值早于期限，补填到期日的数后重新判断。"
    return "期限已过，到期时没有达到。"


def _pace(goal: Goal, point: Point, base: Base, term: Term) -> tuple[TargetState, str]:
    """Not reached and not due: compared with the straight line on the day of the value."""
    if goal.comparator in DOWN:
        return TargetState.BEHIND, "目前超过上限。"
    if goal.kind in RATES and point.is_result:
        return TargetState.BEHIND, "增速低于目标；增速不随时间累积，直接与目标比较。"
    start = _start(goal, point, base)
    if start is None or term.starts is None or term.due is None:
        return TargetState.UNDECIDED, "缺基期值或起算日，不能按时间判断快慢。"
    share = elapsed(term.starts, term.due, point.day)
    expected = start + (_needed(goal, point, base) - start) * share
    state = TargetState.ON_PACE if (_level(goal.kind, point) or 0) >= expected else TargetState.BEHIND
    said = f"期限已过 {shown(share * PERCENT)}%，按直线此时应到 {shown(expected)}，"
    return state, f"{said}{'已到' if state is TargetState.ON_PACE else '只到'} {shown(_level(goal.kind, point))}。"


def elapsed(starts: date, due: date, day: date) -> Fraction:
    """The share of a term that is over at the end of a day, between 0 and 1; first and last day included."""
    days = (due - starts).days + 1
    return min(Fraction(1), max(Fraction(0), Fraction((day - starts).days + 1, days))) if days > 0 else Fraction(1)


def _start(goal: Goal, point: Point, base: Base) -> Fraction | None:
    """Where the line begins: what is added begins at nothing, everything else at the base."""
    match goal.kind:
        case TargetKind.INCREMENT:
            return Fraction(0)
        case TargetKind.MULTIPLE if point.is_result:
            return Fraction(1)
        case _:
            return base.value


def _reached(goal: Goal, point: Point, base: Base) -> bool:
    level, needed = _level(goal.kind, point), _needed(goal, point, base)
    assert level is not None, "what lacks its whole was answered before"
    match goal.comparator:
        case Comparator.MORE:
            return level > needed
        case Comparator.LESS:
            return level < needed
        case Comparator.AT_MOST:
            return level <= needed
        case _:
            return level >= needed


def _needed(goal: Goal, point: Point, base: Base) -> Fraction:
    """The level that meets the lower end of the goal exactly, so that no root has to be taken."""
    if point.is_result or goal.kind not in FROM_BASE or base.value is None:
        return goal.low
    match goal.kind:
        case TargetKind.GROWTH:
            return base.value * (1 + goal.low / PERCENT)
        case TargetKind.MULTIPLE:
            return base.value * goal.low
        case _:
            return base.value * (1 + goal.low / PERCENT) ** _years(point, base)


def _years(point: Point, base: Base) -> int:
    return point.day.year - base.year if base.year else 0


def shown(value: Fraction | Decimal | None) -> str:
    """A figure for people: as it is up to four decimals, else rounded to two and called 约."""
    if value is None:
        return "—"
    exact = Fraction(value)
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    short = whole.quantize(Decimal("0.0001"))
    if Fraction(short) == exact:
        return f"{short.normalize():,f}"
    return f"约 {whole.quantize(Decimal('0.01')):,f}"
