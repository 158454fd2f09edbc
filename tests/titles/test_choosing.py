from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.titles.choosing import Candidate, Reach, select

DAY = date(2027, 6, 1)
some = st.integers(0, 3)
candidates = st.lists(
    st.builds(Candidate, st.just(0), st.sampled_from("甲乙丙丁"), some, some, st.booleans(), st.just(DAY)), max_size=7
).map(lambda found: [Candidate(number, *list(vars(each).values())[1:]) for number, each in enumerate(found)])
targets, kept = st.integers(0, 9), st.integers(0, 4)
Chosen = tuple[Candidate, ...]


def price(chosen: Chosen) -> tuple[object, ...]:
    """What is compared between two sets: size, uncertain firms, months, effort, names."""
    return (
        len(chosen),
        sum(not each.certain for each in chosen),
        sum(each.lead_months for each in chosen),
        sum(each.effort for each in chosen),
        sorted((each.name, each.firm_id) for each in chosen),
    )


@given(targets, kept, candidates)
def test_no_set_of_firms_that_reaches_the_target_is_cheaper(target: int, held: int, found: list[Candidate]) -> None:
    subsets = (each for size in range(len(found) + 1) for each in combinations(found, size))
    reaching = [each for each in subsets if held + len(each) >= target]

    selection = select(target, held, found)

    assert (selection.short == 0) == bool(reaching)
    if reaching:
        assert price(selection.chosen) == min(map(price, reaching))


@given(targets, kept, candidates, st.integers(0, 3))
def test_every_candidate_is_chosen_or_spare_and_the_lacks_add_up(
    target: int, held: int, found: list[Candidate], undecided: int
) -> None:
    selection = select(target, held, found, undecided=undecided)

    assert sorted(each.firm_id for each in (*selection.chosen, *selection.spare)) == sorted(
        each.firm_id for each in found
    )
    assert selection.short == max(0, target - held - len(found))
    assert selection.short_surely == max(0, target - held - sum(each.certain for each in found))
    assert (selection.reach is Reach.SHORT) == (selection.most < target)


@given(targets, kept, candidates)
def test_a_higher_target_only_adds_firms(target: int, held: int, found: list[Candidate]) -> None:
    lower, higher = select(target, held, found), select(target + 1, held, found)

    assert higher.chosen[: len(lower.chosen)] == lower.chosen


@given(targets, kept, candidates, candidates)
def test_more_candidates_never_make_a_target_harder(
    target: int, held: int, found: list[Candidate], more: list[Candidate]
) -> None:
    others = [Candidate(each.firm_id + 100, *list(vars(each).values())[1:]) for each in more]

    before, after = select(target, held, found), select(target, held, [*found, *others])

    assert after.short <= before.short
    assert after.short_surely <= before.short_surely
    if before.short == 0:
        assert price(after.chosen)[:4] <= price(before.chosen)[:4]


def a_firm(name: str, lead: int = 0, effort: int = 0, *, certain: bool = True) -> Candidate:
    return Candidate(ord(name), name, lead, effort, certain, DAY)


def test_the_order_is_certainty_months_effort_name() -> None:
    firms = [
        a_firm("戊", certain=False),
        a_firm("丁", 6, 1),
        a_firm("丙", 3, 4),
        a_firm("乙", 3, 2),
        a_firm("甲", 3, 2),
    ]

    chosen = select(5, 0, firms).chosen

    # Names in the order of their characters: 乙 is written before 甲.
    assert "".join(each.name for each in chosen) == "乙甲丙丁戊"


def test_what_is_said_follows_from_what_is_certain_possible_and_not_ruled_out() -> None:
    firms = [a_firm("甲"), a_firm("乙", certain=False)]

    said = [select(target, 2, firms, undecided=1).reach for target in range(2, 7)]

    assert said == [Reach.HELD, Reach.SURE, Reach.POSSIBLE, Reach.OPEN, Reach.SHORT]
