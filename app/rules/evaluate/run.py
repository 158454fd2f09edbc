"""One evaluation under way: what is known, which year is read, what was used and what is missing."""

from collections.abc import Callable
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
from app.rules.sheet import FactKey, FactSheet, Kept, KnownFact
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


class Trace:
    """What was used, what was missing, what could not be worked out and which collections were asked, in that order."""

    __slots__ = ("asked", "missing", "reasons", "used")

    def __init__(self) -> None:
        self.used: dict[tuple[object, ...], Used] = {}
        self.missing: dict[tuple[object, ...], Missing] = {}
        self.reasons: dict[str, None] = {}
        self.asked: dict[str, None] = {}

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

    def facts(self) -> list[tuple[object, ...]]:
        """The figures looked at, known or not; records and vouches have longer keys."""
        return [each for each in (*self.used, *self.missing) if len(each) == _FIGURE]


class Noted(NamedTuple):
    """A named value and what was compared on the way to it."""

    result: Result
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

    def begin(self) -> Trace:
        """Note what follows by itself; hand back what is noted until now, for `end`."""
        before, self.trace = self.trace, Trace()
        return before

    def end(self, before: Trace) -> Trace:
        """What was noted since `begin`, which is noted here as well; needed after a failure too."""
        trace, self.trace = self.trace, before
        before.absorb(trace)
        return trace

    def recall(self, node: Expr, what: str, work: Callable[[], Any]) -> Any:
        """What `work` says and notes about a node, worked out once for every rule that asks the same of this sheet."""
        owner, key = self.place(node, what)
        return self._recalled(owner, key, work)

    def recall_for(self, owner: object, what: str, name: str, work: Callable[[], Any]) -> Any:
        """The same for what hangs on the owner, the dates and the sheet, and on nothing else."""
        return self._recalled(owner, (id(owner), self.today, self.year, what, name), work)

    def place(self, node: Expr, what: str) -> tuple[object, tuple[object, ...]]:
        """What a node's answer hangs on besides dates and sheet, and where among the sheet's answers it is kept."""
        own, text = _asking(node)
        owner = self.version if own else self.version.vocabulary
        return owner, (id(owner), self.today, self.year, what, text)

    def _recalled(self, owner: object, key: tuple[object, ...], work: Callable[[], Any]) -> Any:
        kept = self.sheet.answers.get(key)
        if kept is not None:
            self.trace.absorb(kept.trace)
            return kept.content
        before = self.begin()
        try:
            content = work()
        finally:
            trace = self.end(before)
        self.sheet.answers[key] = Kept(owner, content, trace)
        return content

    def doubt(self, reason: str) -> None:
        self.trace.reasons[reason] = None

    def fact(self, kind: FactKind) -> Result:
        """A declared figure in the year in view: its known value, or everything its bounds allow."""
        key = kind.code, (self.year if kind.annual else None)
        note: _Note | None = self.sheet.notes.get(key)
        if note is None or note.kind is not kind:
            note = self.sheet.notes[key] = _make_note(kind, key, self.sheet.fact(*key))
        if note.used is not None:
            self.trace.used[note.key] = note.used
        elif note.missing is not None:
            self.trace.missing[note.key] = note.missing
            if note.reason:
                self.doubt(note.reason)
        return note.result

    def knows(self, kind: FactKind) -> Answer:
        """已有: a figure not on file may come, so it is 待核, never 不符合."""
        self.fact(kind)
        known = (kind.code, self.year if kind.annual else None) in self.trace.used
        return Answer.MET if known else Answer.UNKNOWN

    def founding(self) -> Interval:
        """The day the firm was founded, as an ordinal; anything when it is not known."""
        kind = self.version.vocabulary.founding
        found = self.fact(kind) if kind is not None else ANYTHING
        return found if isinstance(found, Interval) else ANYTHING


def _asking(node: Expr) -> tuple[bool, str]:
    """Whether a node speaks of its own rule's names, and its text; noted on the node."""
    noted = vars(node)
    kept: tuple[bool, str] | None = noted.get("_asking")
    if kept is None:
        kept = noted["_asking"] = names_inside(node), render(node)
    return kept


class _Note(NamedTuple):
    kind: FactKind
    key: FactKey
    result: Result
    used: Used | None
    missing: Missing | None
    reason: str


def _make_note(kind: FactKind, key: FactKey, known: KnownFact | None) -> _Note:
    year = key[1]
    missing = Missing(kind.label, kind.code, year, None, kind.supplied_by)
    if known is None:
        return _Note(kind, key, unknown(kind), None, missing, "")
    result = read_known(kind, known.value)
    if result is None:
        return _Note(kind, key, unknown(kind), None, missing, f"“{kind.label}”记录的值不能用，须更正")
    unit = "%" if kind.type == "ratio" else kind.unit
    used = Used(kind.label, kind.code, year, None, known.value, unit, known.source, known.recorded_on, known.ref)
    return _Note(kind, key, result, used, None, "")


def unknown(kind: FactKind | AttributeKind) -> Result:
    """What an unknown value may be: everything its declaration allows, which never changes."""
    kept: Result | None = vars(kind).get("_unknown")
    if kept is None:
        kept = vars(kind)["_unknown"] = _allowed(kind)
    return kept


def _allowed(kind: FactKind | AttributeKind) -> Result:
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
