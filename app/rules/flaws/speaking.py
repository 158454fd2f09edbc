"""What a test speaks of, with names written out: each leaf as a subject and the room it leaves to that subject."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from app.rules.answer import Answer
from app.rules.evaluate.run import OutOfStepsError, Result, Run
from app.rules.finding import Anchors
from app.rules.flaws.room import FLIPPED, OPPOSITE, Edge, Room, Span, beyond
from app.rules.interval import Bound, Interval
from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    Compare,
    Day,
    Elapsed,
    Expr,
    Fact,
    Flag,
    Member,
    Named,
    Negate,
    Node,
    Not,
    Number,
    Records,
    Today,
    Within,
    walk,
)
from app.rules.rule import RuleVersion
from app.rules.sheet import FactSheet

# What is certain without any fact is the same on every day, unless a test speaks of days; those are left alone.
SOME_DAY = Anchors(date(2000, 7, 1), date(2000, 7, 1))
CONSTANT = (Number, Day, Negate, Arithmetic)
STRETCHES = ("年", "月")


@dataclass(frozen=True)
class Leaf:
    """A test that is made of no others: what it speaks of, and the room where it is 符合 and where 不符合."""

    subject: Expr
    met: Room
    unmet: Room


class Speaking:
    """The tests of one rule version as leaves."""

    def __init__(self, version: RuleVersion) -> None:
        self.version = version
        self.run = Run(version, FactSheet(), SOME_DAY)

    def written_out(self, node: Any) -> Any:
        """An expression with the values of terms and parameters in the place of their names."""
        if isinstance(node, tuple):
            return tuple(self.written_out(each) for each in node)
        if not isinstance(node, Node):
            return node
        if isinstance(node, Named):
            return self._named(node)
        held = ((each.name, getattr(node, each.name)) for each in fields(node))
        return replace(node, **{name: self.written_out(value) for name, value in held if _holds(value)})

    def leaves(self, test: Expr) -> Iterator[Leaf]:
        """The leaves of a test that is written out."""
        match test:
            case All(parts) | AnyOf(parts):
                for part in parts:
                    yield from self.leaves(part)
            case Not(body):
                yield from self.leaves(body)
            case _:
                yield self.leaf(test)

    def leaf(self, test: Expr) -> Leaf:
        """A test as one leaf; what speaks neither of numbers nor of choices speaks of itself."""
        match test:
            case Compare(operator, left, right):
                found = self._comparison(operator, left, right) or self._comparison(FLIPPED[operator], right, left)
            case Within(left, members, negated):
                found = self._members(left, members, negated=negated)
            case Records("无", collection, attribute, filters):
                return Leaf(Records("有", collection, attribute, filters), _truth(truth=False), _truth(truth=True))
            case _:
                found = None
        return found or Leaf(test, _truth(truth=True), _truth(truth=False))

    def room(self, test: Expr, subject: Expr, *, wanted: bool = True) -> Room | None:
        """What a test leaves to a subject where it is 符合 (`wanted`) or 不符合; None: it may be anything."""
        match test:
            case Not(body):
                return self.room(body, subject, wanted=not wanted)
            case All(parts) | AnyOf(parts):
                rooms = [self.room(part, subject, wanted=wanted) for part in parts]
                return _shared(rooms) if isinstance(test, All) is wanted else _joint(rooms)
        leaf = self.leaf(test)
        if leaf.subject != subject:
            return None
        return leaf.met if wanted else leaf.unmet

    def bounds(self, subject: Expr) -> Room | None:
        """What a subject may be with no fact known: its declared bounds, worked out by the evaluator."""
        result = None if speaks_of_days(subject) else self._without_facts(subject)
        if isinstance(result, Interval):
            return Room((Span(Edge(result.low, 0), Edge(result.high, 0)),))
        return None

    def answer(self, test: Expr) -> Answer:
        """What a test is answered with for a firm of which nothing is known."""
        found = self._without_facts(test)
        return found if isinstance(found, Answer) else Answer.UNKNOWN

    def constant(self, node: Expr) -> Bound | None:
        """The number or day that an expression is for every firm; None where it hangs on anything."""
        if not all(isinstance(each, CONSTANT) for each in walk(node)):
            return None
        found = self._without_facts(node)
        return found.low if isinstance(found, Interval) and found.exact else None

    def _named(self, node: Named) -> Any:
        version = self.version
        named = version.terms.get(node.name) or version.parameters.get(node.name)
        return self.written_out(named.value) if named is not None else node

    def _comparison(self, operator: str, subject: Expr, other: Expr) -> Leaf | None:
        if isinstance(other, Member) and operator in ("=", "!="):
            return self._members(subject, (other,), negated=operator == "!=")
        if isinstance(other, Flag) and operator in ("=", "!="):
            truth = other.value is (operator == "=")
            return Leaf(subject, _truth(truth=truth), _truth(truth=not truth))
        if "天" in (subject.unit, other.unit) and (subject.unit in STRETCHES or other.unit in STRETCHES):
            return None  # A stretch is held against years by the calendar, not as a number.
        bound = self.constant(other)
        if bound is None or self.constant(subject) is not None:
            return None
        return Leaf(subject, beyond(operator, bound), beyond(OPPOSITE[operator], bound))

    def _members(self, subject: Expr, members: tuple[Expr, ...], *, negated: bool) -> Leaf | None:
        if not isinstance(subject, Fact) or not subject.kind.choices or not all(isinstance(m, Member) for m in members):
            return None
        every: frozenset[object] = frozenset(subject.kind.choices)
        named = every & {each.word for each in members if isinstance(each, Member)}
        met, unmet = Room(words=named), Room(words=every - named)
        return Leaf(subject, unmet, met) if negated else Leaf(subject, met, unmet)

    def _without_facts(self, node: Expr) -> Result | None:
        self.run.steps = 0
        try:
            return self.run.value(node)
        except OutOfStepsError:
            return None


def speaks_of_days(node: Expr) -> bool:
    """Whether an expression hangs on 申报日, so that it is another without any fact changing."""
    return any(isinstance(each, Today | Elapsed) for each in walk(node))


def _truth(*, truth: bool) -> Room:
    return Room(words=frozenset({truth}))


def _shared(rooms: list[Room | None]) -> Room | None:
    found = None
    for room in rooms:
        found = room if found is None else found if room is None else found.also(room)
    return found


def _joint(rooms: list[Room | None]) -> Room | None:
    found = Room(spans=None)
    for place, room in enumerate(rooms):
        if room is None:
            return None
        found = found.either(room) if place else room
    return found


def _holds(value: Any) -> bool:
    return isinstance(value, Node) or (isinstance(value, tuple) and any(isinstance(each, Node) for each in value))
