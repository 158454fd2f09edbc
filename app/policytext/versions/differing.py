"""What changed between two wordings of a clause."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# More words than this are not compared one by one.
MOST_COMPARED = 4_000_000
SHORTEST_ISLAND = 2
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|\s+|.", re.DOTALL)


class Side(StrEnum):
    """In which of the wordings a stretch stands."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True)
class Difference:
    """Some words, and in which wording they stand."""

    side: Side
    words: str


def differences(old: str, new: str) -> list[Difference]:
    """The stretches of two wordings in order; a figure counts as one word.

    Out: what stands in both or only in the old, put together, is the old wording; the same holds for the new.
    """
    first, second = _TOKEN.findall(old), _TOKEN.findall(new)
    start = _alike(first, second)
    end = _alike(first[start:][::-1], second[start:][::-1])
    middle = _compared(first[start : len(first) - end], second[start : len(second) - end])
    pieces = [(first[:start], first[:start]), *middle, (first[len(first) - end :], first[len(first) - end :])]
    return list(_told(_joined(pieces)))


def _alike(first: list[str], second: list[str]) -> int:
    """How many words two lists begin with in common."""
    return next(
        (at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
        min(len(first), len(second)),
    )


_Stretch = tuple[list[str], list[str]]


def _compared(first: list[str], second: list[str]) -> list[_Stretch]:
    if len(first) * len(second) > MOST_COMPARED:
        return [(first, second)]
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return [(first[a:b], second[c:d]) for _, a, b, c, d in matcher.get_opcodes()]


def _joined(pieces: list[_Stretch]) -> list[_Stretch]:
    """A single character between two changes is read with them: islands make a text harder to read."""
    made: list[_Stretch] = []
    for place, (old, new) in enumerate(pieces):
        inside = 0 < place < len(pieces) - 1
        island = old == new and len(old) < SHORTEST_ISLAND and inside and _changes(pieces[place + 1]) and old != [","]
        if made and _changes(made[-1]) and (old != new or island):
            made[-1] = (made[-1][0] + old, made[-1][1] + new)
        else:
            made.append((old, new))
    return made


def _changes(piece: _Stretch) -> bool:
    return piece[0] != piece[1]


def _told(pieces: list[_Stretch]) -> Iterator[Difference]:
    for old, new in pieces:
        told = [(Side.BOTH, old)] if old == new else [(Side.OLD, old), (Side.NEW, new)]
        yield from (Difference(side, "".join(words)) for side, words in told if words)
