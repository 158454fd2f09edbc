"""Which clause of an old version became which of a new one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.policytext.clauses.markers import find_markers
from app.policytext.text.characters import narrow, simplify
from app.policytext.text.lines import Line
from app.policytext.versions.pair import Change, Pair, Worded

# Below this likeness two clauses have nothing to do with each other, unless they carry the same number.
LEAST_LIKENESS = 0.5
LEAST_UNDER_ONE_PATH = 0.25
LONGEST_COMPARED = 2_000
MOST_COMPARISONS = 20_000


def align(old: Sequence[Worded], new: Sequence[Worded]) -> list[Pair]:
    """Every clause of both versions exactly once, in the order of the new one.

    In: the clauses of two versions, each in the order of its text. Out: pairs of their places; a clause that is gone
    stands after the one it followed. Clauses of the same words belong together, wherever they stand; of the rest, those
    most alike, where they are like enough. The same versions always give the same pairs.
    """
    sides = _Sides([_Side.of(each) for each in old], [_Side.of(each) for each in new])
    sides.match_same_words(with_path=True)
    sides.match_same_words(with_path=False)
    sides.match_alike()
    return list(sides.pairs())


@dataclass(frozen=True)
class _Side:
    path: str
    said: str
    pairs: Counter[str]

    @classmethod
    def of(cls, clause: Worded) -> "_Side":
        said = _said(clause.words)
        short = said[:LONGEST_COMPARED]
        return cls(clause.path, said, Counter(map("".join, pairwise(short))) or Counter([short]))


def _said(words: str) -> str:
    """The words without the number before them, the script, the width and the blanks."""
    first = words.split("\n", 1)[0]
    marker = next(find_markers(Line(0, len(first), narrow(first))), None)
    begin = marker.end if marker is not None and not marker.inside else 0
    return "".join(simplify(narrow(words[begin:])).split())


@dataclass
class _Sides:
    """Two versions and what of them was found to belong together: new place → old place."""

    old: list[_Side]
    new: list[_Side]
    found: dict[int, int] = field(default_factory=dict)

    def match_same_words(self, *, with_path: bool) -> None:
        waiting: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place in reversed(self._left(self.old, set(self.found.values()))):
            waiting[self._key(self.old[place], with_path=with_path)].append(place)
        for place in self._left(self.new, self.found.keys()):
            same = waiting[self._key(self.new[place], with_path=with_path)]
            if same:
                self.found[place] = same.pop()

    def match_alike(self) -> None:
        """The most alike first; of two equally alike, the nearer and then the earlier."""
        taken = set(self.found.values())
        for _, _, new, old in sorted(self._candidates()):
            if new not in self.found and old not in taken:
                self.found[new] = old
                taken.add(old)

    def pairs(self) -> Iterator[Pair]:
        taken = set(self.found.values())
        gone = iter([place for place in range(len(self.old)) if place not in taken] + [len(self.old)])
        following = next(gone)
        for place in range(len(self.new)):
            old = self.found.get(place)
            while old is not None and following < old:
                yield Pair(following, None, Change.GONE)
                following = next(gone)
            yield self._pair(old, place)
        for each in (following, *gone):
            if each < len(self.old):
                yield Pair(each, None, Change.GONE)

    def _pair(self, old: int | None, new: int) -> Pair:
        if old is None:
            return Pair(None, new, Change.NEW)
        moved = self.old[old].path != self.new[new].path
        if self.old[old].said != self.new[new].said:
            return Pair(old, new, Change.REWORDED, moved)
        return Pair(old, new, Change.MOVED if moved else Change.SAME, moved)

    def _candidates(self) -> Iterator[tuple[float, int, int, int]]:
        olds = self._left(self.old, set(self.found.values()))
        news = self._left(self.new, self.found.keys())
        # Of very long texts only clauses near each other are compared.
        reach = max(10, MOST_COMPARISONS // (len(news) + 1))
        for rank, new in enumerate(news):
            for at in range(max(0, rank - reach), min(len(olds), rank + reach)):
                likeness, enough = self._likeness(olds[at], new)
                if enough:
                    yield -likeness, abs(at - rank), new, olds[at]

    def _likeness(self, old: int, new: int) -> tuple[float, bool]:
        """How much of their pairs of characters two clauses share, more under one path; and whether it is enough."""
        first, second = self.old[old], self.new[new]
        size = first.pairs.total() + second.pairs.total()
        shared = 2 * (first.pairs & second.pairs).total() / size
        if first.path == second.path:
            return shared + LEAST_UNDER_ONE_PATH, shared >= LEAST_UNDER_ONE_PATH
        return shared, shared >= LEAST_LIKENESS

    @staticmethod
    def _key(side: _Side, *, with_path: bool) -> tuple[str, str]:
        return side.path if with_path else "", side.said

    @staticmethod
    def _left(sides: list[_Side], taken: object) -> list[int]:
        return [place for place in range(len(sides)) if place not in taken]  # type: ignore[operator]
