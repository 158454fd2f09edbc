"""One evaluation under way: what is known, which year is read, what was used and what is missing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from app.rules.answer import Answer
from app.rules.finding import Anchors, Comparison, Missing, Part, Used
from app.rules.interval import ANYTHING, Bound, Interval, exact_number, point
from app.rules.kinds import NUMERIC_TYPES, AttributeKind, FactKind
from app.rules.language import Expr, names_inside
from app.rules.render import render
from app.rules.rule import RuleVersion
from app.rules.sheet import FactSheet, Kept, KnownFact
from app.rules.values import Value

STEP_BUDGET = 2_000
LONGEST_NUMBER = 40
_FIGURE = len(("kind", "year"))


class Words(NamedTuple):
    """The choices or texts a value may be; None when it may be any text."""

    possible: frozenset[str] | None


Result = Interval | Answer | Words


class OutOfStepsError(Exception):
    """A test took more steps than allowed; it is answered 待核."""


@dataclass
class Trace:
    """What was used, what was missing, what could not be worked out and which collections were asked, in that order."""

    used: dict[tuple[object, ...], Used] = field(default_factory=dict)
    missing: dict[tuple[object, ...], Missing] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)
    asked: dict[str, None] = field(default_factory=dict)

    def absorb(self, other: "Trace") -> None:
        # Most of the four are empty most of the time.
        if other.used:
            self.used |= other.used
        if other.missing:
            self.missing |= other.missing
        if other.reasons:
            self.reasons |= other.reasons
        if other.asked:
            self.asked |= other.asked

    def facts(self) -> frozenset[tuple[object, ...]]:
        """The figures looked at, known or not; records and vouches have longer keys."""
        return frozenset([each for each in (*self.used, *self.missing) if len(each) == _FIGURE])


class Noted(NamedTuple):
    """A named value with everything it noted."""

    result: Result
    trace: Trace
    comparisons: list[Comparison]
    parts: list[Part]


class Run:
    """Everything one evaluation of one rule version needs; made for it and thrown away after."""

    def __init__(self, version: RuleVersion, sheet: FactSheet, anchors: Anchors) -> None:
        self.version = version
        self.sheet = sheet
        self.anchors = anchors
        self.today = anchors.facts_on.toordinal()
        self.year = anchors.facts_on.year - 1
        self.trace = Trace()
        self.comparisons: list[Comparison] = []
        self.parts: list[Part] = []
        self.named: dict[tuple[str, int], Noted] = {}
        self.steps = 0
        self.silent = False

    def value(self, node: Expr) -> Result:
        """Evaluate a checked expression. Raises OutOfStepsError."""
        self.steps += 1
        if self.steps > STEP_BUDGET:
            raise OutOfStepsError
        return RULES[type(node)](self, node)

    def number(self, node: Expr) -> Interval:
        """A number, or a date as its ordinal."""
        found = self.value(node)
        return found if isinstance(found, Interval) else ANYTHING

    def test(self, node: Expr) -> Answer:
        found = self.value(node)
        return found if isinstance(found, Answer) else Answer.UNKNOWN

    def quiet_test(self, node: Expr) -> Answer:
        """A test inside a number: its facts count as used, but it is no comparison of the condition itself."""
        before, self.silent = self.silent, True
        try:
            return self.test(node)
        finally:
            self.silent = before

    def in_year(self, year: int, work: Callable[[], Any]) -> Any:
        """Do some work with another accounting year in view."""
        before, self.year = self.year, year
        try:
            return work()
        finally:
            self.year = before

    def traced(self, work: Callable[[], Any]) -> tuple[Any, Trace]:
        """Do some work and hand back what it noted, which is noted here as well."""
        before, self.trace = self.trace, Trace()
        try:
            result = work()
            return result, self.trace
        finally:
            before.absorb(self.trace)
            self.trace = before

    def recall(self, node: Expr, what: str, work: Callable[[], Any]) -> Any:
        """What `work` says and notes about a node, worked out once for every rule that asks the same of this sheet."""
        owner = self.version if names_inside(node) else self.version.vocabulary
        return self.recall_for(owner, what, render(node), work)

    def recall_for(self, owner: object, what: str, name: str, work: Callable[[], Any]) -> Any:
        """The same for what hangs on the owner, the dates and the sheet, and on nothing else."""
        # The owner is kept with the answer, so that its identity cannot be taken over by another.
        key = id(owner), self.today, self.year, what, name
        kept = self.sheet.answers.get(key)
        if kept is not None:
            content, trace = kept.content
            self.trace.absorb(trace)
            return content
        content, trace = self.traced(work)
        self.sheet.answers[key] = Kept(trace.facts(), frozenset(trace.asked), owner, (content, trace))
        return content

    def doubt(self, reason: str) -> None:
        self.trace.reasons[reason] = None

    def fact(self, kind: FactKind) -> Result:
        """A declared figure in the year in view: its known value, or everything its bounds allow."""
        year = self.year if kind.annual else None
        note = self._note(kind, year)
        if note.used is not None:
            self.trace.used[kind.code, year] = note.used
        elif note.missing is not None:
            self.trace.missing[kind.code, year] = note.missing
            if note.reason:
                self.doubt(note.reason)
        return note.result

    def knows(self, kind: FactKind) -> Answer:
        """已有: a figure not on file may come, so it is 待核, never 不符合."""
        self.fact(kind)
        known = self._note(kind, self.year if kind.annual else None).used is not None
        return Answer.MET if known else Answer.UNKNOWN

    def founding(self) -> Interval:
        """The day the firm was founded, as an ordinal; anything when it is not known."""
        kind = self.version.vocabulary.founding
        found = self.fact(kind) if kind is not None else ANYTHING
        return found if isinstance(found, Interval) else ANYTHING

    def _note(self, kind: FactKind, year: int | None) -> "_Note":
        notes = self.sheet.notes
        kept: _Note | None = notes.get((kind.code, year))
        if kept is None or kept.kind is not kind:
            kept = notes[kind.code, year] = _make_note(kind, year, self.sheet.fact(kind.code, year))
        return kept


class _Note(NamedTuple):
    kind: FactKind
    result: Result
    used: Used | None
    missing: Missing | None
    reason: str


def _make_note(kind: FactKind, year: int | None, known: KnownFact | None) -> _Note:
    missing = Missing(kind.label, kind.code, year, None, kind.supplied_by)
    if known is None:
        return _Note(kind, unknown(kind), None, missing, "")
    result = read_known(kind, known.value)
    if result is None:
        return _Note(kind, unknown(kind), None, missing, f"“{kind.label}”记录的值不能用，须更正")
    unit = "%" if kind.type == "ratio" else kind.unit
    used = Used(kind.label, kind.code, year, None, known.value, unit, known.source, known.recorded_on, known.ref)
    return _Note(kind, result, used, None, "")


def unknown(kind: FactKind | AttributeKind) -> Result:
    """What an unknown value may be: everything its declaration allows."""
    if kind.type == "flag":
        return Answer.UNKNOWN
    if kind.type in ("choice", "text"):
        return Words(frozenset(kind.choices) or None)
    low, high = (_bound(each) for each in kind.bounds)
    return Interval(ANYTHING.low if low is None else low, ANYTHING.high if high is None else high)


def _bound(given: Decimal | date | None) -> Bound | None:
    if given is None:
        return None
    return exact_number(given) if isinstance(given, Decimal) else given.toordinal()


def read_known(kind: FactKind | AttributeKind, value: Value) -> Result | None:
    """A stored value as the engine counts with it, or None when it is not of the declared type."""
    match value:
        case bool():
            return Answer.of(value) if kind.type == "flag" else None
        case Decimal():
            sound = (
                value.is_finite()
                and abs(value.adjusted()) < LONGEST_NUMBER
                and len(value.as_tuple().digits) < LONGEST_NUMBER
            )
            return point(exact_number(value)) if sound and kind.type in NUMERIC_TYPES else None
        case date():
            return point(value.toordinal()) if kind.type == "date" else None
        case str():
            return Words(frozenset({value})) if kind.type in ("choice", "text") else None
    return None  # Whoever fills the sheet may not be type-checked.


# Filled by numbers.py, tests.py and records.py: the one place that says how each node is evaluated.
RULES: dict[type[Expr], Callable[[Run, Any], Result]] = {}
