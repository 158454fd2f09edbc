"""A rule before and after over the pool: for each firm two answers, two amounts, and what has shifted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from app.rules import Anchors, Rule
from app.simulations.models import AmountKind, Judged, Shift

if TYPE_CHECKING:
    from app.checks.pool import Pool
    from app.rules.pool import PoolResult

ANSWERS = {True: Judged.MET, False: Judged.UNMET, None: Judged.UNKNOWN}


class Side(NamedTuple):
    """What one firm gets on one side; amounts in 分, None where there is none, no `high` without a ceiling."""

    answer: Judged
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Computed:
    """Both sides of every firm in the order of the pool; the kinds of amounts; whether either is in force."""

    before: list[Side]
    after: list[Side]
    amounts: tuple[AmountKind, AmountKind]
    in_force: tuple[bool, bool]


def compute(pool: "Pool", rule: Rule, changed: Rule, anchors: Anchors) -> Computed:
    """The rule and its changed copy, which has the same code, judged over the pool by the columnar evaluator."""
    from app.rules.pool import judge_pool  # noqa: PLC0415 - brings polars

    before = judge_pool([rule], pool.frame, anchors, exact=pool.sheets)
    after = before.with_rule(changed)
    return Computed(
        before=list(_sides(before, rule, anchors)),
        after=list(_sides(after, changed, anchors)),
        amounts=(_kind(before, rule), _kind(after, changed)),
        in_force=(_in_force(rule, anchors), _in_force(changed, anchors)),
    )


def shift_of(before: Side, after: Side) -> Shift:
    """What has changed for a firm: first its answer, then what it is paid."""
    if before.answer is after.answer:
        return _shift_of_amount(before, after)
    match after.answer:
        case Judged.MET:
            return Shift.GAINED
        case Judged.UNKNOWN:
            return Shift.OPENED
        case Judged.UNMET:
            return Shift.LOST if before.answer is Judged.MET else Shift.CLOSED


def rows_of(pool: "Pool", computed: Computed) -> Iterator[dict[str, Any]]:
    """A row for each firm in the order of the pool, as both a simulation and a preview keep it."""
    for firm, before, after in zip(pool.firms, computed.before, computed.after, strict=True):
        yield {
            "firm_id": firm.id,
            "firm_name": firm.name,
            "unit_name": firm.unit,
            "before": before.answer,
            "after": after.answer,
            "shift": shift_of(before, after),
            "low_before": before.low,
            "high_before": before.high,
            "low_after": after.low,
            "high_after": after.high,
        }


def _shift_of_amount(before: Side, after: Side) -> Shift:
    """An amount that is open on one side is neither more nor less, but it is not the same either."""
    if before[1:] == after[1:]:
        return Shift.SAME
    if before.low is None:
        return Shift.PRICED
    if after.low is None:
        return Shift.UNPRICED
    return Shift.MORE if _weight(after) > _weight(before) else Shift.LESS


def _weight(side: Side) -> tuple[bool, int, int]:
    """Orders ranges by their middle, then by what is certain; one without a ceiling weighs most."""
    low = side.low or 0
    return side.high is None, low + (side.high or 0), low


def _sides(result: "PoolResult", rule: Rule, anchors: Anchors) -> Iterator[Side]:
    if not _in_force(rule, anchors):
        # Nobody can be granted anything by a rule that is not in force.
        yield from (Side(Judged.UNMET, None, None) for _ in range(result.frame.height))
        return
    answers, amounts = result.answers(rule.code), result.amounts(rule.code)
    for answer, low, high in zip(answers, amounts["low"], amounts["high"], strict=True):
        yield Side(ANSWERS[answer], low, high)


def _kind(result: "PoolResult", rule: Rule) -> AmountKind:
    return AmountKind.of(result.rules[rule.code].kind)


def _in_force(rule: Rule, anchors: Anchors) -> bool:
    return rule.version_on(anchors.policy_on) is not None
