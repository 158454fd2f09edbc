"""The best way to give firms to people: an assignment problem, solved exactly. Pure: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

# Points of a pair that must not be; leaving a firm to nobody is worth nothing, which is always better.
FORBIDDEN = -1_000_000
FAR = 10**12


@dataclass(frozen=True)
class Person:
    """How many firms somebody can take on, and what each further one is worth for being light work.

    `ease` falls (or stays) from one firm to the next: so the work is spread.
    """

    ease: tuple[int, ...]


@dataclass(frozen=True)
class Solution:
    """Firm by firm the place of the person, None for nobody; and the points of all pairs and of the spread."""

    chosen: tuple[int | None, ...]
    total: int


@dataclass(frozen=True)
class Runner:
    """What the best solution without one pair would be: who gets the firm then, and how many points all lose."""

    chosen: int | None
    loss: int


def solve(points: Sequence[Sequence[int | None]], people: Sequence[Person]) -> Solution:
    """The assignment with the most points.

    Args:
        points: firm × person, what the pair is worth; None where it must not be.
        people: in the order of the columns.

    Returns:
        At most one person for each firm and no more firms for a person than `ease` has places. Where several are
        equally good, always the same one.
    """
    return _best(*_places(_worth(points, people), people))


def runners_up(points: Sequence[Sequence[int | None]], people: Sequence[Person], best: Solution) -> dict[int, Runner]:
    """Firm → the best that could be done if it were not given to the person it is given to.

    Taking one pair out of the best solution leaves a firm without a person and a person with room: the best way to
    mend that is the shortest way from the one to the other over what others could swap, so nothing is solved anew.
    """
    worth = _worth(points, people)
    swaps = _swaps(worth, people, best)
    return {firm: _without(worth[firm], swaps, person) for firm, person in enumerate(best.chosen) if person is not None}


def _swaps(worth: Numbers, people: Sequence[Person], best: Solution) -> Numbers:
    """What it costs to move on one firm from one person to another; the last two are nobody, and the work itself.

    To the work leads taking on one more firm (its ease is won), from it giving one up (the ease is lost).
    """
    nobody, work = len(people), len(people) + 1
    cost = np.full((work + 1, work + 1), FAR, dtype=np.int64)
    holders = np.array([nobody if each is None else each for each in best.chosen])
    for holder in range(nobody + 1):
        held = worth[holders == holder]
        if len(held):
            moved = (held[:, [holder]] - held).min(axis=0)
            cost[holder, :work] = np.where(moved < -FORBIDDEN // 2, moved, FAR)
    for at, person in enumerate(people):
        count = int((holders == at).sum())
        cost[at, work] = -person.ease[count] if count < len(person.ease) else FAR
        cost[work, at] = person.ease[count - 1] if count else FAR
    cost[nobody, work] = cost[work, nobody] = 0
    return cost


def _without(worth: Numbers, swaps: Numbers, person: int) -> Runner:
    """The shortest way for a firm from anywhere but its person to the room that it leaves there."""
    nobody = len(worth) - 1
    way = np.full(len(swaps), FAR, dtype=np.int64)
    way[: nobody + 1] = np.where(worth > FORBIDDEN // 2, -worth, FAR)
    way[person] = FAR
    first = np.arange(len(swaps))
    onward = swaps.copy()
    onward[person] = FAR
    for _ in range(len(swaps)):
        longer = way[:, None] + onward
        through = longer.argmin(axis=0)
        shorter = longer.min(axis=0) < way
        way, first = np.where(shorter, longer.min(axis=0), way), np.where(shorter, first[through], first)
    chosen = int(first[person])
    return Runner(None if chosen == nobody else chosen, int(worth[person] + way[person]))


def _worth(points: Sequence[Sequence[int | None]], people: Sequence[Person]) -> Numbers:
    """Firm × person, with a last column for nobody."""
    pairs = [[FORBIDDEN if each is None else each for each in row] for row in points]
    worth = np.zeros((len(points), len(people) + 1), dtype=np.int64)
    worth[:, :-1] = np.array(pairs, dtype=np.int64).reshape(len(points), len(people))
    return worth


def _places(worth: Numbers, people: Sequence[Person]) -> tuple[Numbers, Numbers]:
    """Firms × places (one for each firm that a person can take on, then one “nobody” for each firm); whose each is."""
    owners = np.array([at for at, person in enumerate(people) for _ in person.ease], dtype=np.int64)
    ease = np.array([each for person in people for each in person.ease], dtype=np.int64)
    return np.hstack([worth[:, owners] + ease, np.zeros((len(worth), len(worth)), dtype=np.int64)]), owners


def _best(values: Numbers, owners: Numbers) -> Solution:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - costs every start half a second

    rows, columns = linear_sum_assignment(values, maximize=True)
    chosen: list[int | None] = [None] * len(values)
    for row, column in zip(rows, columns, strict=True):
        if column < len(owners):
            chosen[row] = int(owners[column])
    return Solution(tuple(chosen), int(values[rows, columns].sum()))
