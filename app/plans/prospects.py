"""What a firm stands to gain and to lose on its way: awards, titles that end, thresholds that a larger firm meets."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.checks.check import Result
from app.core import text
from app.plans.reach import in_the_way
from app.rules import Anchors, Answer, FactSheet, KnownFact, Rule, evaluate
from app.rules.language import Bands, Fact, Node, Number, walk
from app.rules.rule import RuleVersion
from app.titles.models import Title

# A band further away than this many times the figure of today is no risk of this plan.
FARTHEST = Decimal(2)
AHEAD_DAYS = 365


def awards(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Every award in force that is not paid for certain yet: its answer, what it still needs, its clause."""
    return [_award(each) for each in results if each.finding.in_force]


def expiring(titles: Sequence[Title], *, today: date, declares_on: date) -> list[str]:
    """The titles that end before the declaration, or within a year, as sentences."""
    last = max(declares_on, date.fromordinal(today.toordinal() + AHEAD_DAYS))
    ends = [(each.valid_until, each) for each in titles if each.valid_until and today <= each.valid_until <= last]
    ordered = sorted(ends, key=lambda pair: (pair[0], pair[1].id))
    return [f"{each}将于{text.day(until)}到期，须提前安排续办" for until, each in ordered]


def band_jumps(rule: Rule, sheet: FactSheet, anchors: Anchors) -> list[str]:
    """What a figure that grows into its next band would cost: found by judging the firm again with the larger figure.

    The sheet is the firm as the plan leaves it, so a condition that the plan mends is watched as well.
    """
    version = rule.version_on(anchors.policy_on)
    if version is None:
        return []
    before = evaluate(rule, sheet, anchors)
    fine = {each.id for each in before.conditions} - set(in_the_way(before))
    found: list[str] = []
    for fact, known, limit in _steps(version, sheet):
        more = KnownFact(fact.kind.code, known.year, limit, known.source, anchors.facts_on, "band")
        after = evaluate(rule, sheet.with_facts(more), anchors)
        lost = [each for each in after.conditions if each.id in fine and each.id in in_the_way(after)]
        year = f"{known.year}年度" if known.year else ""
        into = f"{year}{fact.kind.label}增加到 {fact.kind.show(limit)} 时进入下一档"
        found += [f"{into}，“{each.wording}”将变为{each.answer.value}" for each in lost]
    return list(dict.fromkeys(found))


def _award(result: Result) -> dict[str, Any]:
    finding = result.finding
    amount = finding.amount
    waits = amount.hole.waits_for if amount.hole else ""
    blocking = set(in_the_way(finding)) if finding.answer is not Answer.MET else set()
    return {
        "code": finding.rule_code,
        "name": finding.rule_name,
        "answer": finding.answer.code,
        "kind": amount.kind,
        "low": None if amount.low is None else str(amount.low),
        "high": None if amount.high is None else str(amount.high),
        "waits_for": waits,
        "needs": [each.wording for each in finding.conditions if each.id in blocking],
        "clause": f"{result.entry.policy.get('title', '')} {result.entry.rule.clause or ''}".strip(),
    }


def _steps(version: RuleVersion, sheet: FactSheet) -> Iterator[tuple[Fact, KnownFact, Decimal]]:
    """Every banded figure that is known, with the least value that lies in the next band above it."""
    seen: set[tuple[str, Decimal]] = set()
    for node in _banded(version):
        fact = next((each for each in walk(node.subject) if isinstance(each, Fact)), None)
        if fact is None or fact is not node.subject:
            continue
        known = _latest(sheet, fact.kind.code)
        value = known.value if known else None
        if known is None or not isinstance(value, Decimal):
            continue
        for limit in _limits(node, value):
            if (fact.kind.code, limit) not in seen:
                seen.add((fact.kind.code, limit))
                yield fact, known, limit
            break


def _banded(version: RuleVersion) -> Iterator[Bands]:
    for expression in version.expressions():
        yield from (node for node in walk(expression) if isinstance(node, Bands))


def _limits(node: Bands, value: Decimal) -> list[Decimal]:
    """The least values of the bands above a value, nearest first, within reach."""
    found = []
    for band in node.bands:
        limit = _number(band.limit)
        if limit is not None:
            # “≤5000万元” is left by one step more, “<” and “≥” at the limit itself.
            found.append(limit + 1 if band.operator in ("<=", ">") else limit)
    return sorted(each for each in found if value < each <= value * FARTHEST)


def _number(limit: Node) -> Decimal | None:
    return limit.value if isinstance(limit, Number) else None


def _latest(sheet: FactSheet, code: str) -> KnownFact | None:
    """The newest known value of a figure."""
    known = [each for each in sheet.facts if each.kind == code]
    return max(known, key=lambda each: each.year or 0, default=None)
