"""A result counted: answers before and after, what has shifted, what it costs, exact to the 分; in all and by unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeVar

from app.core.address import ListSearch, asked
from app.core.choices import Choice
from app.simulations.models import AmountKind, Judged, Shift, Simulation

CENTS = Decimal(100)
C = TypeVar("C", bound=Choice)


class Group(NamedTuple):
    """The firms of a unit that are alike in both answers and in what has shifted; sums in 分."""

    unit: str
    before: Judged
    after: Judged
    shift: Shift
    firms: int
    low_before: int
    high_before: int
    endless_before: int
    low_after: int
    high_after: int
    endless_after: int


@dataclass(frozen=True)
class Cost:
    """What a side costs, in 元: at least what is certain (符合), at most all that is open (待核); no `high`: no limit.

    `open` is how many firms would be paid an amount that the policy leaves open.
    """

    kind: AmountKind
    low: Decimal
    high: Decimal | None
    open: int

    @property
    def is_sum(self) -> bool:
        return self.kind is AmountKind.VALUE


@dataclass(frozen=True)
class Totals:
    """The counts and costs of some firms."""

    firms: int
    before: Mapping[Judged, int]
    after: Mapping[Judged, int]
    shifts: Mapping[Shift, int]
    cost_before: Cost
    cost_after: Cost


@dataclass(frozen=True)
class Tally:
    """A result with its groups; the sum over the units is the total, because both are sums of the same groups."""

    simulation: Simulation
    groups: tuple[Group, ...]

    @cached_property
    def total(self) -> Totals:
        return self._totals(self.groups)

    @cached_property
    def units(self) -> list[tuple[str, Totals]]:
        """Unit → its totals, those with the highest cost or the most 符合 after first."""
        names = dict.fromkeys(sorted(each.unit for each in self.groups))
        found = [(name, self._totals(each for each in self.groups if each.unit == name)) for name in names]
        return sorted(found, key=lambda each: (-_weight(each[1]), each[0]))

    def _totals(self, groups: Iterable[Group]) -> Totals:
        return totals(groups, (self.simulation.amount_before, self.simulation.amount_after))


@dataclass(frozen=True)
class Slice(ListSearch):
    """Which firms of a result a list shows; what is not given does not narrow it."""

    shift: Shift | None = asked(Shift.find)
    before: Judged | None = asked(Judged.find)
    after: Judged | None = asked(Judged.find)
    unit: str = asked(str)

    @property
    def words(self) -> list[tuple[str, str, str]]:
        """What the list is narrowed to: name, label and value of each condition."""
        labels = {"shift": "变化", "before": "现行结论", "after": "方案结论", "unit": "责任单位"}
        given = ((name, label, getattr(self, name)) for name, label in labels.items())
        return [(name, label, str(each)) for name, label, each in given if each]


def totals(groups: Iterable[Group], kinds: tuple[AmountKind, AmountKind]) -> Totals:
    """The counts and costs of some groups; `kinds` are those of the amounts before and after."""
    groups = list(groups)
    before, after = _count(groups, "before", Judged), _count(groups, "after", Judged)
    return Totals(
        firms=sum(each.firms for each in groups),
        before=before,
        after=after,
        shifts=_count(groups, "shift", Shift),
        cost_before=_cost(groups, "before", kinds[0], before),
        cost_after=_cost(groups, "after", kinds[1], after),
    )


def _count(groups: list[Group], name: str, choices: type[C]) -> dict[C, int]:
    return {each: sum(group.firms for group in groups if getattr(group, name) is each) for each in choices}


def _cost(groups: list[Group], side: str, kind: AmountKind, answers: Mapping[Judged, int]) -> Cost:
    low, high, endless = (
        sum(int(getattr(each, f"{end}_{side}")) for each in groups) for end in ("low", "high", "endless")
    )
    due = answers[Judged.MET] + answers[Judged.UNKNOWN] if kind is AmountKind.HOLE else 0
    return Cost(kind, low / CENTS, None if endless else high / CENTS, due)


def _weight(totals: Totals) -> Decimal:
    return totals.cost_after.low + (totals.cost_after.high or 0) + totals.after[Judged.MET]
