"""The awards a firm has earned or may earn: how much, what that waits for, and what is still needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.checks.check import Result
from app.plans.prospects import awards
from app.plans.shown import award_amount
from app.portal.ladder import Need, needs_of
from app.rules import Answer

# An award out of reach is still named while no more than so many conditions stand in the way.
NEAR = 2
ORDER = (Answer.MET, Answer.UNKNOWN, Answer.UNMET)


@dataclass(frozen=True)
class Award:
    """An award that is certain, open, or nearly fulfilled; `amount` is empty where nothing can be said of it."""

    name: str
    answer: Answer
    amount: str
    needs: tuple[Need, ...]
    clause: str


def awards_of(results: Sequence[Result], day: date) -> tuple[list[Award], int]:
    """The awards in force, the most certain first, and how many others are out of reach."""
    found = [_award(each, day) for each in results if each.finding.in_force]
    near = [each for each in found if each.answer is not Answer.UNMET or len(each.needs) <= NEAR]
    near.sort(key=lambda each: (ORDER.index(each.answer), len(each.needs)))
    return near, len(found) - len(near)


def _award(result: Result, day: date) -> Award:
    finding, clause = result.finding, result.entry.rule.clause or ""
    needs = () if finding.answer is Answer.MET else needs_of(finding)
    basis = f"{result.entry.policy.get('title', '')} {clause}".strip()
    return Award(finding.rule_name, finding.answer, _amount(result, day), needs, basis)


def _amount(result: Result, day: date) -> str:
    """What would be paid; of one that is not earned yet only whether the policy leaves the amount open."""
    told = awards([result])
    if told and told[0]["kind"] != "none":
        return award_amount(told[0])
    version = result.entry.rule.version_on(day)
    hole = version.amount.hole if version and version.amount else None
    if hole is None:
        return ""
    return f"金额待定（待{hole.waits_for}明确）" if hole.waits_for else "金额待定"
