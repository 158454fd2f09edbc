"""Clauses as they are compared, and what became of each."""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What became of a clause; the value is what people read."""

    SAME = "未变"
    MOVED = "移位"
    REWORDED = "改写"
    NEW = "新增"
    GONE = "删去"


@dataclass(frozen=True)
class Worded:
    """A clause as it is compared: its path, and its words with the number in front."""

    path: str
    words: str


@dataclass(frozen=True)
class Pair:
    """One line of a comparison: a place in the old version, one in the new, or both; `moved` where the paths differ."""

    old: int | None
    new: int | None
    change: Change
    moved: bool = False
