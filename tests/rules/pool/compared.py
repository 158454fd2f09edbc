"""A pool judged in columns, held against the same firms judged one by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.rules import Anchors, Answer, FactSheet, Rule, Vocabulary, evaluate
from app.rules.pool import PoolResult, from_sheets, judge_pool

SHOWN = {Answer.MET: True, Answer.UNMET: False, Answer.UNKNOWN: None}


def judged(
    rules: Sequence[Rule], sheets: Mapping[Any, FactSheet], anchors: Anchors, vocabulary: Vocabulary
) -> PoolResult:
    return judge_pool(rules, from_sheets(vocabulary, dict(sheets)), anchors, exact=lambda firm: sheets[firm])


def differences(
    result: PoolResult, rules: Sequence[Rule], sheets: Mapping[Any, FactSheet], anchors: Anchors
) -> Iterator[str]:
    """Every firm and rule on which the two disagree."""
    for rule in rules:
        answers, amounts = result.answers(rule.code).to_list(), result.amounts(rule.code).rows()
        for (firm, sheet), answer, amount in zip(sheets.items(), answers, amounts, strict=True):
            wanted = alone(rule, sheet, anchors)
            if wanted != (answer, amount):
                yield f"{rule.code}, {firm}: alone {wanted}, in the pool {(answer, amount)}"


def alone(rule: Rule, sheet: FactSheet, anchors: Anchors) -> tuple[bool | None, tuple[str, int | None, int | None]]:
    """The answer, and the amount as its kind and ends in 分."""
    finding = evaluate(rule, sheet, anchors)
    low, high = (None if each is None else int(each * 100) for each in (finding.amount.low, finding.amount.high))
    return SHOWN[finding.answer], (finding.amount.kind, low, high)
