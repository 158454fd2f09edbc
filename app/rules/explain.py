"""Findings as Chinese sentences; evaluation knows nothing of this."""

from dataclasses import dataclass
from typing import NamedTuple

from app.rules.answer import Answer
from app.rules.finding import (
    AmountFinding,
    Comparison,
    ConditionFinding,
    Finding,
    Missing,
    PathFinding,
    PortionFinding,
    ScoreFinding,
)
from app.rules.interval import Bound, Infinity, Interval
from app.rules.values import show_money
from app.rules.wording import OPERATOR_WORDS, show_gap, show_interval


class Line(NamedTuple):
    """One sentence: `kind` is condition, veto, score, total, path, amount, missing or note; `ref` its subject's id."""

    kind: str
    ref: str
    answer: Answer | None
    sentence: str
    clause: str


@dataclass(frozen=True)
class Explanation:
    """A verdict in one sentence and the lines that carry it."""

    verdict: str
    lines: tuple[Line, ...]


def explain(finding: Finding) -> Explanation:
    """Say in Chinese what was found: values with period and threshold, differences as amounts, what is missing."""
    if not finding.in_force:
        return Explanation(f"{finding.rule_name}：{finding.reason}。", ())
    lines = [_condition(each, veto=each.id in finding.vetoes) for each in finding.conditions]
    lines += [_score(each) for each in finding.scores]
    lines += [Line("total", each.name, None, f"{each.name} {_points(each.value)}", "") for each in finding.totals]
    lines += [_path(each) for each in finding.paths]
    lines += _amount(finding.amount)
    lines += [Line("missing", each.code, None, say_missing(each), "") for each in finding.missing]
    lines += [Line("note", "", None, each, "") for each in finding.notes]
    return Explanation(_verdict(finding), tuple(lines))


def say_comparison(comparison: Comparison) -> str:
    """One comparison: “研发费用占比 4.20%（2025年度），要求不低于5%，差0.80 个百分点”."""
    period = f"（{comparison.period}）" if comparison.period else ""
    if not comparison.operator:
        return f"{comparison.label}{period}：{comparison.value_text or comparison.answer.value}"
    wish = OPERATOR_WORDS[comparison.operator]
    gap = say_difference(comparison)
    return (
        f"{comparison.label} {say_value(comparison)}{period}，{wish}{_threshold(comparison)}{f'，{gap}' if gap else ''}"
    )


def say_value(comparison: Comparison) -> str:
    """The value of a comparison, as exact as tells it from the threshold; 未知 where all that is known is “≥ 0”."""
    value = comparison.value
    if value is None or comparison.unit in ("choice", "text", "test"):
        return comparison.value_text
    if comparison.answer is Answer.UNKNOWN and value.low == 0 and isinstance(value.high, Infinity):
        return "未知"
    apart = comparison.threshold.low if comparison.threshold is not None and comparison.threshold.exact else None
    return show_interval(value, comparison.unit, apart_from=apart)


def say_difference(comparison: Comparison) -> str:
    """How far a failed comparison is from its threshold, as an amount; empty when it does not fail on an amount."""
    value, threshold, operator = comparison.value, comparison.threshold, comparison.operator
    if value is None or threshold is None or comparison.answer is not Answer.UNMET or operator in ("=", "!="):
        return ""
    up = operator in (">=", ">")
    gap = _subtract(threshold.low, value.high) if up else _subtract(value.low, threshold.high)
    if gap is None:
        return ""
    if gap == 0:
        return "恰在界限上，不含本数"
    least = "" if value.exact and threshold.exact else "至少"
    return f"{least}{'差' if up else '超出'}{show_gap(gap, comparison.unit)}"


def say_missing(missing: Missing) -> str:
    """What is missing, for which year, and who supplies it."""
    year = f"（{missing.year}年度）" if missing.year else ""
    by = f"，由{missing.supplied_by}提供" if missing.supplied_by else ""
    return f"缺{missing.what}{year}{by}"


def say_amount(amount: AmountFinding) -> str:
    """The amount: exact, a range, or what it waits for."""
    match amount.kind:
        case "value" if amount.low is not None:
            return show_money(amount.low)
        case "range" if amount.low is not None:
            return f"{show_money(amount.low)}至{show_money(amount.high) if amount.high is not None else '不限'}"
        case "hole":
            hole = amount.hole
            waits = f"，待《{hole.waits_for.strip('《》')}》明确" if hole and hole.waits_for else ""
            return f"金额待定（{hole.reason if hole else ''}{waits}）"
    return "无"


def _threshold(comparison: Comparison) -> str:
    if comparison.threshold_text or comparison.threshold is None:
        text = comparison.threshold_text
        inexact = comparison.threshold is not None and not comparison.threshold.exact
        return (
            f"{text}（{show_interval(comparison.threshold, comparison.unit)}）"
            if inexact and comparison.threshold
            else text
        )
    return show_interval(comparison.threshold, comparison.unit, tidy=True)


def _subtract(one: Bound, two: Bound) -> Bound | None:
    return None if isinstance(one, Infinity) or isinstance(two, Infinity) else one - two


def _condition(found: ConditionFinding, *, veto: bool) -> Line:
    said = "；".join(map(say_comparison, found.comparisons))
    parts = [f"{found.wording or found.id}：{said}" if said else found.wording or found.id]
    if found.answer is Answer.UNKNOWN:
        parts += [say_missing(each) for each in found.missing if each.code] + list(found.reasons)
    if found.clause:
        parts.append(f"依据{found.clause}")
    return Line("veto" if veto else "condition", found.id, found.answer, "；".join(parts), found.clause)


def _points(interval: Interval) -> str:
    return show_interval(interval, "分")


def _score(found: ScoreFinding) -> Line:
    most = f"（满分{_points(found.max)}）" if found.max is not None else ""
    reasons = "".join(f"；{each}" for each in found.reasons)
    clause = f"；依据{found.clause}" if found.clause else ""
    return Line("score", found.name, None, f"{found.name} {_points(found.value)}{most}{reasons}{clause}", found.clause)


def _path(found: PathFinding) -> Line:
    needs = "、".join((*found.needs, *found.any))
    return Line("path", found.name, found.answer, f"路径“{found.name}”（{needs}）：{found.answer.value}", "")


def _amount(found: AmountFinding) -> list[Line]:
    if found.kind == "none":
        return []
    lines = [Line("amount", "", None, f"金额：{say_amount(found)}", "")]
    lines += [Line("amount", "", None, each, "") for each in found.trace]
    lines += [_portion(each) for each in (*found.shares, *found.instalments)]
    return lines


def _portion(found: PortionFinding) -> Line:
    low, high = (show_money(each) if each is not None else "不限" for each in (found.low, found.high))
    gate = f"，条件{found.gate.value}" if found.gate is not None else ""
    return Line("amount", found.name, None, f"{found.name}：{low if low == high else f'{low}至{high}'}{gate}", "")


def _verdict(finding: Finding) -> str:
    failed = [each for each in finding.conditions if each.answer is Answer.UNMET and each.id not in finding.vetoes]
    vetoed = [each for each in finding.conditions if each.answer is Answer.MET and each.id in finding.vetoes]
    said = f"{finding.rule_name}：{finding.answer.value}"
    match finding.answer:
        case Answer.MET:
            amount = f"，金额{say_amount(finding.amount)}" if finding.amount.kind != "none" else ""
            return f"{said}{amount}。"
        case Answer.UNMET if vetoed:
            return f"{said}，触及否决条件{'、'.join(each.id for each in vetoed)}。"
        case Answer.UNMET:
            return f"{said}，{len(failed)}项条件不满足。"
    return f"{said}，尚缺{len(finding.missing)}项材料。" if finding.missing else f"{said}。"
