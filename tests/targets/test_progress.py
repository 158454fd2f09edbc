"""The laws of progress: exact, never guessing, and honest about time."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policytext.targets.target import Comparator, TargetKind
from app.targets.progress import Base, Goal, Point, TargetState, Term, Verdict, achieved, judge, shown

TODAY = date(2024, 7, 1)
TERM = Term(date(2023, 1, 1), date(2025, 12, 31))
FROM_100 = Base(2022, Fraction(100))
RATES = st.fractions(min_value=0, max_value=200, max_denominator=1000)
AMOUNTS = st.fractions(min_value=Fraction(1, 1000), max_value=10**9, max_denominator=10**6)


def goal(kind: TargetKind = TargetKind.STOCK, low: object = 130, comparator: Comparator = Comparator.EQUAL) -> Goal:
    return Goal(kind, comparator, Fraction(str(low)))


def judged(asked: Goal, value: object, base: Base = FROM_100, day: date = TODAY, today: date = TODAY) -> Verdict:
    return judge(asked, [Point(day, Fraction(str(value)))], base, TERM, today)


def test_nothing_reported_is_no_data_and_not_nothing_reached() -> None:
    verdict = judge(goal(), [], FROM_100, TERM, TODAY)

    assert (verdict.state, verdict.achieved) == (TargetState.NO_DATA, None)


@pytest.mark.parametrize("kind", [TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.MULTIPLE])
def test_a_missing_base_is_said_and_never_taken_for_0(kind: TargetKind) -> None:
    verdict = judged(goal(kind, 5), 10**6, Base(2022, None))

    assert (verdict.state, verdict.achieved) == (TargetState.UNDECIDED, None)
    assert "缺基期值（2022年）" in verdict.reasons[0]


def test_a_base_of_0_gives_no_growth() -> None:
    assert "基期值为 0" in judged(goal(TargetKind.GROWTH, 5), 10, Base(2022, Fraction(0))).reasons[0]


@given(base=AMOUNTS, rate=RATES)
def test_growth_is_exact_at_the_very_edge(base: Fraction, rate: Fraction) -> None:
    asked = Goal(TargetKind.GROWTH, Comparator.AT_LEAST, rate)
    edge, below = base * (1 + rate / 100), base * (1 + rate / 100) - Fraction(1, 10**12)

    reached, missed = (
        judge(asked, [Point(TODAY, value)], Base(2022, base), TERM, TODAY).state for value in (edge, below)
    )

    assert reached is TargetState.REACHED
    assert missed is not TargetState.REACHED


@given(base=AMOUNTS, rate=RATES)
def test_an_average_growth_is_compared_without_taking_a_root(base: Fraction, rate: Fraction) -> None:
    asked = Goal(TargetKind.AVERAGE_GROWTH, Comparator.AT_LEAST, rate)
    point = Point(TODAY, base * (1 + rate / 100) ** 2)

    verdict = judge(asked, [point], Base(2022, base), TERM, TODAY)

    assert verdict.state is TargetState.REACHED
    assert verdict.achieved is not None
    assert abs(verdict.achieved - rate) <= Fraction(1, 10**6)


def test_a_share_is_part_of_whole_and_a_multiple_is_of_the_base() -> None:
    share = achieved(TargetKind.SHARE, Point(TODAY, Fraction(5), Fraction(200)), FROM_100)
    multiple = achieved(TargetKind.MULTIPLE, Point(TODAY, Fraction(250)), FROM_100)

    assert (share, multiple) == (Fraction(5, 2), Fraction(5, 2))
    assert judge(goal(TargetKind.SHARE, 2), [Point(TODAY, Fraction(5))], FROM_100, TERM, TODAY).state is (
        TargetState.UNDECIDED
    )


def test_the_pace_is_judged_on_the_day_of_the_value_and_not_on_today() -> None:
    """Half of the term is over on 1 July 2024, when the line stands at 115: what was 114 a year before was ahead."""
    on_the_day, a_year_before = judged(goal(), 114), judged(goal(), 114, day=date(2023, 7, 1))

    assert (on_the_day.state, a_year_before.state) == (TargetState.BEHIND, TargetState.ON_PACE)


def test_a_stock_without_a_base_is_not_measured_against_time() -> None:
    assert judged(goal(), 50, Base(2022, None)).state is TargetState.UNDECIDED
    assert judged(goal(), 130, Base(2022, None)).state is TargetState.REACHED


def test_what_is_added_begins_at_nothing() -> None:
    assert judged(goal(TargetKind.INCREMENT, 30), 14, Base(None, None)).state is TargetState.BEHIND
    assert judged(goal(TargetKind.INCREMENT, 30), 15, Base(None, None)).state is TargetState.ON_PACE


def test_what_comes_after_the_due_date_does_not_count() -> None:
    points = [Point(date(2025, 12, 31), Fraction(120)), Point(date(2026, 3, 1), Fraction(140))]

    verdict = judge(goal(), points, FROM_100, TERM, date(2026, 6, 1))

    assert (verdict.state, verdict.achieved) == (TargetState.MISSED, Fraction(120))


def test_over_needs_more_than_the_figure_itself() -> None:
    states = [judged(goal(comparator=Comparator.MORE), value, today=date(2026, 2, 1)).state for value in (130, 131)]

    assert states == [TargetState.MISSED, TargetState.REACHED]


def test_an_upper_limit_is_kept_only_when_the_time_is_over() -> None:
    limit = goal(low=90, comparator=Comparator.AT_MOST)

    assert judged(limit, 85).state is TargetState.ON_PACE
    assert judged(limit, 95).state is TargetState.BEHIND
    assert judged(limit, 85, day=date(2025, 12, 31), today=date(2026, 2, 1)).state is TargetState.REACHED


def test_a_rounded_figure_says_so() -> None:
    assert (shown(Fraction(21, 4)), shown(Fraction(1, 3)), shown(None)) == ("5.25", "约 0.33", "—")
