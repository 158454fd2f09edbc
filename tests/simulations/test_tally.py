"""The laws of a result: every firm is counted once, and what firms are paid adds up to the 分."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.simulations.computing import Side, shift_of
from app.simulations.models import AmountKind, Judged, Shift, Simulation
from app.simulations.shown import exact_wan, range_words
from app.simulations.tally import Group, Tally

cents = st.integers(0, 10**15)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    answer = draw(st.sampled_from(Judged))
    if answer is Judged.UNMET:
        return Side(answer, None, None)
    if draw(st.booleans()):
        return Side(answer, None, None)
    low = draw(cents)
    high = draw(st.none() | st.integers(low, 10**15))
    return Side(answer, low if answer is Judged.MET else 0, high)


firms = st.lists(st.tuples(st.sampled_from(["东沟乡", "西沟乡", "未分配"]), sides(), sides()), max_size=30)


def group(unit: str, before: Side, after: Side) -> Group:
    ends = [each for side in (before, after) for each in (side.low or 0, side.high or 0, _endless(side))]
    return Group(unit, before.answer, after.answer, shift_of(before, after), 1, *ends)


def _endless(side: Side) -> int:
    return int(side.low is not None and side.high is None)


def tally_of(pool: list[tuple[str, Side, Side]]) -> Tally:
    made = Simulation(amount_before=AmountKind.VALUE, amount_after=AmountKind.VALUE)
    return Tally(made, tuple(group(*firm) for firm in pool))


@given(firms)
def test_the_sum_over_firms_is_the_total_and_the_sum_over_units(pool: list[tuple[str, Side, Side]]) -> None:
    tally = tally_of(pool)

    for place, cost in ((1, "cost_before"), (2, "cost_after")):
        total = getattr(tally.total, cost)
        paid = [firm[place] for firm in pool]
        assert total.low * 100 == sum(side.low or 0 for side in paid)
        assert sum(getattr(each, cost).low for _, each in tally.units) == total.low
        if total.high is None:
            assert any(_endless(side) for side in paid)
        else:
            assert total.high * 100 == sum(side.high or 0 for side in paid)
            assert sum(getattr(each, cost).high for _, each in tally.units) == total.high


@given(firms)
def test_every_firm_is_counted_once(pool: list[tuple[str, Side, Side]]) -> None:
    total = tally_of(pool).total

    assert sum(total.before.values()) == sum(total.after.values()) == sum(total.shifts.values()) == len(pool)
    assert total.shifts == {each: Counter(shift_of(*firm[1:]) for firm in pool)[each] for each in Shift}


@given(sides(), sides())
def test_what_shifts_one_way_shifts_back_the_other(before: Side, after: Side) -> None:
    pairs = ((Shift.MORE, Shift.LESS), (Shift.PRICED, Shift.UNPRICED), (Shift.SAME, Shift.SAME))
    back = {**dict(pairs), **{two: one for one, two in pairs}}

    there, home = shift_of(before, after), shift_of(after, before)

    if before.answer is after.answer:
        assert home is back[there]
        assert (there is Shift.SAME) == (before == after)
    assert (there is Shift.GAINED) == (after.answer is Judged.MET is not before.answer)
    assert (there is Shift.LOST) == (before.answer is Judged.MET and after.answer is Judged.UNMET)
    assert (there is Shift.OPENED) == (after.answer is Judged.UNKNOWN is not before.answer)


@given(cents)
def test_an_amount_is_written_to_the_cent(amount: int) -> None:
    shown = exact_wan(Decimal(amount) / 100)

    assert Decimal(shown.replace(",", "")) * 1_000_000 == amount


def test_a_range_names_both_ends() -> None:
    assert range_words(Decimal(200_000), Decimal(355_000)) == "20.00～35.50 万元"
    assert range_words(Decimal(200_000), None) == "20.00 万元以上，不封顶"
    assert range_words(Decimal(1), Decimal(1)) == "0.0001 万元"
