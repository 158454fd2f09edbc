from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.facts.vocabulary import vocabulary
from app.titles.validity import last_day


@pytest.mark.parametrize(
    ("valid_for", "issued", "last"),
    [
        ("自然年", date(2025, 7, 1), date(2025, 12, 31)),
        ("自然年", date(2025, 12, 31), date(2025, 12, 31)),
        ("3年", date(2023, 11, 15), date(2026, 11, 14)),
        ("3年", date(2021, 3, 1), date(2024, 2, 29)),
        ("3年", date(2024, 2, 29), date(2027, 2, 28)),
        ("4年", date(2024, 2, 29), date(2028, 2, 28)),
        ("1年", date(2024, 1, 1), date(2024, 12, 31)),
        ("6个月", date(2024, 8, 31), date(2025, 2, 28)),
        ("6个月", date(2024, 8, 1), date(2025, 1, 31)),
        ("12个月", date(2023, 12, 31), date(2024, 12, 30)),
        ("长期", date(2024, 1, 1), None),
        ("", date(2024, 1, 1), None),
    ],
)
def test_the_last_day_follows_from_the_kinds_term(valid_for: str, issued: date, last: date | None) -> None:
    assert last_day(valid_for, issued) == last


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 10))
def test_a_term_of_years_is_as_long_as_its_years(issued: date, years: int) -> None:
    last = last_day(f"{years}年", issued)

    assert last is not None
    assert last == last_day(f"{years * 12}个月", issued)
    assert abs((last - issued).days + 1 - years * 365.25) < 2
    assert last + timedelta(days=1) == date(issued.year + years, issued.month, 1) or last.month in (
        issued.month,
        (issued - timedelta(days=1)).month,
    )


def test_every_declared_kind_of_title_has_an_end() -> None:
    kinds = vocabulary().titles.values()

    assert [kind.code for kind in kinds if last_day(kind.valid_for, date(2024, 2, 29)) is None] == []
