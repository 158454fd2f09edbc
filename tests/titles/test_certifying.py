from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import Window
from app.titles.certifying import Procedure, earliest_issue, months_later, months_left
from app.titles.validity import last_day

DAY = timedelta(days=1)
SUMMER = Window((6, 1), (8, 31), "")
WINTER = Window((11, 15), (2, 10), "")
ONCE = Window(date(2027, 3, 1), date(2027, 4, 15), "")
UNDATED = Window(None, None, "以当年通知为准")
days = st.integers(0, 700).map(lambda number: date(2026, 6, 1) + number * DAY)
terms = st.sampled_from(["自然年", "3年", "6个月", "长期", ""])
procedures = st.builds(
    Procedure, st.sampled_from([None, UNDATED, SUMMER, WINTER, ONCE]), st.integers(0, 5), st.just("3年") | terms
)


def is_open(window: Window | None, day: date) -> bool:
    """Whether declarations are taken on a day, read off the calendar."""
    match window:
        case Window(opens=date() as opens, closes=date() as closes):
            return opens <= day <= closes
        case Window(opens=tuple() as opens, closes=tuple() as closes) if opens <= closes:
            return opens <= (day.month, day.day) <= closes
        case Window(opens=tuple() as opens, closes=tuple() as closes):
            return (day.month, day.day) >= opens or (day.month, day.day) <= closes
    return True


@given(days, procedures, days)
def test_the_day_of_issue_is_the_first_that_trying_every_day_finds(
    ready: date, procedure: Procedure, covering: date
) -> None:
    def lasts(issued: date) -> bool:
        return (last_day(procedure.valid_for, issued) or date.max) >= covering

    tried = (ready + number * DAY for number in range(1_500))
    declared = (day for day in tried if is_open(procedure.window, day))
    wanted = next(filter(lasts, (months_later(day, procedure.handling) for day in declared)), None)

    found = earliest_issue(ready, procedure, covering=covering)

    assert found == wanted


@given(days, procedures, days)
def test_months_left_are_as_many_as_still_lead_to_a_title_in_time(
    today: date, procedure: Procedure, covering: date
) -> None:
    left = months_left(today, procedure, covering=covering)

    in_time = [
        (issued := earliest_issue(months_later(today, months), procedure, covering=covering)) is not None
        and issued <= covering
        for months in range(24)
    ]
    assert left == (None if not in_time[0] else in_time.index(False) - 1)


@pytest.mark.parametrize(
    ("ready", "covering", "issued"),
    [
        # An entry for this year does not count in the next: it is had in the next year's window.
        (date(2026, 11, 23), date(2027, 12, 31), date(2027, 6, 1)),
        (date(2026, 11, 23), date(2026, 12, 31), date(2027, 6, 1)),
        (date(2027, 7, 10), date(2027, 12, 31), date(2027, 7, 10)),
    ],
)
def test_an_entry_for_the_calendar_year_is_had_in_the_window_of_that_year(
    ready: date, covering: date, issued: date
) -> None:
    assert earliest_issue(ready, Procedure(SUMMER, 0, "自然年"), covering=covering) == issued


def test_without_a_dated_window_only_preparing_and_handling_count() -> None:
    procedure = Procedure(UNDATED, 3, "3年")

    assert earliest_issue(date(2026, 11, 23), procedure, covering=date(2027, 12, 31)) == date(2027, 2, 23)
    assert months_left(date(2026, 11, 23), procedure, covering=date(2027, 12, 31)) == 10


def test_nothing_can_be_had_once_the_only_window_is_over() -> None:
    assert earliest_issue(date(2027, 4, 16), Procedure(ONCE, 0, "3年"), covering=date(2027, 12, 31)) is None
    assert months_left(date(2027, 4, 16), Procedure(ONCE, 0, "3年"), covering=date(2027, 12, 31)) is None
