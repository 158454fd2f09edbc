"""The kinds of things a vocabulary declares: figures, record collections, titles and the levers that move them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from app.rules.values import Value, read_choice, read_date, read_flag, read_number, show_date, show_number

FACT_TYPES = ("money", "count", "number", "ratio", "flag", "date", "choice", "text")
NUMERIC_TYPES = ("money", "count", "number", "ratio")
Bounds = tuple[Decimal | date | None, Decimal | date | None]


@dataclass(frozen=True)
class Lever:
    """How a firm can move a figure: direction up or down, months until it shows, effort 1–5, smallest sensible step."""

    direction: str
    lead_months: int
    effort: int
    step: Decimal
    measure: str


@dataclass(frozen=True)
class FactKind:
    """One declared figure of a firm or of the region."""

    code: str
    label: str
    group: str
    type: str
    unit: str
    period: str
    subject: str
    bounds: Bounds
    choices: tuple[str, ...]
    definition: str
    basis: str
    supplied_by: str
    fresh_for: int | None
    lever: Lever | None

    @property
    def annual(self) -> bool:
        return self.period == "year"

    def read(self, text: str) -> Value:
        """Parse and bound-check one typed-in value; money comes out in 元, ratios as fractions.

        Raises:
            ValueError: with a Chinese sentence that says what is wrong and how to mend it.
        """
        if not text.strip():
            raise ValueError(f"“{self.label}”还没有填写。")
        value = read_value(text, self.type, self.unit, self.choices)
        self._check_bounds(value)
        return value

    def show(self, value: Value) -> str:
        """A value for people: money in 万元, ratios in per cent, counts with their unit."""
        return show_value(value, self.type, self.unit)

    def _check_bounds(self, value: Value) -> None:
        low, high = self.bounds
        if self.type == "count" and isinstance(value, Decimal) and value % 1:
            raise ValueError(f"“{self.label}”应当是整数。")
        if low is not None and value < low:  # type: ignore[operator] # the bounds of a kind have the kind's type
            raise ValueError(f"“{self.label}”不能小于{self.show(low)}。{self._percent_hint(value)}")
        if high is not None and value > high:  # type: ignore[operator] # the bounds of a kind have the kind's type
            raise ValueError(f"“{self.label}”不能大于{self.show(high)}。{self._percent_hint(value)}")

    def _percent_hint(self, value: Value) -> str:
        return "百分数请带上“%”。" if self.type == "ratio" and isinstance(value, Decimal) and value > 1 else ""


@dataclass(frozen=True)
class AttributeKind:
    """One attribute of the records of a collection; `mapping` derives it from another attribute."""

    code: str
    label: str
    type: str
    unit: str
    choices: tuple[str, ...]
    bounds: Bounds
    derived_from: str
    mapping: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class CollectionKind:
    """A collection of dated records; `starts` and `ends` are the names of its two dates.

    `good_for` is the number of days for which someone's word that it is complete counts beyond the last day it names.
    """

    code: str
    label: str
    starts: str
    ends: str
    supplied_by: str
    attributes: tuple[AttributeKind, ...]
    lever: Lever | None
    definition: str
    group: str
    good_for: int = 0

    def attribute(self, name: str) -> AttributeKind | None:
        """The attribute with this code or label; `starts_on` and `ends_on` stand for the record's own dates."""
        return self._by_name.get(name)

    def attribute_names(self) -> list[str]:
        return [each.label for each in self._everything]

    @cached_property
    def _by_name(self) -> dict[str, AttributeKind]:
        named = [(name, each) for each in reversed(self._everything) for name in (each.label, each.code)]
        return dict(named)

    @cached_property
    def _everything(self) -> tuple[AttributeKind, ...]:
        dates = [("starts_on", self.starts), ("ends_on", self.ends)]
        extra = (plain_attribute(code, label, "date") for code, label in dates if label)
        return (*self.attributes, *extra)


@dataclass(frozen=True)
class TitleKind:
    """A kind of title (资质) a firm may hold; `valid_for` is 自然年, a duration such as 3年, or empty."""

    code: str
    label: str
    ladder: str
    rung: int | None
    level: str
    valid_for: str


def read_value(text: str, kind: str, unit: str, choices: tuple[str, ...]) -> Value:
    """Read a value of a declared type.

    Raises:
        ValueError: with a Chinese sentence.
    """
    match kind:
        case "flag":
            return read_flag(text)
        case "date":
            return read_date(text)
        case "choice":
            return read_choice(text, choices)
        case "text":
            return text.strip()
    return read_number(text, unit or ("%" if kind == "ratio" else ""))


def show_value(value: Value, kind: str, unit: str) -> str:
    """A value of a declared type for people."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return show_number(value, "%" if kind == "ratio" and unit in ("", "%") else unit)
    return show_date(value) if isinstance(value, date) else value


def plain_attribute(code: str, label: str, kind: str, unit: str = "", bounds: Bounds = (None, None)) -> AttributeKind:
    """An attribute without choices or derivation."""
    return AttributeKind(code, label, kind, unit, (), bounds, "", MappingProxyType({}))
