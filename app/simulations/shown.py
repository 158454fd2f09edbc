"""How a result is written: costs and their difference, the budget, and what a list says of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.simulations.models import AmountKind, Judged, Shift
from app.simulations.tally import Cost, Totals

WAN = Decimal(10_000)
CENTS = Decimal(100)
FINEST = 6


def exact_wan(yuan: Decimal | None) -> str:
    """元 as 万元 to the 分: two decimals, and as many more as there are."""
    if yuan is None:
        return "不封顶"
    whole, _, digits = f"{yuan / WAN:,.{FINEST}f}".partition(".")
    return f"{whole}.{digits.rstrip('0').ljust(2, '0')}"


def cost_words(cost: Cost) -> str:
    """“20.00 万元”, “20.00～35.50 万元”, “金额待定（12 家）”, “—”."""
    match cost.kind:
        case AmountKind.NONE:
            return "—"
        case AmountKind.HOLE:
            return f"金额待定（{cost.open} 家）" if cost.open else "—"
    return range_words(cost.low, cost.high)


def range_words(low: Decimal, high: Decimal | None) -> str:
    if high is None:
        return f"{exact_wan(low)} 万元以上，不封顶"
    return f"{exact_wan(low)} 万元" if low == high else f"{exact_wan(low)}～{exact_wan(high)} 万元"


def side_words(kind: AmountKind, answer: Judged, low: int | None, high: int | None) -> str:
    """What one firm is paid on one side; the ends are in 分."""
    if answer is Judged.UNMET or kind is AmountKind.NONE:
        return "—"
    if low is None:
        return "金额待定"
    return range_words(low / CENTS, None if high is None else high / CENTS)


def difference_words(before: Cost, after: Cost) -> str:
    """How both ends move: “+20.00 万元”, “最低 +2.00 万元，最高 +5.00 万元”; “—” where there is nothing to compare."""
    if not (before.is_sum and after.is_sum):
        return "—"
    low, high = _signed(before.low, after.low), _signed(before.high, after.high)
    return low if low == high else f"最低 {low}，最高 {high}"


def budget_words(budget: Decimal, cost: Cost) -> tuple[str, str]:
    """What is left of a budget, with the kind of its notice: good, warn, bad or info."""
    if not cost.is_sum:
        return "info", "金额待定，无法与预算比较"
    if cost.high is not None and cost.high <= budget:
        return "good", f"预算够用，最少结余 {exact_wan(budget - cost.high)} 万元"
    if cost.low > budget:
        return "bad", f"预算不够，至少缺 {exact_wan(cost.low - budget)} 万元"
    short = "上不封顶" if cost.high is None else f"最多缺 {exact_wan(cost.high - budget)} 万元"
    return "warn", f"待核企业若全部符合，预算可能不够：{short}"


def headline(totals: Totals) -> dict[str, Any]:
    """What a list says of a result, as it is kept."""
    return {
        "met": [totals.before[Judged.MET], totals.after[Judged.MET]],
        "unknown": [totals.before[Judged.UNKNOWN], totals.after[Judged.UNKNOWN]],
        "gained": totals.shifts[Shift.GAINED],
        "lost": totals.shifts[Shift.LOST],
        "opened": totals.shifts[Shift.OPENED],
        "cost": [cost_words(totals.cost_before), cost_words(totals.cost_after)],
    }


def changes_in_short(told: list[Mapping[str, Any]], most: int = 3) -> list[str]:
    """The first few changes, each in a line."""
    lines = [f"{each['label']}：{each['before']} → {each['after']}" for each in told[:most]]
    return [*lines, f"等 {len(told)} 处"] if len(told) > most else lines


def _signed(before: Decimal | None, after: Decimal | None) -> str:
    if before is None or after is None:
        return "持平（不封顶）" if before is after else "由有限额变为不封顶" if after is None else "由不封顶变为有限额"
    change = after - before
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{exact_wan(abs(change))} 万元"
