"""A target: one figure of one indicator by one year, as the plan says it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.policytext.text.plain import Piece


class Comparator(StrEnum):
    """How a value binds: the signs of the rule language, 约 for about, 区间 for a range."""

    AT_LEAST = ">="
    MORE = ">"
    EQUAL = "="
    AT_MOST = "<="
    LESS = "<"
    ABOUT = "~"
    RANGE = "range"


class TargetKind(StrEnum):
    """What the figure measures; the value is what people read."""

    STOCK = "存量"
    INCREMENT = "新增"
    GROWTH = "增长率"
    AVERAGE_GROWTH = "年均增长率"
    SHARE = "占比"
    MULTIPLE = "倍数"


@dataclass(frozen=True)
class Baseline:
    """What a target is measured against: the year and value where the plan gives them, and its own words."""

    year: int | None
    value: Decimal | None
    words: str


@dataclass(frozen=True)
class Target:
    """One figure a plan binds itself to.

    `low` and `high` are equal unless the comparator is a range; in `unit` as written (亿元 stays 亿元).
    `year` is the year it is due, None when the plan names none; `every_year` says that it is due each year.
    `year_implied`: the year stands in another sentence or clause; `unit_implied`: the unit in another row.
    `soft`: 力争、争取、预期. `certain`: it stands in a goal section or has a date; others are for a person to judge.
    """

    path: str
    indicator: str
    scope: str
    year: int | None
    every_year: bool
    low: Decimal
    high: Decimal
    unit: str
    comparator: Comparator
    kind: TargetKind
    baseline: Baseline | None
    soft: bool
    certain: bool
    year_implied: bool
    unit_implied: bool
    piece: Piece
