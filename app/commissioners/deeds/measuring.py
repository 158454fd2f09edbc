"""Judging one person's year by rules: the grade that its measures give, and whether the allowance is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.commissioners.deeds.declared import grade_rules
from app.commissioners.deeds.models import Appraisal, Grade
from app.commissioners.deeds.queries import mean
from app.commissioners.deeds.terms import ServiceRecord
from app.core import clock
from app.rules import Anchors, Answer, FactSheet, Finding, KnownFact, evaluate

COUNTS = {"firms": "firms", "visits": "visits", "needs": "needs", "solved": "solved", "late": "late", "deeds": "deeds"}
SOURCE = "服务记录"


@dataclass(frozen=True)
class Measured:
    """The grade that the measures give (None: they cannot decide), and every grade's finding, the highest first."""

    grade: Grade | None
    findings: Mapping[Grade, Finding]


def sheet_of(record: ServiceRecord, points: Sequence[int], appraisal: Appraisal | None, year: int) -> FactSheet:
    """The facts of one person's year; what is not known, a mean of few ratings or a grade to come, is not in it."""
    day = last_day(year)
    facts = [_fact(code, Decimal(record.number(measure)), SOURCE, day) for code, measure in COUNTS.items()]
    firms, average = record.number("firms"), mean(points)
    if firms:
        facts.append(_fact("reach", Decimal(record.number("visited")) / firms, SOURCE, day))
    if average is not None:
        facts.append(_fact("rating", average, "派驻企业评价", day))
    if appraisal is not None:
        settled_on = clock.local_day(appraisal.decided_at) if appraisal.decided_at else day
        facts.append(_fact("grade", appraisal.grade.label, "区科技局核定", settled_on))
    return FactSheet(facts)


def last_day(year: int) -> date:
    """The day on which a year is judged: its last, or today while it lasts."""
    return min(date(year, 12, 31), clock.today())


def anchors(year: int) -> Anchors:
    return Anchors(last_day(year), last_day(year))


def measured(sheet: FactSheet, year: int) -> Measured:
    """The highest grade whose measures are met; the lowest where not even those of the one above it are."""
    findings = {grade: evaluate(rule, sheet, anchors(year)) for grade, rule in grade_rules().items()}
    for grade, finding in findings.items():
        if finding.answer is Answer.MET:
            return Measured(grade, findings)
    last = list(findings.values())[-1]
    return Measured(Grade.FAILED if last.answer is Answer.UNMET else None, findings)


def _fact(code: str, value: Decimal | str, source: str, day: date) -> KnownFact:
    return KnownFact(code, None, value, source, day, code)
