"""Holding a finding against what a case expects."""

from collections.abc import Iterator
from fractions import Fraction

from app.rules import Rule, evaluate
from app.rules.finding import Anchors, Finding
from app.rules.interval import INFINITY, Interval
from app.rules.values import read_number
from tests.rulebook.casebook import Case, rule

CONDITIONS = {"met": "符合", "fails": "不符合", "open": "待核"}


def finding_of(case: Case, judged: Rule | None = None) -> Finding:
    """The engine's finding on a case, by the rule of the book or a changed one."""
    return evaluate(judged or rule(case.rule), case.sheet, Anchors(case.on, case.on))


def complaints(case: Case, finding: Finding) -> Iterator[str]:
    """Every difference between what the case expects and what was found."""
    wanted = case.expect
    if wanted.answer is not None and finding.answer.value != wanted.answer:
        yield f"结论应为{wanted.answer}，得{finding.answer.value}：{_answers(finding)}"
    for part, answer in CONDITIONS.items():
        for name in getattr(wanted, part):
            if finding.condition(name).answer.value != answer:
                yield f"条件{name}应为{answer}，得{finding.condition(name).answer.value}"
    for label in wanted.missing:
        if not any(label in each.what for each in finding.missing):
            yield f"缺项应含{label}，得{[each.what for each in finding.missing]}"
    for name, text in wanted.scores.items():
        if score_of(finding, name) != span(text, ""):
            yield f"{name}应为{text}，得{score_of(finding, name)}"
    if wanted.amount is not None and paid(finding) != payment(wanted.amount):
        yield f"金额应为{wanted.amount}，得{paid(finding)}"


def score_of(finding: Finding, name: str) -> Interval:
    scores = {each.name: each.value for each in finding.scores} | {each.name: each.value for each in finding.totals}
    return scores[name]


def paid(finding: Finding) -> Interval | str:
    """What the finding pays: a range in 元, or 待定 for an amount the document leaves open."""
    amount = finding.amount
    if amount.hole is not None:
        return "待定"
    assert amount.low is not None, "没有金额"
    return Interval(Fraction(amount.low), INFINITY if amount.high is None else Fraction(amount.high))


def payment(text: object) -> Interval | str:
    return "待定" if text == "待定" else span(text, "元")


def span(text: object, unit: str) -> Interval:
    """“30~50万元”, “0元起”, “8” or “7~8” as an interval; the scale of the upper end holds for the lower one."""
    written = str(text)
    if written.endswith("起"):
        return Interval(Fraction(read_number(written.removesuffix("起"), unit)), INFINITY)
    low, _, high = written.rpartition("~")
    scale = "万元" if high.endswith("万元") and unit else ""
    top = Fraction(read_number(high, unit))
    return Interval(Fraction(read_number(f"{low}{scale}", unit)) if low else top, top)


def _answers(finding: Finding) -> str:
    return "、".join(f"{each.id}{each.answer.value}" for each in finding.conditions)
