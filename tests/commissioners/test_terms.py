"""Counting within terms: what lies outside never counts, and firm by firm adds up to the whole."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.commissioners.deeds.terms import MEASURES, Item, Term, record_of

FIRST = date(2026, 1, 1)
SOURCES = sorted({each.source for each in MEASURES} - {"term"})
STATES = ("", "solved", "kept", "late", "confirmed", "waiting")

days = st.integers(0, 364).map(lambda number: FIRST + timedelta(days=number))
terms = st.builds(
    lambda user, firm, one, two: Term(user, firm, min(one, two), max(one, two)),
    st.integers(1, 2),
    st.integers(1, 4),
    days,
    days,
)
items = st.builds(
    Item,
    st.sampled_from(SOURCES),
    st.integers(1, 999),
    st.integers(1, 4),
    days,
    st.just("某事"),
    st.sampled_from((None, 1, 2)),
    st.sampled_from(STATES),
)


@given(st.lists(terms, max_size=6), st.lists(items, max_size=30, unique_by=lambda item: (item.source, item.ref)))
def test_what_lies_outside_every_term_never_counts(held: list[Term], found: list[Item]) -> None:
    record = record_of(1, held, found)

    own = [each for each in held if each.user_id == 1]
    inside = {
        (each.source, each.ref)
        for each in found
        if each.user_id in (None, 1)
        and any(term.firm_id == each.firm_id and term.starts_on <= each.on <= term.ends_on for term in own)
    }
    counted = [(each.source, each.ref) for each in record.items if each.source != "term"]
    assert set(counted) == inside
    assert len(counted) == len(inside), "however many terms hold it, a thing counts once"


@given(st.lists(terms, max_size=6), st.lists(items, max_size=30))
def test_the_numbers_of_all_firms_add_up_to_the_whole(held: list[Term], found: list[Item]) -> None:
    record = record_of(1, held, found)

    for measure in MEASURES:
        by_firm = sum(record.number(measure.code, firm) for firm in record.firm_ids)
        assert by_firm == record.number(measure.code) == len(record.rows(measure.code))


def test_a_firm_visited_twice_is_one_firm() -> None:
    term = Term(1, 7, FIRST, FIRST + timedelta(days=90))
    visits = [Item("visit", number, 7, FIRST + timedelta(days=number), "走访", 1) for number in (3, 9)]

    record = record_of(1, [term], visits)

    assert (record.number("visits"), record.number("visited"), record.number("firms")) == (2, 1, 1)
