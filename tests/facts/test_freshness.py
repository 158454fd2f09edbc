from datetime import UTC, date, datetime

import pytest

from app.facts.freshness import is_stale
from app.facts.models import Fact
from app.facts.vocabulary import vocabulary

SALES = vocabulary().facts["sales"]
RESIDENT = vocabulary().facts["resident"]


def recorded(*moment: int) -> Fact:
    return Fact(recorded_at=datetime(*moment, tzinfo=UTC))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(("day", "stale"), [(date(2028, 9, 1), False), (date(2028, 9, 2), True)])
def test_a_standing_figure_is_fresh_for_the_months_its_kind_declares(day: date, *, stale: bool) -> None:
    assert RESIDENT.fresh_for == 36

    assert is_stale(RESIDENT, 0, recorded(2025, 9, 1), day) is stale


def test_the_last_of_february_is_fresh_to_the_last_of_february() -> None:
    leap_day = recorded(2024, 2, 29)

    assert not is_stale(vocabulary().facts["above_scale"], 0, leap_day, date(2025, 2, 28))
    assert is_stale(vocabulary().facts["above_scale"], 0, leap_day, date(2025, 3, 1))


def test_a_figure_recorded_after_its_year_has_closed_is_settled() -> None:
    assert not is_stale(SALES, 2022, recorded(2023, 6, 1), date(2026, 11, 23))


def test_a_figure_recorded_while_its_year_was_running_was_provisional() -> None:
    assert is_stale(SALES, 2025, recorded(2025, 9, 1), date(2026, 11, 23))
    assert not is_stale(SALES, 2026, recorded(2026, 9, 1), date(2026, 11, 23))


def test_the_year_a_figure_was_recorded_in_is_beijings() -> None:
    new_years_eve_in_utc = recorded(2025, 12, 31, 17)

    assert not is_stale(SALES, 2025, new_years_eve_in_utc, date(2027, 11, 23))
