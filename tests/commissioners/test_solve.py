"""Solving assignments: never worse than any other way, and saying by how much the next best is."""

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.commissioners.matching.features import Feature, Firm, compare, ease_of
from app.commissioners.matching.features import Person as Somebody
from app.commissioners.matching.solve import Person, runners_up, solve

Points = list[list[int | None]]


@st.composite
def problems(draw: st.DrawFn) -> tuple[Points, list[Person]]:
    firms, people = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    pair = st.none() | st.integers(0, 9)
    points = draw(st.lists(st.lists(pair, min_size=people, max_size=people), min_size=firms, max_size=firms))
    eases = st.lists(st.integers(0, 4), max_size=3).map(lambda some: Person(tuple(sorted(some, reverse=True))))
    return points, draw(st.lists(eases, min_size=people, max_size=people))


def worth(points: Points, people: list[Person], chosen: tuple[int | None, ...]) -> int | None:
    """What a choice is worth; None where it is not allowed."""
    counted = Counter(person for person in chosen if person is not None)
    if any(times > len(people[person].ease) for person, times in counted.items()):
        return None
    pairs = [points[firm][person] for firm, person in enumerate(chosen) if person is not None]
    if any(each is None for each in pairs):
        return None
    spread = sum(sum(people[person].ease[:times]) for person, times in counted.items())
    return sum(each or 0 for each in pairs) + spread


def best_by_trying(points: Points, people: list[Person]) -> int:
    choices = product((None, *range(len(people))), repeat=len(points))
    return max(found for each in choices if (found := worth(points, people, each)) is not None)


@settings(deadline=None)
@given(problems())
def test_no_other_way_is_better(problem: tuple[Points, list[Person]]) -> None:
    points, people = problem

    found = solve(points, people)

    assert found.total == worth(points, people, found.chosen) == best_by_trying(points, people)


@settings(deadline=None)
@given(problems())
def test_the_next_best_is_the_best_without_the_pair(problem: tuple[Points, list[Person]]) -> None:
    points, people = problem
    best = solve(points, people)

    others = runners_up(points, people, best)

    assert set(others) == {firm for firm, person in enumerate(best.chosen) if person is not None}
    for firm, other in others.items():
        without = [
            [None if (f, p) == (firm, best.chosen[firm]) else v for p, v in enumerate(row)]
            for f, row in enumerate(points)
        ]
        assert other.loss == best.total - best_by_trying(without, people)
        assert other.chosen != best.chosen[firm]


def test_taking_the_best_pair_first_would_be_worse_than_solving() -> None:
    points: Points = [[9, 8], [8, 0]]

    found = solve(points, [Person((0,)), Person((0,))])

    assert found.chosen == (1, 0)
    assert found.total == 16


def test_equal_firms_are_spread_over_people_by_what_they_carry_already() -> None:
    busy, free = Somebody(1, "忙", load=6, most=10), Somebody(2, "闲", load=2, most=10)
    points: Points = [[30, 30]] * 6

    found = solve(points, [Person(ease_of(busy)), Person(ease_of(free))])

    assert Counter(found.chosen) == {0: 1, 1: 5}


def test_an_interest_excludes_whatever_else_speaks_for_it() -> None:
    firm = Firm(7, "某公司", field="新材料", needs=("除冰\n叶片冬季除冰",), units=((3, "东沟乡"),))
    fitting = Somebody(1, "甲", fields=("新材料",), words="叶片除冰", near=frozenset({3}), known=frozenset({7}), most=9)
    barred = Somebody(2, "乙", fields=("新材料",), barred=frozenset({7}), most=9)

    assert compare(firm, fitting).points == 30 + 12 + 15 + 20
    assert Feature(12, "专长对得上需求：除冰") in compare(firm, fitting).features
    assert compare(firm, barred).points is None
    assert compare(firm, Somebody(3, "丙", fields=("电子信息",), most=9)).points is None
