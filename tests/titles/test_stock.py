from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.titles.stock import held_until, month_end, month_ends, spans, stock

FIRST = date(2026, 1, 1)
days = st.integers(0, 500).map(lambda number: FIRST + timedelta(days=number))


@dataclass(frozen=True)
class Paper:
    issued_on: date
    valid_until: date | None = None
    revoked_on: date | None = None
    kind: str = "hnte"

    def counts(self, day: date) -> bool:
        begun = self.issued_on <= day
        over = self.valid_until is not None and self.valid_until < day
        return begun and not over and not (self.revoked_on and self.revoked_on <= day)


papers = st.builds(Paper, days, st.none() | days, st.none() | days)
holders = st.lists(st.lists(papers, max_size=4), max_size=6)


@given(holders, st.lists(days, max_size=8).map(sorted))
def test_the_stock_is_what_counting_holders_day_by_day_gives(held: list[list[Paper]], asked: list[date]) -> None:
    counted = tuple(sum(any(paper.counts(day) for paper in firm) for firm in held) for day in asked)

    assert stock(held, asked) == counted


@given(st.lists(papers, max_size=4), days)
def test_spans_cover_exactly_the_days_in_force_without_touching(held: list[Paper], day: date) -> None:
    found = list(spans(held))

    covered = any(first <= day and (last is None or day <= last) for first, last in found)
    assert covered == any(paper.counts(day) for paper in held)
    assert all(last is not None and last + timedelta(days=1) < first for (_, last), (first, _) in pairwise(found))


@given(st.lists(papers, max_size=4), days)
def test_held_until_is_the_last_day_before_the_first_without_a_certificate(held: list[Paper], day: date) -> None:
    until = held_until(held, day)

    if until is None:
        assert not any(paper.counts(day) for paper in held)
    elif until != date.max:
        assert any(paper.counts(until) for paper in held)
        assert not any(paper.counts(until + timedelta(days=1)) for paper in held)


def test_a_renewal_that_follows_at_once_leaves_no_hole() -> None:
    old = Paper(date(2023, 10, 1), date(2026, 9, 30))
    new = Paper(date(2026, 10, 1), date(2029, 9, 30))

    assert stock([[old, new]], month_ends(date(2026, 8, 1), date(2026, 11, 1))) == (1, 1, 1, 1)
    assert stock([[old]], month_ends(date(2026, 8, 1), date(2026, 11, 1))) == (1, 1, 0, 0)


def test_months_are_named_by_their_last_day() -> None:
    assert month_ends(date(2027, 12, 31), date(2028, 2, 1)) == (
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
    )
    assert month_ends(date(2028, 2, 1), date(2027, 12, 31)) == ()
    assert month_end(date(2026, 2, 28)) == date(2026, 2, 28)
