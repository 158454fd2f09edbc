"""The search of a list: read from an address, written back to it."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.address import SortedSearch, asked, day_in, one_of, row_number
from app.core.choices import Choice
from app.core.fields import LARGEST_ID, ODD


class Light(Choice):
    RED = "red", "红"
    GREEN = "green", "绿"


@dataclass(frozen=True)
class Search(SortedSearch):
    q: str = asked(str)
    light: Light | None = asked(Light.find)
    unit: int = asked(row_number)
    since: date | None = asked(day_in)
    sort: str = asked(one_of(lambda: ("name", "size")))
    order: str = asked(one_of(lambda: ("desc",)))


WHOLE = Search("风 机", Light.RED, 7, date(2026, 3, 1), "size", "desc")


def test_a_search_stands_in_the_address_as_it_was_asked() -> None:
    assert WHOLE.given == {
        "q": "风 机",
        "light": "red",
        "unit": "7",
        "since": "2026-03-01",
        "sort": "size",
        "order": "desc",
    }
    assert Search.read_address(WHOLE.query) == WHOLE


def test_a_bare_address_asks_for_the_whole_list() -> None:
    assert Search.read({}) == Search()
    assert Search().query == ""


def test_what_is_not_offered_counts_as_not_asked_for() -> None:
    nonsense = {"light": "blue", "unit": "-1", "since": "gestern", "sort": "colour", "order": "up", "other": "x"}

    assert Search.read(nonsense) == Search()


@given(st.fixed_dictionaries({name: st.text() for name in ("q", "light", "unit", "since", "sort", "order")}))
def test_whatever_an_address_says_is_read_and_stays_the_same(address: dict[str, str]) -> None:
    search = Search.read(address)

    assert Search.read_address(search.query) == search
    assert not ODD.search(search.q)


def test_one_condition_is_taken_away_and_the_others_stay() -> None:
    left = WHOLE.without("light")

    assert "light" not in left.given
    assert left.but(light=Light.RED) == WHOLE


def test_a_column_asked_for_again_orders_the_other_way_round() -> None:
    by_size = Search().sorted_by("size")

    assert Search().direction("name") == "asc"
    assert (by_size.direction("size"), by_size.direction("name")) == ("asc", "")
    assert by_size.sorted_by("size").direction("size") == "desc"
    assert by_size.sorted_by("size").sorted_by("size") == by_size


@pytest.mark.parametrize("text", ["", "0", "-1", "1.0", "１", "٣", "x", str(LARGEST_ID + 1), "9" * 5000])
def test_what_cannot_be_a_row_has_no_number(text: str) -> None:
    assert row_number(text) == 0


def test_the_largest_row_has_its_number() -> None:
    assert row_number(str(LARGEST_ID)) == LARGEST_ID
