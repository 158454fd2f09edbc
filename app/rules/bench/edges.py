"""Cases at the edges of a rule, found from one case: where moving a single thing changes what the rule says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.rules.bench.case import Case, Expectation, collection_of, fact_of, with_fact
from app.rules.bench.verdict import finding_of, said
from app.rules.kinds import NUMERIC_TYPES, FactKind
from app.rules.language import Number
from app.rules.rule import Rule

STEPS = {"count": Decimal(1), "money": Decimal(1), "ratio": Decimal("0.0001"), "number": Decimal("0.01")}
FACTORS = (Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal(2), Decimal(4))
LARGEST = Decimal(10) ** 13
YEARS_BACK = 12
MOST_CHOICES = 6
MOST = 120

Seen = tuple[object, ...]


def edge_cases(rule: Rule, base: Case) -> list[Case]:
    """What lies just on either side of every edge that one change of a case can reach, and the case without each thing.

    In: a rule in force on the day of the case, and the case. Out: cases that expect nothing yet: each figure, date and
    date of a record moved to both sides of where the answer, a condition, a score or the amount changes; flags and
    choices turned; each figure and each vouch left out. At most `MOST`.
    """
    return _Edges(rule, replace(base, expect=Expectation())).found()[:MOST]


class _Edges:
    """Moves one thing at a time and watches what the rule says."""

    def __init__(self, rule: Rule, base: Case) -> None:
        self.rule, self.base, self.vocabulary = rule, base, base.vocabulary
        version = rule.version_on(base.on)
        nodes = version.nodes() if version else ()
        self.constants = {node.value for node in nodes if isinstance(node, Number)}

    def found(self) -> list[Case]:
        cases = [*self._without()]
        for label in self.base.facts:
            cases += self._around_fact(label)
        for label, rows in self.base.records.items():
            for place in range(len(rows)):
                cases += self._around_record(label, place)
        return cases

    def _without(self) -> Iterator[Case]:
        facts, vouches = self.base.facts, self.base.vouches
        for label in facts:
            yield self._with(f"缺{label}", {key: value for key, value in facts.items() if key != label})
        for label in vouches:
            yield replace(
                self.base, name=f"{label}无人担保齐全", vouches=tuple(each for each in vouches if each != label)
            )

    def _around_fact(self, label: str) -> Iterator[Case]:
        kind = fact_of(label, self.vocabulary)
        value = self.base.facts[label]
        now = kind.read(str(value[max(value)] if isinstance(value, dict) else value))
        if kind.type == "flag":
            yield self._set(label, "否" if now else "是")
        elif kind.type == "choice":
            yield from (self._set(label, each) for each in kind.choices[:MOST_CHOICES] if each != now)
        elif isinstance(now, date):
            yield from self._on_days(lambda day: self._set(label, day.isoformat()))
        elif kind.type in NUMERIC_TYPES and isinstance(now, Decimal):
            yield from self._on_numbers(kind, now)

    def _on_numbers(self, kind: FactKind, now: Decimal) -> Iterator[Case]:
        step = STEPS.get(kind.type, Decimal(1))
        low, high = (each if isinstance(each, Decimal) else None for each in kind.bounds)
        wanted = (
            {now * factor for factor in FACTORS} | {each for each in self.constants if each < LARGEST} | {Decimal(0)}
        )
        inside = {each for each in wanted if (low is None or low <= each) and (high is None or each <= high)}
        grid = sorted({int(each / step) for each in inside})
        yield from self._between(grid, lambda each: self._set(kind.label, f"{each * step:f}{kind.unit}"))

    def _around_record(self, label: str, place: int) -> Iterator[Case]:
        starts = collection_of(label, self.vocabulary).starts
        rows = self.base.records[label]
        if starts and isinstance(rows[place].get(starts), date):
            yield from self._on_days(lambda day: self._with_row(label, place, {**rows[place], starts: day}))

    def _on_days(self, at: Callable[[date], Case]) -> Iterator[Case]:
        day = self.base.on
        grid = [-365 * years for years in range(YEARS_BACK, -1, -1)]
        yield from self._between(grid, lambda each: at(day + timedelta(days=each)))

    def _between(self, grid: list[int], at: Callable[[int], Case]) -> Iterator[Case]:
        """Both sides of every place where neighbours on the grid differ."""
        seen = [self._said(at(each)) for each in grid]
        for low, high, one, two in zip(grid, grid[1:], seen, seen[1:], strict=False):
            if one != two:
                yield from self._narrowed(low, high, one, at)

    def _narrowed(self, low: int, high: int, one: Seen, at: Callable[[int], Case]) -> Iterator[Case]:
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._said(at(middle)) == one else (low, middle)
        yield from (at(low), at(high))

    def _said(self, case: Case) -> Seen:
        finding = finding_of(case, self.rule)
        answers = tuple(each.answer for each in finding.conditions)
        return finding.answer, answers, tuple(each.value for each in finding.scores), said(finding) != ""

    def _set(self, label: str, value: object) -> Case:
        return self._with(f"{label}为{value}", with_fact(self.base.facts, label, value))

    def _with(self, name: str, facts: dict[str, Any]) -> Case:
        return replace(self.base, name=name, facts=facts)

    def _with_row(self, label: str, place: int, row: dict[str, Any]) -> Case:
        rows = [row if each == place else other for each, other in enumerate(self.base.records[label])]
        starts = collection_of(label, self.vocabulary).starts
        return replace(self.base, name=f"{label}：{starts}为{row[starts]}", records={**self.base.records, label: rows})
