"""The rule language as a closed set of frozen nodes; what cannot be built from these cannot be said."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal

from app.rules.kinds import AttributeKind, CollectionKind, FactKind, TitleKind
from app.rules.values import PERCENT_UNITS, SCALES


@dataclass(frozen=True)
class Node:
    """What every expression has: where it stood in the text, and the unit the check found for it.

    Neither belongs to the meaning, so neither counts when expressions are compared.
    """

    at: int = field(default=0, compare=False, repr=False, kw_only=True)
    unit: str = field(default="", compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Number(Node):
    """A number as written: digits, then a scale such as 万, then a unit such as 元, 人, % or 年."""

    digits: Decimal
    scale: str = ""
    measure: str = ""

    @property
    def value(self) -> Decimal:
        """The number in its own unit: money in 元, per cent as a fraction."""
        return self.digits * SCALES.get(self.scale, 1) * PERCENT_UNITS.get(self.measure, 1)


@dataclass(frozen=True)
class Range(Node):
    """A number only a later judgement fixes; with a reason it is written 存疑(…)."""

    low: Number
    high: Number
    reason: str = ""


@dataclass(frozen=True)
class Day(Node):
    day: dt.date


@dataclass(frozen=True)
class Flag(Node):
    value: bool


@dataclass(frozen=True)
class Member(Node):
    """A member of a declared choice, or a text; written bare where the context makes it plain, else in quotes."""

    word: str
    quoted: bool = field(default=True, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Manual(Node):
    """A test nobody but a person can answer: always 待核."""

    reason: str


@dataclass(frozen=True)
class Fact(Node):
    """A declared figure; an annual one is read in the year the context points at."""

    kind: FactKind


@dataclass(frozen=True)
class Named(Node):
    """A parameter, term or score of the same rule version."""

    name: str


@dataclass(frozen=True)
class Today(Node):
    """申报日."""


@dataclass(frozen=True)
class Shift(Node):
    """An expression read `back` years before 申报年: 0 当年, 1 the last accounting year, 2 the one before."""

    body: "Expr"
    back: int


@dataclass(frozen=True)
class Negate(Node):
    body: "Expr"


@dataclass(frozen=True)
class Arithmetic(Node):
    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Compare(Node):
    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Within(Node):
    """属于 / 不属于."""

    left: "Expr"
    members: "tuple[Expr, ...]"
    negated: bool = False


@dataclass(frozen=True)
class All(Node):
    parts: "tuple[Expr, ...]"


@dataclass(frozen=True)
class AnyOf(Node):
    parts: "tuple[Expr, ...]"


@dataclass(frozen=True)
class Not(Node):
    body: "Expr"


@dataclass(frozen=True)
class AtLeast(Node):
    count: int
    parts: "tuple[Expr, ...]"


@dataclass(frozen=True)
class IfElse(Node):
    test: "Expr"
    then: "Expr"
    other: "Expr"


@dataclass(frozen=True)
class Years(Node):
    """合计, 平均, 最高, 最低 of an expression over the last `years` accounting years."""

    how: str
    body: "Expr"
    years: int


@dataclass(frozen=True)
class EachYear(Node):
    """每年 or 任一年 of a test over the last `years` accounting years."""

    how: str
    years: int
    body: "Expr"


@dataclass(frozen=True)
class Known(Node):
    body: "Expr"


@dataclass(frozen=True)
class Growth(Node):
    """增长率, 平均增长率 or 复合增长率 over `years` accounting years."""

    how: str
    body: "Expr"
    years: int


@dataclass(frozen=True)
class Band(Node):
    operator: str
    limit: "Expr"
    value: "Expr"


@dataclass(frozen=True)
class Bands(Node):
    """分档 (the value of the first band that fits) or 分段累计 (marginal rates)."""

    how: str
    subject: "Expr"
    bands: tuple[Band, ...]
    other: "Expr"


@dataclass(frozen=True)
class Pick(Node):
    """较大 or 较小."""

    how: str
    parts: "tuple[Expr, ...]"


@dataclass(frozen=True)
class Whole(Node):
    """取整: the largest whole number not above the value."""

    body: "Expr"


@dataclass(frozen=True)
class Elapsed(Node):
    """满年 or 满月: full years or months from a date to another (申报日 when none is given)."""

    how: str
    since: "Expr"
    until: "Expr | None" = None


@dataclass(frozen=True)
class YearOf(Node):
    body: "Expr"


@dataclass(frozen=True)
class Period(Node):
    """A window of records: the last `count` 年, 个月 or 天, or one of 上年及当年, 上年, 当年."""

    word: str
    count: int = 0


@dataclass(frozen=True)
class InForce(Node):
    """The record is in force on a day (申报日 when none is given)."""

    on: "Expr | None" = None


@dataclass(frozen=True)
class Filter(Node):
    """A comparison on an attribute: one of = != >= > <= <, 属于, 不属于."""

    attribute: AttributeKind
    operator: str
    values: "tuple[Expr, ...]"


@dataclass(frozen=True)
class Records(Node):
    """数量, 有, 无, 种数, 总额, 最近 over the records of a collection that pass every filter."""

    how: str
    collection: CollectionKind
    attribute: AttributeKind | None
    filters: "tuple[Filter | InForce | Period, ...]"


@dataclass(frozen=True)
class Title(Node):
    """有效, 曾有, 首次, 再次 (tests) and 到期日, 认定日 (dates) of a kind of title."""

    how: str
    title: TitleKind
    collection: CollectionKind
    on: "Expr | None" = None


Expr = Node


def children(node: Node) -> Iterator[Node]:
    """The expressions directly inside a node, in the order they are written."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything inside it."""
    yield node
    for child in children(node):
        yield from walk(child)


def names_inside(node: Node) -> bool:
    """Whether an expression mentions terms, scores or parameters of its own rule; noted on the node."""
    kept: bool | None = vars(node).get("_names_inside")
    if kept is None:
        kept = vars(node)["_names_inside"] = any(isinstance(each, Named) for each in walk(node))
    return kept
