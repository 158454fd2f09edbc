"""What an evaluation found: a tree of plain values that can be stored, replayed and explained.

Named tuples, because an evaluation makes thousands and they cost a fifth of a frozen dataclass.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from app.rules import codec
from app.rules.answer import Answer
from app.rules.interval import Interval
from app.rules.values import Value


@dataclass(frozen=True)
class Anchors:
    """The dates a judgement hangs on: 申报日, the day whose policy counts, and as known when (for replay)."""

    facts_on: date
    policy_on: date
    known_at: datetime | None = None


class Used(NamedTuple):
    """A value a comparison looked at: a fact, a record (with its collection) or a vouch."""

    label: str
    code: str
    year: int | None
    collection: str | None
    value: Value
    unit: str
    source: str
    recorded_on: date | None
    ref: str


class Missing(NamedTuple):
    """Something not known, and who supplies it."""

    what: str
    code: str
    year: int | None
    collection: str | None
    supplied_by: str


class Comparison(NamedTuple):
    """One comparison as it was made; intervals in 元, fractions, counts, days, or ordinals where the unit is `date`."""

    label: str
    operator: str
    value: Interval | None
    value_text: str
    threshold: Interval | None
    threshold_text: str
    unit: str
    period: str
    answer: Answer
    used: tuple[Used, ...]
    missing: tuple[Missing, ...]
    reasons: tuple[str, ...]


class Part(NamedTuple):
    """One piece of a composed test; `how` is 且, 或, 非, 至少k, 每年 … and empty for a single comparison."""

    test: str
    how: str
    answer: Answer
    parts: "tuple[Part, ...]"


class ConditionFinding(NamedTuple):
    id: str
    clause: str
    wording: str
    test: str
    answer: Answer
    comparisons: tuple[Comparison, ...]
    missing: tuple[Missing, ...]
    reasons: tuple[str, ...]
    parts: tuple[Part, ...]


class TermFinding(NamedTuple):
    """The value of a named term: an interval for numbers and dates, words for the rest."""

    name: str
    clause: str
    value: Interval | None
    value_text: str
    unit: str


class ScoreFinding(NamedTuple):
    name: str
    part_of: str
    clause: str
    wording: str
    value: Interval
    max: Interval | None
    missing: tuple[Missing, ...]
    reasons: tuple[str, ...]


class TotalFinding(NamedTuple):
    name: str
    value: Interval


class PathFinding(NamedTuple):
    name: str
    answer: Answer
    needs: tuple[str, ...]
    any: tuple[str, ...]


class HoleFinding(NamedTuple):
    """Why an amount is open and which document it waits for."""

    reason: str
    waits_for: str


class PortionFinding(NamedTuple):
    """A payer's share, or an instalment with the answer of its gate; in 元, `high` None where there is no ceiling."""

    name: str
    part: Interval
    low: Decimal
    high: Decimal | None
    gate: Answer | None


class AmountFinding(NamedTuple):
    """What is paid, in 元 exact to the 分: `kind` is value, range, hole or none; `high` None without a ceiling."""

    kind: str
    low: Decimal | None
    high: Decimal | None
    trace: tuple[str, ...]
    shares: tuple[PortionFinding, ...]
    instalments: tuple[PortionFinding, ...]
    hole: HoleFinding | None
    missing: tuple[Missing, ...]
    reasons: tuple[str, ...]


NO_AMOUNT = AmountFinding("none", None, None, (), (), (), None, (), ())


class StackingFinding(NamedTuple):
    group: str
    mode: str
    cap: Decimal | None


class Finding(NamedTuple):
    """One firm judged by one rule."""

    rule_code: str
    rule_name: str
    rule_kind: str
    version_from: date | None
    in_force: bool
    reason: str
    anchors: Anchors
    answer: Answer
    conditions: tuple[ConditionFinding, ...]
    needs: tuple[str, ...]
    vetoes: tuple[str, ...]
    paths: tuple[PathFinding, ...]
    terms: tuple[TermFinding, ...]
    scores: tuple[ScoreFinding, ...]
    totals: tuple[TotalFinding, ...]
    amount: AmountFinding
    stacking: StackingFinding | None
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]

    def condition(self, name: str) -> ConditionFinding:
        """The condition with this id. Raises KeyError when there is none."""
        for each in self.conditions:
            if each.id == name:
                return each
        raise KeyError(name)

    @property
    def total(self) -> Interval | None:
        """总分, when the rule has a score table."""
        return next((each.value for each in self.totals if each.name == "总分"), None)

    def to_json(self) -> str:
        """Canonical JSON: equal findings give equal bytes, in any process."""
        return codec.write(self)

    @classmethod
    def from_json(cls, text: str) -> "Finding":
        """The finding `to_json` wrote. Raises ValueError when the text is not one."""
        return codec.read(cls, text)
