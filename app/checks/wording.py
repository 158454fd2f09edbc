"""How the pieces of a finding are written on its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.facts.vocabulary import vocabulary
from app.rules import (
    Answer,
    Comparison,
    ConditionFinding,
    Finding,
    Interval,
    Missing,
    Used,
    say_comparison,
    say_missing,
)
from app.rules.gaps import Gap, say_gap
from app.rules.values import show_date
from app.rules.wording import show_interval

BLOCKING = (Answer.UNMET, Answer.UNKNOWN, Answer.MET)


class Say:
    """The engine's own sentences, for templates: `say.comparison(…)`, `say.missing(…)`, `say.points(…)`."""

    @staticmethod
    def comparison(comparison: Comparison) -> str:
        return say_comparison(comparison)

    @staticmethod
    def missing(missing: Iterable[Missing]) -> list[str]:
        return say_all_missing(missing)

    @staticmethod
    def gap(gap: Gap) -> str:
        return say_gap(gap)

    @staticmethod
    def points(interval: Interval) -> str:
        return show_interval(interval, "分")


@dataclass(frozen=True)
class Part:
    """A heading and the conditions under it, in the order in which they decide."""

    heading: str
    note: str
    conditions: tuple[ConditionFinding, ...]


def parts_of(finding: Finding) -> list[Part]:
    """The conditions of a finding: required, path by path, and vetoes."""
    parts = [_part(finding, "必须全部符合", "", finding.needs)]
    for path in finding.paths:
        note = f"走这条路径：{path.answer.value}。{'以下任一条符合即可。' if path.any else ''}"
        parts.append(_part(finding, f"路径：{path.name}", note, (*path.needs, *path.any)))
    parts.append(_part(finding, "否决", "有一条成立即不符合。", finding.vetoes))
    return [part for part in parts if part.conditions]


def say_all_missing(missing: Iterable[Missing]) -> list[str]:
    """What is missing, one sentence per figure however many years of it: “缺销售收入（2023、2024年度），由税务提供”."""
    return [say_missing(each) for each in _each_once(missing)]


def say_missing_together(missing: Iterable[Missing]) -> list[str]:
    """One sentence per supplier: “缺销售收入（2023、2024年度）、资产总额（2024年度），由审计报告提供”."""
    found: dict[Missing, list[str]] = {}
    for each in _each_once(missing):
        found.setdefault(Missing("", "", None, None, each.supplied_by), []).append(each.what)
    return [say_missing(by._replace(what="、".join(names))) for by, names in found.items()]


def show_used(used: Used) -> str:
    """A value a condition rests on, as people write it."""
    kind = vocabulary().facts.get(used.code) if used.collection is None else None
    if kind is not None:
        return kind.show(used.value)
    return show_date(used.value) if isinstance(used.value, date) else str(used.value)


def _each_once(missing: Iterable[Missing]) -> list[Missing]:
    """Each figure once, with all its years in its name."""
    years: dict[Missing, list[int]] = {}
    for each in missing:
        if each.code:
            years.setdefault(each._replace(year=None), []).append(each.year or 0)
    return [_with_years(each, sorted(filter(None, found))) for each, found in years.items()]


def _with_years(missing: Missing, years: list[int]) -> Missing:
    period = f"（{'、'.join(map(str, years))}年度）" if years else ""
    return missing._replace(what=f"{missing.what}{period}")


def _part(finding: Finding, heading: str, note: str, ids: tuple[str, ...]) -> Part:
    """What stands in the way comes first; within that, the order of the rule."""
    conditions = [finding.condition(each) for each in dict.fromkeys(ids)]
    return Part(heading, note, tuple(sorted(conditions, key=lambda each: BLOCKING.index(each.answer))))
