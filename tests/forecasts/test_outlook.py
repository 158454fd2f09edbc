"""What is expected of each firm, from plain values: the accounts add up, whatever is known and whoever holds what."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.checks.models import Standing
from app.forecasts.models import Fate, Proposal
from app.forecasts.outlook import Expected, InScope, Known, Outlook, Task, Way, outlook, questions, to_search
from app.rules import Window
from app.titles.certifying import Procedure
from app.titles.choosing import Reach

TODAY, UNTIL = date(2026, 11, 23), date(2027, 12, 31)
ANY_DAY = Procedure(None, 2, "3年")
TASK = Task("hnte", 3, TODAY, UNTIL, ANY_DAY)


@dataclass(frozen=True)
class Paper:
    issued_on: date
    valid_until: date | None
    kind: str = "hnte"
    revoked_on: date | None = None


LASTS, LAPSES = Paper(date(2025, 10, 1), date(2028, 9, 30)), Paper(date(2024, 7, 1), date(2027, 6, 30))


def way(lead: int, *, certain: bool = True, effort: int = 1) -> Way:
    return Way(f"增加研发费用{lead}", lead, effort, certain, None)


def known(*firms: tuple[list[Paper], str, list[Way] | None]) -> Known:
    """Firms 1, 2, … by their titles, the answer of the rule, and the proposals (None: not searched)."""
    numbered = list(enumerate(firms, 1))
    return Known(
        firms={number: InScope(number, f"企业{number}", 1) for number, _ in numbered},
        titles={number: titles for number, (titles, _, _) in numbered if titles},
        standings={number: standing(number, answer) for number, (_, answer, _) in numbered},
        proposals={
            number: Proposal(firm_id=number, ways=[each.kept() for each in ways])
            for number, (_, _, ways) in numbered
            if ways is not None
        },
    )


def standing(number: int, answer: str) -> Standing:
    missing = [{"what": "职工总数", "year": 2025, "by": "企业"}] if answer == "unknown" else []
    return Standing(firm_id=number, answer=answer, unmet=1, unknown=0, total=1, missing=missing)


def fates(found: Outlook) -> dict[int, Fate]:
    return {each.firm.id: each.fate for each in found.expected}


def test_each_firm_ends_where_its_title_its_answer_and_its_time_lead() -> None:
    firms = known(
        ([LASTS], "unmet", None),
        ([LAPSES], "met", None),
        ([], "unknown", None),
        ([], "unmet", [way(6)]),
        ([], "unmet", [way(3, certain=False)]),
        ([], "unmet", [way(12)]),
        ([], "unmet", []),
        ([], "unmet", None),
    )

    found = outlook(TASK, firms)

    assert fates(found) == {
        1: Fate.KEPT, 2: Fate.READY, 3: Fate.MAY, 4: Fate.READY, 5: Fate.MAY, 6: Fate.LATE, 7: Fate.STUCK
    }  # fmt: skip
    assert (found.kept, found.unsearched) == (1, 1)
    assert [each.firm_id for each in found.selection.chosen] == [2, 4]
    assert found.selection.reach is Reach.SURE


def test_a_certain_way_in_time_is_taken_before_a_sooner_one_that_hangs_on_an_answer() -> None:
    found = outlook(TASK, known(([], "unmet", [way(0, certain=False), way(9)])))

    (each,) = found.expected
    assert each.fate is Fate.READY
    assert [one.lead_months for one in each.ways] == [9, 0]


def test_a_title_that_ends_before_the_day_counts_only_if_it_is_renewed() -> None:
    renewing, refusing = known(([LAPSES], "met", None)), known(([LAPSES], "unmet", []))

    renewed, lost = outlook(replace(TASK, count=1), renewing), outlook(replace(TASK, count=1), refusing)

    place = renewed.series["days"].index("2027-06-30")
    assert renewed.series["lapses"][place] == 1
    assert renewed.series["held"][place : place + 2] == [1, 0]
    assert renewed.series["sure"] == [1] * len(renewed.series["days"])
    assert (renewed.selection.reach, lost.selection.reach) == (Reach.SURE, Reach.OPEN)
    assert lost.expected[0].lapses_on == date(2027, 6, 30)


def test_once_nobody_can_be_certified_in_time_a_target_above_the_stock_is_out_of_reach() -> None:
    summer = Procedure(Window((6, 1), (8, 31), ""), 0, "自然年")
    task = replace(TASK, until=date(2026, 12, 31), procedure=summer)

    found = outlook(task, known(([LASTS], "met", None), ([], "met", None), ([], "unknown", None)))

    assert found.closed
    assert found.selection.reach is Reach.SHORT
    assert (found.selection.short, found.selection.most) == (2, 1)
    assert to_search(task, known(([], "unmet", None)), 10) == []


def test_a_firm_ruled_out_for_longer_is_ruled_out_for_less() -> None:
    left = TASK.months_left
    assert left is not None
    firms, task = known(([], "unmet", None)), replace(TASK, count=1)
    for months, until, fate in ((left, UNTIL, Fate.RULED_OUT), (left - 1, UNTIL, None), (left, TODAY, None)):
        ruled = Proposal(firm_id=1, ways=None, ruled_months=months, ruled_until=until)

        found = outlook(task, replace(firms, proposals={1: ruled}))

        assert fates(found) == ({1: fate} if fate else {})
        assert found.selection.reach is (Reach.SHORT if fate else Reach.OPEN)


def test_the_nearest_are_searched_and_renewals_before_them() -> None:
    firms = known(([], "unmet", None), ([], "unmet", None), ([LAPSES], "unmet", None), ([LASTS], "unmet", None))
    firms.standings[1].unmet = 5
    firms.standings[3].unmet = 9

    assert to_search(TASK, firms, 10) == [3, 2, 1]
    assert to_search(TASK, firms, 1) == [3]


def test_what_was_found_before_is_not_searched_again() -> None:
    firms = known(([], "unmet", [way(3)]), ([], "unmet", None))

    assert to_search(TASK, firms, 10) == [2]
    assert to_search(TASK, firms, 1) == []


def test_what_settles_most_firms_by_itself_is_asked_first() -> None:
    staff, sales, patents = ({"what": what, "year": None, "by": "企业"} for what in ("职工总数", "销售收入", "专利数"))
    firm = InScope(1, "企业1", 1)
    waiting = [Expected(firm, Fate.MAY, asks=each) for each in ((staff, sales), (staff, sales), (patents,), (sales,))]

    found = [(each.what, each.firms, each.alone) for each in questions(waiting)]

    assert found == [("销售收入", 3, 1), ("专利数", 1, 1), ("职工总数", 2, 0)]


papers = st.builds(
    lambda start, length: Paper(TODAY + timedelta(days=start), TODAY + timedelta(days=start + length)),
    st.integers(-900, 0),
    st.integers(0, 1_500),
)
ways = st.builds(lambda lead, certain: way(lead, certain=certain), st.integers(0, 20), st.booleans())
firms = st.tuples(
    st.lists(papers, max_size=2), st.sampled_from(["met", "unmet", "unknown"]), st.none() | st.lists(ways, max_size=3)
)


@given(st.lists(firms, max_size=8), st.integers(0, 10), st.sampled_from([0, 2, 14]))
def test_the_accounts_add_up(given: list[tuple[list[Paper], str, list[Way] | None]], count: int, handling: int) -> None:
    task = replace(TASK, count=count, procedure=replace(ANY_DAY, handling=handling))

    found = outlook(task, known(*given))

    chosen, last = found.selection.chosen, found.series["best"][-1]
    assert last == found.kept + len(chosen)
    assert found.series["sure"][-1] == found.kept + sum(each.certain for each in chosen)
    assert found.closed or len(found.expected) + found.unsearched == len(given)
    assert all(TODAY <= each.issued_on <= UNTIL for each in chosen)
    assert all(low <= middle <= high for low, middle, high in zip(*lines(found), strict=True))
    assert (found.selection.reach in (Reach.HELD, Reach.SURE, Reach.POSSIBLE)) == (last >= count)


def lines(found: Outlook) -> tuple[list[int], ...]:
    return tuple(found.series[name] for name in ("held", "sure", "best"))
