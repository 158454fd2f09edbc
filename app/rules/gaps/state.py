"""A sheet and its dates as a search changes them, and the knobs that do so."""

from collections.abc import Callable
from dataclasses import dataclass

from app.rules.finding import Anchors
from app.rules.gaps.gap import Move
from app.rules.sheet import FactSheet

MEASURE = "拟采取的措施"


@dataclass(frozen=True)
class State:
    sheet: FactSheet
    anchors: Anchors


@dataclass(frozen=True, eq=False)
class Knob:
    """Something with whole positions from 0 (as it is) to `most`; `candidates` are the positions worth trying first.

    `numeric` marks a ladder of values of an unknown figure, where more may be better or worse.
    """

    code: str
    kind: str
    candidates: tuple[int, ...]
    most: int
    turn: Callable[[State, int], State]
    move: Callable[[int], Move] | None
    lead_months: int
    effort: int
    numeric: bool = False
