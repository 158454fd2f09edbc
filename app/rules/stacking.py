"""Several incentives of one firm together: what is chosen, what is dropped and why, and what it comes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from app.rules.finding import Finding, StackingFinding
from app.rules.values import CENTS, show_money

NOTHING = Decimal("0.00")
BEST_OF = ("就高不重复", "同一事项一次", "互斥")
CAPPED = ("年度封顶", "累计封顶")


@dataclass(frozen=True)
class Chosen:
    """An incentive that is paid, with the sum it counts for in 元 after its group's ceiling; None for no ceiling."""

    finding: Finding
    low: Decimal
    high: Decimal | None
    why: str


@dataclass(frozen=True)
class Dropped:
    """An incentive that is not paid beside the chosen ones, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True)
class Total:
    """Sums in 元: exact values, ranges and holes are kept apart; `range_high` None where a range has no ceiling."""

    value: Decimal
    range_low: Decimal
    range_high: Decimal | None
    holes: int


@dataclass(frozen=True)
class StackingResult:
    chosen: tuple[Chosen, ...]
    dropped: tuple[Dropped, ...]
    undecided: tuple[str, ...]
    total: Total


def combine(findings: Iterable[Finding], *, received: Mapping[str, Decimal] = MappingProxyType({})) -> StackingResult:
    """Apply the stacking groups to the findings of one firm.

    `received` is what the firm already had per group, in 元, for groups with a ceiling. Findings that pay nothing are
    left out. The order of the findings makes no difference.
    """
    paying = sorted((each for each in findings if each.amount.kind != "none"), key=lambda each: each.rule_code)
    groups: dict[str, list[Finding]] = {}
    for each in paying:
        groups.setdefault(each.stacking.group if each.stacking else f"\0{each.rule_code}", []).append(each)
    chosen: list[Chosen] = []
    dropped: list[Dropped] = []
    undecided: list[str] = []
    for name, members in groups.items():
        stacking = members[0].stacking
        if stacking is not None and stacking.mode in BEST_OF:
            _best(stacking, members, chosen, dropped, undecided)
        elif stacking is not None and stacking.mode in CAPPED:
            _capped(stacking, members, received.get(name, NOTHING), chosen, dropped)
        else:
            chosen += [Chosen(each, *_span(each), "可叠加" if stacking else "不与其他奖补冲突") for each in members]
    return StackingResult(tuple(chosen), tuple(dropped), tuple(undecided), _total(chosen))


def _span(finding: Finding) -> tuple[Decimal, Decimal | None]:
    amount = finding.amount
    if amount.kind == "hole":
        return NOTHING, None
    return amount.low or NOTHING, amount.high


def _best(
    stacking: StackingFinding,
    members: list[Finding],
    chosen: list[Chosen],
    dropped: list[Dropped],
    undecided: list[str],
) -> None:
    """The one that pays most; where ranges or holes overlap, the highest possible one, and the doubt is stated."""
    best = max(members, key=_worth)
    low, high = _span(best)
    rivals = [each for each in members if each is not best]
    for each in rivals:
        rival_low, rival_high = _span(each)
        low = max(low, rival_low)
        if rival_high is None or rival_high > (best.amount.low or NOTHING):
            high = None if high is None or rival_high is None else max(high, rival_high)
            undecided.append(f"“{stacking.group}”中“{best.rule_name}”与“{each.rule_name}”孰高，要等金额确定")
        dropped.append(Dropped(each, f"“{stacking.group}”{stacking.mode}，已取“{best.rule_name}”"))
    why = f"“{stacking.group}”{stacking.mode}，取最高的一项" if rivals else f"“{stacking.group}”只有这一项"
    chosen.append(Chosen(best, low, high, why))


def _worth(finding: Finding) -> tuple[bool, Decimal, bool, Decimal, str]:
    low, high = _span(finding)
    return finding.amount.kind != "hole", low, high is None, high or NOTHING, finding.rule_code


def _capped(
    stacking: StackingFinding, members: list[Finding], received: Decimal, chosen: list[Chosen], dropped: list[Dropped]
) -> None:
    """Everything, until the ceiling less what was already received is used up; the largest come first."""
    room_low = room_high = max((stacking.cap or NOTHING) - received, NOTHING)
    said = f"“{stacking.group}”{stacking.mode}{show_money(stacking.cap or NOTHING)}"
    said += f"，此前已得{show_money(received)}" if received else ""
    for each in sorted(members, key=_worth, reverse=True):
        low, high = _span(each)
        if room_high <= 0:
            dropped.append(Dropped(each, f"{said}，额度已用完"))
            continue
        taken_low, taken_high = min(low, room_low), room_high if high is None else min(high, room_high)
        chosen.append(Chosen(each, taken_low.quantize(CENTS), taken_high.quantize(CENTS), said))
        # What is paid at most leaves the least room for the next, and the other way about.
        room_low, room_high = max(room_low - taken_high, NOTHING), max(room_high - taken_low, NOTHING)


def _total(chosen: list[Chosen]) -> Total:
    values = [each.low for each in chosen if each.finding.amount.kind != "hole" and each.low == each.high]
    ranges = [each for each in chosen if each.finding.amount.kind != "hole" and each.low != each.high]
    highs = [each.high for each in ranges]
    known = [high for high in highs if high is not None]
    return Total(
        value=sum(values, NOTHING),
        range_low=sum((each.low for each in ranges), NOTHING),
        range_high=sum(known, NOTHING) if len(known) == len(highs) else None,
        holes=sum(each.finding.amount.kind == "hole" for each in chosen),
    )
