"""Holding a finding against what a case expects."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from app.rules.bench.case import Case, Expectation
from app.rules.evaluate import evaluate
from app.rules.finding import Anchors, Finding
from app.rules.interval import INFINITY, Interval
from app.rules.rule import Rule
from app.rules.values import plain, read_number

CONDITIONS = {"met": "符合", "fails": "不符合", "open": "待核"}
HOLE = "待定"
WAN = Decimal(10_000)


def finding_of(case: Case, rule: Rule) -> Finding:
    """The engine's finding of a rule on a case, judged on the day of the case. ValueError as by `Case.sheet`."""
    return evaluate(rule, case.sheet, Anchors(case.on, case.on))


def complaints(case: Case, finding: Finding) -> Iterator[str]:
    """Every difference between what the case expects and what was found, in Chinese; amounts in 元."""
    wanted = case.expect
    if wanted.answer is not None and finding.answer.value != wanted.answer:
        yield f"结论应为{wanted.answer}，得{finding.answer.value}：{_answers(finding)}"
    found = {each.id: each.answer.value for each in finding.conditions}
    for part, answer in CONDITIONS.items():
        for name in getattr(wanted, part):
            if found.get(name, "（没有这条）") != answer:
                yield f"条件{name}应为{answer}，得{found.get(name, '（没有这条）')}"
    for label in wanted.missing:
        if not any(label in each.what for each in finding.missing):
            yield f"缺项应含{label}，得{[each.what for each in finding.missing]}"
    scores = {each.name: each.value for each in finding.scores} | {each.name: each.value for each in finding.totals}
    for name, text in wanted.scores.items():
        if scores.get(name) != span(text, ""):
            yield f"{name}应为{text}，得{scores.get(name, '（没有这项）')}"
    if wanted.amount is not None and paid(finding) != payment(wanted.amount):
        yield f"金额应为{wanted.amount}，得{said(finding)}"


def expectation_of(finding: Finding) -> Expectation:
    """What was found, as a case would expect it: the answer, each condition that does not hold, and the amount."""
    by_answer = {
        part: tuple(each.id for each in finding.conditions if each.answer.value == answer)
        for part, answer in CONDITIONS.items()
    }
    return Expectation(finding.answer.value, said(finding) or None, (), by_answer["fails"], by_answer["open"])


def paid(finding: Finding) -> Interval | str:
    """What a finding pays: a range in 元, 待定 for an amount the document leaves open, empty where it pays nothing."""
    amount = finding.amount
    if amount.hole is not None:
        return HOLE
    if amount.low is None:
        return ""
    return Interval(Fraction(amount.low), INFINITY if amount.high is None else Fraction(amount.high))


def said(finding: Finding) -> str:
    """What a finding pays as a case writes it: “20万元”, “0~500元”, “0元起”, 待定; empty where it pays nothing."""
    amount = finding.amount
    if amount.hole is not None or amount.low is None:
        return HOLE if amount.hole is not None else ""
    scale, unit = (WAN, "万元") if (amount.high or amount.low) >= WAN else (Decimal(1), "元")
    if amount.high is None:
        return f"{plain(amount.low / scale)}{unit}起"
    low = "" if amount.low == amount.high else f"{plain(amount.low / scale)}~"
    return f"{low}{plain(amount.high / scale)}{unit}"


def payment(text: object) -> Interval | str:
    """An expected amount, as `paid` gives it. ValueError where it is none."""
    return HOLE if text == HOLE else span(text, "元")


def span(text: object, unit: str) -> Interval:
    """“30~50万元”, “0元起”, “8” or “7~8” as an interval; the scale of the upper end holds for the lower one.

    Raises:
        ValueError: it is not a number of this unit.
    """
    written = str(text)
    if written.endswith("起"):
        return Interval(Fraction(read_number(written.removesuffix("起"), unit)), INFINITY)
    low, _, high = written.rpartition("~")
    scale = "万元" if high.endswith("万元") and unit else ""
    top = Fraction(read_number(high, unit))
    return Interval(Fraction(read_number(f"{low}{scale}", unit)) if low else top, top)


def _answers(finding: Finding) -> str:
    return "、".join(f"{each.id}{each.answer.value}" for each in finding.conditions)
