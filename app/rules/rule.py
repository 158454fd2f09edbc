"""A rule as data: versions by date, each with its cited parameters, terms, scores, conditions and amount."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.rules.language import Expr, Node, walk
from app.rules.types import Type
from app.rules.vocabulary import Vocabulary

TOTAL = "总分"
KINDS = ("standard", "incentive", "entry", "exclusion")
STACKING_MODES = ("就高不重复", "同一事项一次", "年度封顶", "累计封顶", "可叠加", "互斥")


@dataclass(frozen=True)
class Parameter:
    """A dated, cited number tests use by name."""

    name: str
    value: Expr
    clause: str


@dataclass(frozen=True)
class Term:
    """A named expression usable in later terms, scores and conditions."""

    name: str
    value: Expr
    clause: str
    type: Type


@dataclass(frozen=True)
class Score:
    """One line of a score table; without a value of its own it is the sum of its parts, never more than `max`."""

    name: str
    value: Expr | None
    max: Expr | None
    part_of: str
    clause: str
    wording: str


@dataclass(frozen=True)
class Condition:
    """One test with its clause, the policy's wording and the evidence asked for."""

    id: str
    clause: str
    wording: str
    test: Expr
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Path:
    """A way to meet the rule: everything in `needs`, and one of `any` where there are some."""

    name: str
    needs: tuple[str, ...]
    any: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """The part of an amount one payer bears."""

    payer: str
    part: Expr


@dataclass(frozen=True)
class Instalment:
    """The part of an amount paid at one moment, if the gate (when there is one) is met then."""

    when: str
    part: Expr
    gate: Expr | None


@dataclass(frozen=True)
class Hole:
    """An amount the policy leaves open: why, and the document it waits for."""

    reason: str
    waits_for: str


@dataclass(frozen=True)
class Amount:
    """What an incentive pays: a value or a hole, with cap and floor in 元."""

    value: Expr | None
    cap: Expr | None
    floor: Expr | None
    discretionary: bool
    hole: Hole | None
    shares: tuple[Share, ...]
    instalments: tuple[Instalment, ...]
    purpose: str


@dataclass(frozen=True)
class Stacking:
    """How the incentives of one group add up; `cap` in 元 for the modes with a ceiling."""

    group: str
    mode: str
    cap: Expr | None


@dataclass(frozen=True)
class Window:
    """When applications are taken: days of the year (month, day) or whole dates, both inclusive."""

    opens: date | tuple[int, int] | None
    closes: date | tuple[int, int] | None
    note: str

    def on(self, day: date) -> tuple[date, date] | None:
        """The window open on a day or opening next, as (opens, closes); None when it is over or not dated."""
        if isinstance(self.opens, date) or isinstance(self.closes, date):
            return self._once(day)
        if self.opens is None or self.closes is None:
            return None
        for year in (day.year - 1, day.year, day.year + 1):
            opens, closes = _in_year(year, self.opens), _in_year(year, self.closes)
            closes = _in_year(year + 1, self.closes) if closes < opens else closes
            if day <= closes:
                return opens, closes
        return None

    def _once(self, day: date) -> tuple[date, date] | None:
        opens = self.opens if isinstance(self.opens, date) else date.min
        closes = self.closes if isinstance(self.closes, date) else date.max
        return (opens, closes) if day <= closes else None


@dataclass(frozen=True)
class Obligation:
    """What binds the firm after the award, and what a breach costs."""

    what: str
    within: str
    breach: str


@dataclass(frozen=True)
class RuleVersion:
    """A rule as in force from a day (inclusive) to another (exclusive)."""

    starts: date
    until: date | None
    parameters: Mapping[str, Parameter]
    terms: Mapping[str, Term]
    scores: Mapping[str, Score]
    conditions: Mapping[str, Condition]
    needs: tuple[str, ...]
    paths: tuple[Path, ...]
    vetoes: tuple[str, ...]
    valid_for: str
    amount: Amount | None
    stacking: Stacking | None
    window: Window | None
    obligations: tuple[Obligation, ...]
    notes: tuple[str, ...]
    vocabulary: Vocabulary = field(repr=False, compare=False)

    def expressions(self) -> tuple[Expr, ...]:
        """Every expression of the version: parameters, terms, scores, conditions, amount."""
        found: list[Expr | None] = [each.value for each in self.parameters.values()]
        found += [each.value for each in self.terms.values()]
        found += [each for score in self.scores.values() for each in (score.value, score.max)]
        found += [each.test for each in self.conditions.values()]
        if self.amount is not None:
            found += [self.amount.value, self.amount.cap, self.amount.floor]
            found += [each.gate for each in self.amount.instalments]
        return tuple(each for each in found if each is not None)

    def nodes(self) -> tuple[Node, ...]:
        """Every node of every expression."""
        return tuple(node for each in self.expressions() for node in walk(each))

    @cached_property
    def totals(self) -> tuple[str, ...]:
        """The names under which scores are summed: 总分, and groups that are not scores themselves."""
        groups = dict.fromkeys(score.part_of for score in self.scores.values())
        return tuple(name for name in groups if name and name not in self.scores)


@dataclass(frozen=True)
class Rule:
    """A standard, incentive, entry or exclusion rule with all its versions, oldest first."""

    code: str
    name: str
    kind: str
    title: str
    scope: str
    policy: str
    example: bool
    beneficiary: str
    clause: str
    source: str
    preset: bool
    versions: tuple[RuleVersion, ...]

    def version_on(self, day: date) -> RuleVersion | None:
        """The version in force on a day, or None."""
        for version in reversed(self.versions):
            if version.starts <= day and (version.until is None or day < version.until):
                return version
        return None


def _in_year(year: int, day: date | tuple[int, int]) -> date:
    month, number = (day.month, day.day) if isinstance(day, date) else day
    # 29 February is the last of February where there is none.
    return date(year, month, min(number, 28)) if month == 2 else date(year, month, number)  # noqa: PLR2004
