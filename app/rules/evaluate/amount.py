"""What an incentive pays: exact to the 分, a range where something is open, a hole where the policy leaves it so."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, reduce

from app.rules.answer import Answer
from app.rules.evaluate.run import OutOfStepsError, Run, Trace
from app.rules.finding import NO_AMOUNT, AmountFinding, HoleFinding, PortionFinding, StackingFinding
from app.rules.interval import ANYTHING, Bound, Infinity, Interval, add, largest, multiply, point, smallest
from app.rules.language import Expr, Number
from app.rules.render import render
from app.rules.rule import Amount, Instalment, Share, Stacking
from app.rules.values import show_money

ZERO = point(0)


@lru_cache(maxsize=4096)
def to_cents(bound: Bound) -> Decimal | None:
    """An exact number of 元 rounded half up to the 分, once, at the very end; None for no bound at all."""
    if isinstance(bound, Infinity):
        return None
    cents = bound * 100 if isinstance(bound, int) else (bound * 100 + Fraction(1, 2)).__floor__()
    return Decimal(cents).scaleb(-2)


def find_amount(run: Run, amount: Amount | None, answer: Answer) -> AmountFinding:
    """The amount that goes with an answer; `run` supplies the facts.

    不符合 pays nothing. 待核 pays anything from nought to what it would pay if met. A discretionary amount (不超过,
    最高) is a range from nought, never a promise.
    """
    if amount is None or answer is Answer.UNMET:
        return NO_AMOUNT
    run.trace, run.comparisons, run.parts, run.silent, run.steps = Trace(), [], [], True, 0
    if amount.value is None and amount.hole is not None and amount.cap is None:
        return _finish(run, amount, "hole", None, [amount.hole.reason or "金额待定"])
    trace: list[str] = []
    try:
        paid = _limited(run, amount, trace)
    except OutOfStepsError:
        run.doubt("计算步数超过上限")
        paid = Interval(0, ANYTHING.high)
    paid = largest([paid, ZERO])
    if amount.discretionary or answer is Answer.UNKNOWN or amount.value is None:
        why = "条件尚待核实" if answer is Answer.UNKNOWN else "金额由主管部门在上限内核定"
        trace.append(f"{why}，下限按0计")
        paid = Interval(0, paid.high)
    return _finish(run, amount, "value" if paid.exact else "range", paid, trace)


def find_stacking(run: Run, stacking: Stacking | None) -> StackingFinding | None:
    """The stacking group of a version, its ceiling worked out."""
    if stacking is None:
        return None
    run.steps = 0
    cap = to_cents(run.number(stacking.cap).high) if stacking.cap is not None else None
    return StackingFinding(stacking.group, stacking.mode, cap)


def _limited(run: Run, amount: Amount, trace: list[str]) -> Interval:
    """The value under its cap; less than the floor is not paid."""
    paid = Interval(0, ANYTHING.high)
    if amount.value is not None:
        paid = run.number(amount.value)
        fixed = isinstance(amount.value, Number)
        trace.append(f"定额{_show(paid)}" if fixed else f"{render(amount.value)} = {_show(paid)}")
    if amount.cap is not None:
        cap = run.number(amount.cap)
        paid = smallest([paid, cap])
        trace.append(f"不超过{_show(cap)}，得{_show(paid)}")
    if amount.floor is not None:
        floor = run.number(amount.floor)
        paid = _above(paid, floor)
        trace.append(f"低于{_show(floor)}的不予兑付，得{_show(paid)}")
    return paid


def _above(paid: Interval, floor: Interval) -> Interval:
    if paid.high < floor.low:
        return ZERO
    return paid if paid.low >= floor.high else Interval(min(paid.low, 0), paid.high)


def _show(interval: Interval) -> str:
    low, high = to_cents(interval.low), to_cents(interval.high)
    if low is not None and low == high:
        return show_money(low)
    return f"{show_money(low) if low is not None else '不限'}至{show_money(high) if high is not None else '不限'}"


def _finish(run: Run, amount: Amount, kind: str, paid: Interval | None, trace: Iterable[str]) -> AmountFinding:
    hole = HoleFinding(amount.hole.reason, amount.hole.waits_for) if amount.hole else None
    return AmountFinding(
        kind=kind,
        low=to_cents(paid.low) if paid else None,
        high=to_cents(paid.high) if paid else None,
        trace=(*trace, *([f"专款用途：{amount.purpose}"] if amount.purpose else [])),
        shares=_portions(run, amount.shares, paid) if paid else (),
        instalments=_portions(run, amount.instalments, paid) if paid else (),
        hole=hole,
        missing=tuple(run.trace.missing.values()),
        reasons=tuple(run.trace.reasons),
    )


def _portions(
    run: Run, given: tuple[Share, ...] | tuple[Instalment, ...], paid: Interval
) -> tuple[PortionFinding, ...]:
    """The portions, each exact to the 分; the last takes what rounding leaves, so that they add up to the whole."""
    found: list[PortionFinding] = []
    for each in given:
        part = run.number(each.part)
        piece = multiply(paid, part)
        low, high = to_cents(piece.low), to_cents(piece.high)
        if each is given[-1] and add(reduce(add, [one.part for one in found], ZERO), part) == point(1):
            low, high = (
                _rest(to_cents(paid.low), [one.low for one in found]),
                _rest(to_cents(paid.high), [one.high for one in found]),
            )
        name = each.payer if isinstance(each, Share) else each.when
        found.append(PortionFinding(name, part, low or Decimal("0.00"), high, _gate(run, each)))
    return tuple(found)


def _rest(whole: Decimal | None, pieces: Iterable[Decimal | None]) -> Decimal | None:
    if whole is None:
        return None
    return whole - sum((piece for piece in pieces if piece is not None), Decimal("0.00"))


def _gate(run: Run, each: Share | Instalment) -> Answer | None:
    gate: Expr | None = each.gate if isinstance(each, Instalment) else None
    return run.quiet_test(gate) if gate is not None else None
