"""Working days: the state's calendar, 调休, and what staff know better."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.notices.workdays import Workdays, months_after

KNOWN = Workdays({})
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_a_holiday_is_free_and_a_worked_sunday_is_worked() -> None:
    assert not KNOWN.is_worked(date(2026, 10, 1))
    assert KNOWN.is_worked(date(2025, 9, 28))  # a Sunday, worked for the National Day of 2025


def test_a_year_that_is_not_published_yet_takes_weekends_for_free_and_says_so() -> None:
    assert not KNOWN.is_published(2027)
    assert KNOWN.is_worked(date(2027, 10, 1))
    assert not KNOWN.is_worked(date(2027, 10, 2))


def test_what_staff_entered_counts_before_the_known_calendar() -> None:
    calendar = Workdays({date(2026, 6, 1): False, date(2027, 10, 1): False})

    assert not calendar.is_worked(date(2026, 6, 1))
    assert calendar.is_published(2027)


@given(DAYS, st.integers(1, 40))
def test_counting_working_days_forward_is_counting_them_between(day: date, count: int) -> None:
    later = KNOWN.after(day, count)

    assert KNOWN.is_worked(later)
    assert KNOWN.between(day, later) == count


@given(DAYS, st.integers(1, 40))
def test_going_back_comes_to_the_nearest_day_that_leaves_so_many(day: date, count: int) -> None:
    earlier = KNOWN.after(day, -count)

    assert KNOWN.is_worked(earlier)
    assert KNOWN.after(earlier, count) >= day


def test_three_months_after_the_last_of_november_is_the_last_of_february() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2026, 1, 15), -3) == date(2025, 10, 15)
