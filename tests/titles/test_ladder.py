from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.facts.vocabulary import vocabulary
from app.titles.ladder import Ladder, days_left, expiring, history, ladders, place

TECH, SPECIAL = ladders(vocabulary())
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Paper:
    kind: str
    issued_on: date
    valid_until: date | None = None
    revoked_on: date | None = None


HNTE = Paper("hnte", date(2021, 10, 1), date(2024, 9, 30))
TSME_2024 = Paper("tsme", date(2024, 6, 1), date(2024, 12, 31))


def rung(titles: list[Paper], day: date, ladder: Ladder = TECH) -> str:
    found = place(titles, day, ladder).rung
    return found.label if found else ""


def test_the_ladders_are_the_declared_ones_lowest_rung_first() -> None:
    assert [each.name for each in (TECH, SPECIAL)] == ["科技企业梯度", "专精特新梯度"]
    assert [each.label for each in TECH.rungs] == ["科技型中小企业", "创新型中小企业", "高新技术企业", "科技领军企业"]
    assert [each.number for each in SPECIAL.rungs] == [1, 2, 3, 4]


def test_the_highest_rung_held_counts() -> None:
    assert rung([TSME_2024, HNTE], date(2024, 7, 1)) == "高新技术企业"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 9, 30), ""),
        (date(2021, 10, 1), "高新技术企业"),
        (date(2024, 9, 30), "高新技术企业"),
        (date(2024, 10, 1), "科技型中小企业"),
        (date(2024, 12, 31), "科技型中小企业"),
        (date(2025, 1, 1), ""),
    ],
)
def test_a_title_that_ends_puts_the_firm_back_on_what_it_still_holds(day: date, expected: str) -> None:
    assert rung([HNTE, TSME_2024], day) == expected


def test_a_revoked_title_counts_to_the_day_before() -> None:
    revoked = Paper("hnte", date(2024, 1, 1), date(2026, 12, 31), revoked_on=date(2025, 6, 1))

    assert rung([revoked], date(2025, 5, 31)) == "高新技术企业"
    assert rung([revoked], date(2025, 6, 1)) == ""


def test_a_title_revoked_on_the_day_of_issue_never_counted() -> None:
    never = Paper("hnte", date(2024, 1, 1), date(2026, 12, 31), revoked_on=date(2024, 1, 1))

    assert history([never], TECH) == ()


def test_a_firm_may_stand_on_two_ladders() -> None:
    titles = [HNTE, Paper("srdi", date(2023, 1, 1), date(2025, 12, 31))]

    assert rung(titles, date(2024, 1, 1)) == "高新技术企业"
    assert rung(titles, date(2024, 1, 1), SPECIAL) == "专精特新中小企业"


@pytest.mark.parametrize("kind", ["tsme", "isme"])
def test_either_small_title_is_the_first_rung_of_the_other_ladder(kind: str) -> None:
    assert rung([Paper(kind, date(2024, 1, 1))], date(2024, 1, 1), SPECIAL) == "科技和创新型中小企业"


def test_consecutive_certificates_make_one_stay() -> None:
    renewed = Paper("hnte", date(2024, 10, 1), date(2027, 9, 30))

    stays = history([renewed, HNTE], TECH)

    assert [(stay.starts, stay.ends) for stay in stays] == [(date(2021, 10, 1), date(2027, 9, 30))]
    assert set(stays[0].evidence) == {HNTE, renewed}
    assert place([renewed, HNTE], date(2024, 10, 1), TECH).days == (date(2024, 10, 1) - date(2021, 10, 1)).days + 1


def test_a_day_without_a_certificate_breaks_the_stay() -> None:
    late = Paper("hnte", date(2024, 10, 2), date(2027, 10, 1))

    assert len(history([HNTE, late], TECH)) == 2


def test_a_title_without_an_end_lasts() -> None:
    stay = history([Paper("leader", date(2024, 1, 1))], TECH)[0]

    assert stay.ends is None
    assert stay.covers(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("left", "lane"), [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (0, 30), (-1, 0), (-400, 0)]
)
def test_titles_are_sorted_into_lanes_by_the_days_left(left: int, lane: int | None) -> None:
    today = date(2026, 11, 23)
    title = Paper("hnte", date(2020, 1, 1), today + left * DAY)

    found = expiring([title], today)

    assert [each.lane for each in found] == ([] if lane is None else [lane])
    assert days_left(title, today) == left


def test_a_renewed_or_revoked_title_does_not_expire() -> None:
    today = date(2024, 9, 15)
    renewed = Paper("hnte", date(2024, 8, 1), date(2027, 7, 31))
    revoked = Paper("isme", date(2022, 1, 1), date(2024, 12, 31), revoked_on=date(2024, 1, 1))

    assert expiring([HNTE, renewed, revoked], today) == ()
    assert [each.title for each in expiring([HNTE], today)] == [HNTE]


days = st.dates(date(2020, 1, 1), date(2022, 12, 31))


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    issued = draw(days)
    until = draw(st.none() | st.integers(-3, 500).map(lambda n: issued + n * DAY))
    revoked = draw(st.none() | st.integers(0, 500).map(lambda n: issued + n * DAY))
    return Paper(draw(st.sampled_from(["tsme", "isme", "hnte", "leader", "srdi", "gazelle"])), issued, until, revoked)


def counts(title: Paper, day: date) -> bool:
    return (
        title.issued_on <= day
        and (title.valid_until is None or day <= title.valid_until)
        and (title.revoked_on is None or day < title.revoked_on)
    )


@given(st.lists(papers(), max_size=6), st.lists(days, min_size=1, max_size=20))
def test_the_place_is_always_the_highest_rung_with_a_title_in_force(titles: list[Paper], looked: list[date]) -> None:
    for ladder in (TECH, SPECIAL):
        for day in looked:
            held = [
                each.number for each in ladder.rungs if any(counts(t, day) and t.kind in each.kinds for t in titles)
            ]
            found = place(titles, day, ladder)

            assert (found.rung.number if found.rung else None) == max(held, default=None)
            assert found.stay is None or any(counts(title, day) for title in found.stay.evidence)  # type: ignore[arg-type]


@given(st.lists(papers(), max_size=6))
def test_stays_follow_each_other_without_overlap_and_are_as_long_as_can_be(titles: list[Paper]) -> None:
    stays = history(titles, TECH)

    for before, after in pairwise(stays):
        assert before.ends is not None
        assert before.ends < after.starts
        assert before.rung != after.rung or before.ends + DAY < after.starts
    assert all(stay.ends is None or stay.starts <= stay.ends for stay in stays)


@given(st.lists(papers(), min_size=1, max_size=5), days)
def test_the_order_in_which_titles_are_given_does_not_matter(titles: list[Paper], day: date) -> None:
    def spans(given_: list[Paper]) -> list[tuple[int, date, date | None]]:
        return [(stay.rung.number, stay.starts, stay.ends) for stay in history(given_, TECH)]

    assert spans(titles) == spans(titles[::-1])
    assert place(titles, day, TECH).days == place(titles[::-1], day, TECH).days
