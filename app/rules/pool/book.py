"""Rules compiled for a pool: each version read into columns once, apart from running it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from app.rules.finding import Anchors
from app.rules.language import Expr
from app.rules.pool import numbers, op, records, tests
from app.rules.pool.amount import Paid, is_hole, paid
from app.rules.pool.columns import COUNTED
from app.rules.pool.compiler import Compiler
from app.rules.pool.op import FALSE, Op, make, walk
from app.rules.pool.scheme import Slot
from app.rules.pool.span import NotColumnar
from app.rules.pool.steps import within_budget
from app.rules.pool.verdict import OPEN, Verdict, all_of, any_of
from app.rules.rule import Path, Rule, RuleVersion

# Imported for what they register: how numbers, tests and records are read.
_READERS = (numbers, records, tests)
T = TypeVar("T")


@dataclass(frozen=True)
class CompiledRule:
    """A rule in columns.

    `answer` and `conditions` hold wherever no column of `doubts` does; where one does the one-firm evaluator decides.
    `kind` says what the amount is: none, hole or value; a value's doubts include those of its answer. `figures`
    and `collections` are what it looks at, also where simplifying left nothing of it.
    """

    rule: Rule
    version: RuleVersion | None
    answer: Verdict
    conditions: Mapping[str, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    left_out: tuple[str, ...] = ()
    kind: str = "none"
    paid: Paid | None = None
    doubts: tuple[Op, ...] = ()
    figures: tuple[Slot, ...] = ()
    collections: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns and collections it looks at."""
        return (*(each.column for each in self.figures), *self.collections)

    @property
    def roots(self) -> tuple[Op, ...]:
        """Every column a run has to work out."""
        amount = () if self.paid is None else self.paid.roots
        return (self.answer.met, self.answer.unmet, *amount, *self.doubts)


@dataclass(frozen=True)
class CompiledBook:
    """Several rules at one pair of dates, sharing whatever they have in common."""

    anchors: Anchors
    rules: Mapping[str, CompiledRule]

    def with_rule(self, rule: Rule) -> "CompiledBook":
        """The same book with one rule put in, or in the place of the one with its code."""
        changed = {**self.rules, rule.code: compile_rule(rule, self.anchors)}
        return CompiledBook(self.anchors, MappingProxyType(changed))


def compile_book(rules: Iterable[Rule], anchors: Anchors) -> CompiledBook:
    """The rules as in force on `anchors.policy_on`, 申报日 being `anchors.facts_on`.

    Never raises: what cannot be put into columns is left to the one-firm evaluator.
    """
    return CompiledBook(anchors, MappingProxyType({rule.code: compile_rule(rule, anchors) for rule in rules}))


def compile_rule(rule: Rule, anchors: Anchors) -> CompiledRule:
    """One rule in columns."""
    version = rule.version_on(anchors.policy_on)
    if version is None:
        return CompiledRule(rule, None, OPEN)
    reading = _Reading(version, anchors)
    conditions = {name: reading.condition(each.test) for name, each in version.conditions.items()}
    known = {name: OPEN if each is None else each for name, each in conditions.items()}
    answer = _decide(version, known)
    left_out = tuple(name for name, each in conditions.items() if each is None)
    kind, amount, undecided = reading.amount(answer)
    open_row = op.opposite(op.either(answer.met, answer.unmet)) if left_out else FALSE
    made = CompiledRule(rule, version, answer, MappingProxyType(known), left_out, kind, amount)
    compiler = reading.compiler
    doubts = (*doubts_of(made.roots), *(each for each in (open_row, undecided) if each is not FALSE))
    return replace(
        made, doubts=tuple(dict.fromkeys(doubts)), figures=compiler.slots, collections=tuple(compiler.collections)
    )


class _Reading:
    """One version being read; what cannot be read is None."""

    def __init__(self, version: RuleVersion, anchors: Anchors) -> None:
        self.version = version
        self.compiler = Compiler(version, anchors)

    def condition(self, test: Expr) -> Verdict | None:
        return self._attempt(lambda: self.compiler.test(test), test)

    def amount(self, answer: Verdict) -> tuple[str, Paid | None, Op]:
        """The kind of the amount, its columns, and the rows whose amount has to be found one by one."""
        amount = self.version.amount
        if amount is None:
            return "none", None, FALSE
        if is_hole(amount):
            return "hole", None, FALSE
        parts = [each for each in (amount.value, amount.cap, amount.floor) if each is not None]
        found = self._attempt(lambda: paid(self.compiler, amount), *parts)
        return "value", found, FALSE if found is not None else op.opposite(answer.unmet)

    def _attempt(self, work: Callable[[], T], *expressions: Expr) -> T | None:
        """The work done, or None where columns cannot express it or the evaluator might run out of steps."""
        compiler = self.compiler
        year = compiler.year
        if not within_budget(self.version, year, *expressions):
            return None
        try:
            return work()
        except NotColumnar:
            compiler.year = year
            return None


def _decide(version: RuleVersion, answers: Mapping[str, Verdict]) -> Verdict:
    """Everything needed, one path where there are paths, and no veto."""
    parts = [answers[each] for each in version.needs]
    parts += [answers[each].negated() for each in version.vetoes]
    if version.paths:
        parts.append(any_of(_path(path, answers) for path in version.paths))
    return all_of(parts)


def _path(path: Path, answers: Mapping[str, Verdict]) -> Verdict:
    parts = [answers[each] for each in path.needs]
    if path.any:
        parts.append(any_of(answers[each] for each in path.any))
    return all_of(parts)


def doubts_of(roots: Iterable[Op]) -> list[Op]:
    """Where rounding leaves the roots unsure: for firms as it is, for records where any record of a firm is."""
    found: dict[Op, None] = {}
    below = list(walk(roots))
    inside = _inside_records(below)
    for each in below:
        for doubt in each.doubts:
            if each not in inside:
                found[doubt] = None
            else:
                found[op.holds(">", make("count", doubt, value=inside[each]), op.ZERO)] = None
    return list(found)


def _inside_records(below: list[Op]) -> dict[Op, object]:
    """The operations on records, with the collection they are counted over."""
    found: dict[Op, object] = {}
    for gathered in below:
        if gathered.name not in COUNTED or gathered.name == "closed":
            continue
        stack = list(gathered.args)
        while stack:
            each = stack.pop()
            if each not in found and each.name != "of firm":
                found[each] = gathered.value
                stack += each.args
    return found
