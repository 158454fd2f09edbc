"""What no measure can do in time: a proof by the evaluator itself, where a search that finds nothing proves nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from app.rules.answer import Answer
from app.rules.evaluate import answer_of
from app.rules.finding import Anchors
from app.rules.kinds import Lever
from app.rules.rule import Rule, RuleVersion
from app.rules.sheet import FactSheet

STEP = timedelta(days=30)


def is_ruled_out(rule: Rule, sheet: FactSheet, anchors: Anchors, *, months: int, until: date) -> bool:
    """Whether a rule stays 不符合 whatever a firm does in at most `months` months, declaring on any day to `until`.

    Every figure whose lever takes no longer counts as unknown, in every year, and nobody vouches any more for a
    collection to which records can be added in that time: unknown is then worth everything the measures could make of
    it, and an evaluator whose definite answers hold for every completion answers 不符合 only if all of them do. 申报日
    is tried today, on the last day, and every thirty days between. False says nothing: there may still be no way.
    """
    version = rule.version_on(anchors.policy_on)
    if version is None:
        return False
    loosened = _loosened(version, sheet, months)
    days = _days(anchors.facts_on, until)
    return all(answer_of(rule, loosened, replace(anchors, facts_on=day)) is Answer.UNMET for day in days)


def _loosened(version: RuleVersion, sheet: FactSheet, months: int) -> FactSheet:
    words = version.vocabulary
    return FactSheet(
        facts=[each for each in sheet.facts if not _moves(words.facts[each.kind].lever, months)],
        records=sheet.records,
        vouches=[each for each in sheet.vouches if not _moves(words.collections[each.collection].lever, months)],
    )


def _moves(lever: Lever | None, months: int) -> bool:
    return lever is not None and lever.lead_months <= months


def _days(first: date, last: date) -> Iterator[date]:
    """The last day early: it is the one that most often leaves something open."""
    yield first
    if first < last:
        yield last
    day = first + STEP
    while day < last:
        yield day
        day += STEP
