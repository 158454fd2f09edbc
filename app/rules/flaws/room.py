"""The room that a test leaves to what it speaks of: the values with which it can be 符合, never too few."""

from dataclasses import dataclass
from typing import NamedTuple

from app.rules.interval import INFINITY, Bound

FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}
OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}


class Edge(NamedTuple):
    """Where a span ends: at a bound (0), just above it (1) or just below it (-1)."""

    bound: Bound
    beside: int


class Span(NamedTuple):
    """Every number from one edge to another, both included; none where `low` lies above `high`."""

    low: Edge
    high: Edge


LOWEST, HIGHEST = Edge(-INFINITY, 0), Edge(INFINITY, 0)


@dataclass(frozen=True)
class Room:
    """Some numbers as spans, or some words or truths as a set; `spans` None where they are words."""

    spans: tuple[Span, ...] | None = None
    words: frozenset[object] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.words if self.spans is None else not self.spans

    def also(self, other: "Room") -> "Room":
        """What is in both. Both are numbers, or both are words."""
        if self.spans is None or other.spans is None:
            return Room(words=self.words & other.words)
        both = (Span(max(one.low, two.low), min(one.high, two.high)) for one in self.spans for two in other.spans)
        return Room(tuple(span for span in both if span.low <= span.high))

    def either(self, other: "Room") -> "Room":
        """What is in one of them."""
        if self.spans is None or other.spans is None:
            return Room(words=self.words | other.words)
        return Room((*self.spans, *other.spans))

    def holds(self, other: "Room") -> bool:
        """Whether everything in the other is certainly in this one."""
        if self.spans is None or other.spans is None:
            return other.words <= self.words
        return all(any(mine.low <= span.low and span.high <= mine.high for mine in self.spans) for span in other.spans)


def beyond(operator: str, bound: Bound) -> Room:
    """The numbers that compare so with a bound: `>=` 5 is everything from 5."""
    match operator:
        case ">=":
            return Room((Span(Edge(bound, 0), HIGHEST),))
        case ">":
            return Room((Span(Edge(bound, 1), HIGHEST),))
        case "<=":
            return Room((Span(LOWEST, Edge(bound, 0)),))
        case "<":
            return Room((Span(LOWEST, Edge(bound, -1)),))
        case "=":
            return Room((Span(Edge(bound, 0), Edge(bound, 0)),))
    return beyond("<", bound).either(beyond(">", bound))
