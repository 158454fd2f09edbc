from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Stale
from app.facts.entry import Entry, choose
from app.facts.vocabulary import vocabulary

SALES = vocabulary().facts["sales"]


@dataclass(frozen=True)
class Kept:
    id: int
    number: Decimal | None
    text: str | None = None


def entry(value: int, seen: int) -> Entry:
    return Entry(SALES, Decimal(value), seen)


def kept(id_: int, value: int) -> dict[str, Kept]:
    return {"sales": Kept(id_, Decimal(value))}


def test_a_new_value_is_written() -> None:
    assert choose([entry(5, 0)], {}, {}, confirm=False) == [entry(5, 0)]


def test_a_changed_value_is_written() -> None:
    assert choose([entry(6, 1)], kept(1, 5), kept(1, 5), confirm=False) == [entry(6, 1)]


def test_an_unchanged_value_is_left_alone() -> None:
    assert choose([entry(5, 1)], kept(1, 5), kept(1, 5), confirm=False) == []


def test_an_unchanged_value_is_written_to_confirm_it() -> None:
    assert choose([entry(5, 1)], kept(1, 5), kept(1, 5), confirm=True) == [entry(5, 1)]


def test_a_field_nobody_touched_does_not_undo_what_another_wrote() -> None:
    assert choose([entry(5, 1)], kept(1, 5), kept(2, 7), confirm=False) == []


def test_two_different_values_for_the_same_figure_clash() -> None:
    with pytest.raises(Stale) as refused:
        choose([entry(6, 1)], kept(1, 5), kept(2, 7), confirm=False)

    assert refused.value.current[0].current.id == 2


def test_two_who_write_the_same_do_not_clash() -> None:
    assert choose([entry(7, 1)], kept(1, 5), kept(2, 7), confirm=False) == []


def test_a_value_changed_while_another_retracted_it_clashes() -> None:
    with pytest.raises(Stale) as refused:
        choose([entry(6, 1)], kept(1, 5), {}, confirm=False)

    assert refused.value.current[0].current is None


ids = st.integers(0, 3)
numbers = st.integers(0, 3)


@given(value=numbers, seen_id=ids, seen_value=numbers, now_id=ids, now_value=numbers, confirm=st.booleans())
def test_nothing_is_overwritten_that_its_writer_had_not_seen(
    *, value: int, seen_id: int, seen_value: int, now_id: int, now_value: int, confirm: bool
) -> None:
    seen = kept(seen_id, seen_value) if seen_id else {}
    standing = kept(now_id, now_value) if now_id else {}

    try:
        chosen = choose([entry(value, seen_id)], seen, standing, confirm=confirm)
    except Stale:
        assert seen_id != now_id
    else:
        assert not chosen or seen_id == now_id
