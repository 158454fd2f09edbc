"""Where targets stand today: what was reported or counted for each, put before the judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from app.policytext.targets.target import TargetKind
from app.targets import counting, queries
from app.targets.models import YEAR_ENDS, Actual, Given, Target
from app.targets.progress import Base, Goal, Point, Term, Verdict, judge


@dataclass(frozen=True)
class YearOf:
    """One year of a target that is due every year."""

    year: int
    verdict: Verdict


@dataclass(frozen=True)
class Assessed:
    """A target with where it stands; `actual` is the reported value that decided, None where Tidu counted itself."""

    target: Target
    verdict: Verdict
    term: Term
    base: Base
    base_from: str
    actual: Actual | None
    is_counted: bool
    years: tuple[YearOf, ...] = ()


def assess(db: Session, targets: Sequence[Target], today: date) -> list[Assessed]:
    """Every target with its verdict; one that repeats another stands by the values of that one."""
    reported = queries.actuals(db, (target.repeats_id or target.id for target in targets))
    return [_assess(db, target, reported.get(target.repeats_id or target.id, []), today) for target in targets]


def _assess(db: Session, target: Target, actuals: Sequence[Actual], today: date) -> Assessed:
    terms = _terms(target, today)
    base, base_from = _base(db, target, actuals)
    counted = counting.is_counted(target)
    years = []
    for term in terms:
        points = _counted(db, target, term, today) if counted else _points(target, actuals, term)
        verdict = judge(goal_of(target), points, base, term, today)
        years.append((term, verdict))
    term, verdict = years[-1]
    decided = None if counted or verdict.point is None else _of_day(actuals, verdict.point.day)
    by_year = tuple(YearOf(each.due.year, said) for each, said in reversed(years) if target.every_year and each.due)
    return Assessed(target, verdict, term, base, base_from, decided, counted, by_year)


def goal_of(target: Target) -> Goal:
    high = Fraction(target.high) if target.high is not None else None
    return Goal(target.kind, target.binds, Fraction(target.low), high)


def _terms(target: Target, today: date) -> list[Term]:
    """The one term of a target; of one that is due every year, each year of the plan that has begun."""
    if not target.every_year:
        return [Term(_starts(target), target.due)]
    last = min(target.due.year if target.due else today.year, today.year)
    first = target.starts_on.year if target.starts_on else last
    return [Term(date(year, 1, 1), date(year, *YEAR_ENDS)) for year in range(min(first, last), last + 1)]


def _starts(target: Target) -> date | None:
    """The day after the base year where the plan names one; else the day that was set."""
    if target.base_year is not None and target.kind is not TargetKind.INCREMENT:
        return date(target.base_year + 1, 1, 1)
    return target.starts_on


def base_year_of(target: Target) -> int | None:
    """The year a target is measured against: the plan's own, else the one before the term begins."""
    if target.base_year is not None:
        return target.base_year
    return target.starts_on.year - 1 if target.starts_on and target.kind is not TargetKind.INCREMENT else None


def _base(db: Session, target: Target, actuals: Sequence[Actual]) -> tuple[Base, str]:
    """The base and where it comes from; a value that nobody gave stays unknown."""
    year = base_year_of(target)
    if target.base_value is not None:
        return Base(year, Fraction(target.base_value)), "方案所载" if target.base_words else "科技局补填"
    if year is None or target.kind is TargetKind.INCREMENT:
        return Base(year, None), ""
    if counting.is_counted(target):
        return Base(year, Fraction(counting.count_on(db, target, date(year, *YEAR_ENDS)))), "系统按资质计数"
    known = [actual for actual in actuals if actual.day.year == year and actual.given is Given.LEVEL]
    if not known:
        return Base(year, None), ""
    point = _point(known[-1])
    value = point.value / point.whole * 100 if point.whole else point.value
    return Base(year, value), f"填报，{known[-1].source}"


def _counted(db: Session, target: Target, term: Term, today: date) -> list[Point]:
    day = min(term.due or today, today)
    return [Point(day, Fraction(counting.count_on(db, target, day)))]


def _points(target: Target, actuals: Sequence[Actual], term: Term) -> list[Point]:
    """The values inside a term; those of the base year are not progress."""
    base_year = base_year_of(target)
    inside = (actual for actual in actuals if term.starts is None or actual.day >= term.starts)
    return [_point(actual) for actual in inside if actual.day.year != base_year]


def _point(actual: Actual) -> Point:
    whole = Fraction(actual.whole) if actual.whole is not None else None
    return Point(actual.day, Fraction(actual.value), whole, actual.given is Given.RESULT)


def _of_day(actuals: Sequence[Actual], day: date) -> Actual | None:
    return next((actual for actual in actuals if actual.day == day), None)
