"""The ledger as a table: a row per figure, a cell per accounting year, with source, age and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.facts.freshness import age_of, is_stale
from app.facts.models import Fact, RegionFact
from app.facts.values import cell, entry_unit, joined
from app.facts.vocabulary import vocabulary
from app.rules import FactKind

YEARS_SHOWN = 4
STANDING = 0
STATES = {"held": "已有数据", "missing": "有缺项", "stale": "已过时效", "all": "全部数据项"}

Figure = Fact | RegionFact


@dataclass(frozen=True)
class Cell:
    """One figure of one year (0: standing); `figure` None means nobody has supplied it."""

    year: int
    text: str
    exact: str
    figure: Figure | None
    age: str
    stale: bool
    applies: bool

    @property
    def missing(self) -> bool:
        return self.applies and not self.text


@dataclass(frozen=True)
class Row:
    """One kind of figure with its cells, oldest year first."""

    kind: FactKind
    unit: str
    cells: tuple[Cell, ...]

    def is_in(self, state: str) -> bool:
        """Whether the row belongs to a state of the page: held, missing, stale or all."""
        match state:
            case "held":
                return any(each.text for each in self.cells)
            case "missing":
                return any(each.missing for each in self.cells)
            case "stale":
                return any(each.stale for each in self.cells)
            case _:
                return True


@dataclass(frozen=True)
class Group:
    """The rows of one group of the vocabulary: annual ones, and standing ones without a year."""

    name: str
    annual: tuple[Row, ...]
    standing: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.annual + self.standing

    def only(self, state: str) -> "Group":
        annual = tuple(row for row in self.annual if row.is_in(state))
        return replace(self, annual=annual, standing=tuple(row for row in self.standing if row.is_in(state)))


@dataclass(frozen=True)
class Sheet:
    """Every group of the page for a window of accounting years."""

    years: tuple[int, ...]
    groups: tuple[Group, ...]

    def of_group(self, name: str) -> "Sheet":
        """The sheet of one group; of all when no group has that name."""
        chosen = tuple(group for group in self.groups if group.name == name)
        return replace(self, groups=chosen or self.groups)

    def only(self, state: str) -> "Sheet":
        narrowed = (group.only(state) for group in self.groups)
        return replace(self, groups=tuple(group for group in narrowed if group.rows))

    def count(self, state: str) -> int:
        return sum(row.is_in(state) for group in self.groups for row in group.rows)

    @property
    def has_figures(self) -> bool:
        """Whether the ledger holds anything of it; what comes from the registration does not count."""
        return any(cell.figure for group in self.groups for row in group.rows for cell in row.cells)

    @property
    def has_annual(self) -> bool:
        return any(group.annual for group in self.groups)

    @property
    def has_standing(self) -> bool:
        return any(group.standing for group in self.groups)


def years_until(last: int) -> tuple[int, ...]:
    return tuple(range(last - YEARS_SHOWN + 1, last + 1))


def make_sheet(
    figures: Iterable[Figure],
    *,
    subject: str,
    years: Sequence[int],
    day: date,
    founded_on: date | None = None,
) -> Sheet:
    """The sheet of a subject ("firm" or "region") over a window of accounting years, as old as it is on a day.

    Years before a firm was founded do not apply to it, so nothing is missing there.
    """
    found = {(figure.kind, figure.year): figure for figure in figures}
    groups: dict[str, list[FactKind]] = {}
    for kind in vocabulary().facts.values():
        if kind.subject == subject:
            groups.setdefault(kind.group, []).append(kind)
    first = founded_on.year if founded_on else 0
    return Sheet(
        tuple(years),
        tuple(
            Group(
                name,
                tuple(_row(kind, years, found, day, first) for kind in kinds if kind.annual),
                tuple(_standing(kind, found, day, founded_on) for kind in kinds if not kind.annual),
            )
            for name, kinds in groups.items()
        ),
    )


def editable_kinds(subject: str, group: str, year: int) -> tuple[FactKind, ...]:
    """The kinds one form holds: those of a group that have a year, or with year 0 those that have none.

    The date of founding belongs to the registration and is kept there.
    """
    everything = vocabulary().facts.values()
    chosen = (kind for kind in everything if kind.subject == subject and kind.group == group)
    return tuple(kind for kind in chosen if kind.annual == (year != STANDING) and not is_registration(kind))


def is_registration(kind: FactKind) -> bool:
    founding = vocabulary().founding
    return founding is not None and kind.code == founding.code


def unit_shown(kind: FactKind) -> str:
    return entry_unit(kind) or "—"


def make_cell(kind: FactKind, year: int, figure: Figure | None, day: date, *, applies: bool = True) -> Cell:
    """A figure of a year (0: standing) as a cell, as old as it is on a day; `applies` False: not to be expected."""
    if figure is None:
        return Cell(year, "", "", None, "", stale=False, applies=applies)
    value = joined(kind, figure.number, figure.text)
    stale = is_stale(kind, year, figure, day)
    return Cell(year, cell(kind, value), kind.show(value), figure, age_of(figure, day), stale, applies=True)


def _row(kind: FactKind, years: Sequence[int], found: Mapping[Any, Figure], day: date, first: int) -> Row:
    cells = (make_cell(kind, year, found.get((kind.code, year)), day, applies=year >= first) for year in years)
    return Row(kind, unit_shown(kind), tuple(cells))


def _standing(kind: FactKind, found: Mapping[Any, Figure], day: date, founded_on: date | None) -> Row:
    if is_registration(kind):
        text = kind.show(founded_on) if founded_on else ""
        return Row(kind, unit_shown(kind), (Cell(STANDING, text, text, None, "", stale=False, applies=True),))
    return Row(kind, unit_shown(kind), (make_cell(kind, STANDING, found.get((kind.code, STANDING)), day),))
