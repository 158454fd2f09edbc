"""An incentive in the fields of its form: the amount in words, and a draft rule as the rule book would write it."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from app.core import clock, text
from app.facts.vocabulary import vocabulary
from app.library.forms import LONGEST_DRAFT
from app.policytext.incentives.incentive import AmountKind, AwardAmount, Incentive, TermKind

if TYPE_CHECKING:
    from app.policytext.clauses.front import Front

LEAST_IN_TEN_THOUSANDS = 1_000
UNNAMED = "（未写明对象）"
LONGEST = {
    "beneficiary": 200,
    "amount": 200,
    "limits": 200,
    "condition": 4000,
    "draft": LONGEST_DRAFT,
    "open_questions": 4000,
}


def incentive_body(incentive: Incentive, front: "Front") -> dict[str, Any]:
    """An incentive in the fields of its form; sums as people write them."""
    from app.policytext.incentives.draft import draft_rule  # noqa: PLC0415 - part of the reader

    rule = draft_rule(incentive, vocabulary(), code="draft", starts=_starts(front))
    said = {
        "beneficiary": incentive.beneficiary or UNNAMED,
        "condition": "；".join(incentive.conditions),
        "amount": amount_in_words(incentive.amount),
        "limits": "；".join(_limits(incentive)),
        "draft": yaml.safe_dump(dict(rule.data), allow_unicode=True, sort_keys=False),
        "open_questions": "\n".join(rule.questions),
    }
    return {name: value[: LONGEST[name]].strip() for name, value in said.items()}


def _starts(front: "Front") -> date:
    return front.force.starts or front.issued or (date(front.starts, 1, 1) if front.starts else clock.today())


def amount_in_words(amount: AwardAmount) -> str:
    """“每家 20 万元”, “研发费用的 10%，最高 100 万元”, “未写金额，待《…》”."""
    parts = [_main(amount)]
    if amount.cap is not None and not (_is_span(amount) and amount.kind is AmountKind.CEILING):
        parts.append(f"{amount.cap_for}最高 {_sum(amount.cap)}")
    if amount.waits_for:
        parts.append(f"待“{amount.waits_for}”")
    return "，".join(part for part in parts if part) or AmountKind.UNSPECIFIED.value


def _main(amount: AwardAmount) -> str:
    if _is_span(amount):
        ends = "至 ".join(_rate_or_sum(tier.value) for tier in amount.tiers)
        return f"{amount.base}的 {ends}" if amount.kind is AmountKind.PERCENT else ends
    if amount.tiers:
        return "；".join(f"{tier.words} {_rate_or_sum(tier.value)}" for tier in amount.tiers)
    if amount.rate is not None:
        return f"{amount.base}的 {text.percent(amount.rate)}"
    if amount.value is not None:
        return f"{amount.per}{_sum(amount.value)}"
    return "" if amount.kind is AmountKind.CEILING else amount.kind.value


def _is_span(amount: AwardAmount) -> bool:
    """Whether the plan says only between what an amount lies: its tiers are the two ends."""
    return bool(amount.tiers) and amount.kind in {AmountKind.PERCENT, AmountKind.CEILING}


def _rate_or_sum(value: Decimal) -> str:
    return text.percent(value) if value < 1 else _sum(value)


def _sum(yuan: Decimal) -> str:
    return f"{(yuan / 10_000).normalize():f} 万元" if yuan >= LEAST_IN_TEN_THOUSANDS else f"{yuan.normalize():f} 元"


def _limits(incentive: Incentive) -> list[str]:
    said = [(incentive.one_time, "一次性"), (incentive.case_by_case, "一事一议"), (incentive.discretionary, "只有上限")]
    terms = [term.words for term in incentive.terms if term.kind is not TermKind.ELIGIBILITY]
    return [words for holds, words in said if holds] + list(dict.fromkeys(terms))
