"""Targets in words: what is to be reached, what has been, and what of a group does not add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core import text
from app.facts.vocabulary import vocabulary
from app.policytext.targets.target import Comparator, TargetKind
from app.targets.assess import Assessed
from app.targets.models import Actual, Given, Target
from app.targets.progress import PERCENT, TargetState, shown

LIGHTS = {
    TargetState.REACHED: "good",
    TargetState.ON_PACE: "good",
    TargetState.BEHIND: "warn",
    TargetState.MISSED: "bad",
    TargetState.UNDECIDED: "unknown",
    TargetState.NO_DATA: "unknown",
}
SIGNS = {
    Comparator.AT_LEAST: "不少于 ",
    Comparator.MORE: "超过 ",
    Comparator.EQUAL: "达到 ",
    Comparator.AT_MOST: "不超过 ",
    Comparator.LESS: "少于 ",
    Comparator.ABOUT: "约 ",
    Comparator.RANGE: "",
}
UNITS = {
    TargetKind.GROWTH: "%",
    TargetKind.AVERAGE_GROWTH: "%",
    TargetKind.SHARE: "%",
    TargetKind.MULTIPLE: " 倍",
}
RULE = (
    "怎样判断：从基期到目标按天数画一条直线，用实际值截至那一天应到的位置比较，不用今天的位置；新增从 0 起算。"
    "增长率、年均增长率、倍数和占比由基期值和实际值精确算出；缺基期就说缺，不按 0 计。"
)


def year_words(target: Target) -> str:
    if target.every_year:
        return "每年"
    return f"{target.year}年" if target.year else "未写年份"


def goal_words(target: Target) -> str:
    """“不少于 6 家”, “增长率 达到 5%”."""
    kind = "" if target.kind is TargetKind.STOCK else f"{target.kind.value} "
    return f"{kind}{figure_words(target)}"


def figure_words(target: Target) -> str:
    """The figure to be reached, without what it measures: “不少于 6 家”, “达到 5%”."""
    top = f"～{_plain(target.high)}" if target.high is not None else ""
    soft = "力争" if target.soft else ""
    return f"{soft}{SIGNS[target.binds]}{_plain(target.low)}{top}{_unit(target)}"


def _plain(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():,f}"


def _unit(target: Target) -> str:
    if target.unit == "%":
        return "%"
    return f" {target.unit}" if target.unit else ""


def achieved_words(assessed: Assessed) -> str:
    """What has come of it, in the terms of the goal; “—” where nothing is known."""
    value = assessed.verdict.achieved
    if value is None:
        return "—"
    target = assessed.target
    return f"{shown(value)}{UNITS.get(target.kind, _unit(target))}"


def actual_words(actual: Actual) -> str:
    """A reported value as it was reported: “3.2 / 150”, “5.2%”."""
    if actual.given is Given.RESULT:
        return f"{_plain(actual.value)}{UNITS.get(actual.target.kind, '')}"
    whole = f" / {_plain(actual.whole)}" if actual.whole is not None else ""
    share = f"（{shown(actual.value / actual.whole * PERCENT)}%）" if actual.whole else ""
    return f"{_plain(actual.value)}{whole}{share}"


def source_words(assessed: Assessed) -> str:
    """Where the value that decided comes from, and until when it reaches."""
    if assessed.verdict.point is None:
        return ""
    day = text.day(assessed.verdict.point.day)
    if assessed.is_counted:
        return f"系统按资质计数，截至{day}"
    return f"{assessed.actual.source}，截至{day}" if assessed.actual else f"截至{day}"


def base_words(assessed: Assessed) -> str:
    """The base as people read it; a missing one is said."""
    target, base = assessed.target, assessed.base
    if target.kind is TargetKind.INCREMENT:
        return "新增目标，从 0 起算"
    year = f"{base.year}年" if base.year else ""
    said = f"（方案写“{target.base_words}”）" if target.base_words and target.base_value is None else ""
    if base.value is None:
        return f"{year}，缺基期值{said}" if year else f"方案没有写基期{said}"
    default = "，方案未写基期，按起算日前一年年末" if target.base_year is None else ""
    return f"{year} {shown(base.value)}（{assessed.base_from}{default}）{said}"


def counted_words(target: Target) -> str:
    """What Tidu counts for a target."""
    label = vocabulary().titles[target.counts or ""].label
    if target.kind is TargetKind.INCREMENT:
        return f"期内首次取得{label}资质的在营企业"
    return f"当天持有有效{label}资质的在营企业"


@dataclass(frozen=True)
class Sum:
    """Whether the parts of a group add up, for one column of the plan."""

    label: str
    parts: Decimal
    whole: Decimal

    @property
    def differs(self) -> bool:
        return self.parts != self.whole


def sums(parent: Target, parts: Sequence[Target]) -> list[Sum]:
    """The parts against the whole: the goal, and the base where all have one. Nothing is forced to agree."""
    if len(parts) <= 1 or any(each.kind is not TargetKind.STOCK for each in (parent, *parts)):
        return []
    found = [Sum("目标", sum((part.low for part in parts), Decimal(0)), parent.low)]
    bases = [part.base_value for part in parts if part.base_value is not None]
    if parent.base_value is not None and len(bases) == len(parts):
        found.append(Sum("基期", sum(bases, Decimal(0)), parent.base_value))
    return found
