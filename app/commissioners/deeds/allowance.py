"""补助: who is due the yearly allowance by the clause of the district's plan; what it leaves open stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.commissioners.deeds import queries
from app.commissioners.deeds.measuring import anchors, sheet_of
from app.commissioners.deeds.models import Appraisal
from app.commissioners.deeds.terms import ServiceRecord
from app.commissioners.models import Commissioner
from app.facts.vocabulary import COMMISSIONER
from app.policies.queries import Entry, rule_book
from app.rules import Answer, FactSheet, Finding, evaluate

ORDER = (Answer.MET, Answer.UNKNOWN, Answer.UNMET)


@dataclass(frozen=True)
class Due:
    """One person judged by one clause, and the grade it rests on, if there is one."""

    person: Commissioner
    record: ServiceRecord
    appraisal: Appraisal | None
    finding: Finding


def clauses(db: Session) -> list[Entry]:
    """The rules that bind here and pay commissioners."""
    entries = rule_book(db).entries
    return [each for each in entries if each.applies_here and each.rule.beneficiary == COMMISSIONER]


def judge(db: Session, sheet: FactSheet, year: int) -> list[Finding]:
    """One person's year by every such clause."""
    return [evaluate(each.rule, sheet, anchors(year)) for each in clauses(db)]


def due_in(db: Session, year: int) -> list[tuple[Entry, list[Due]]]:
    """Every clause with everybody who served in a year: 符合 first, then 待核, then 不符合."""
    records, grades = queries.records_in(db, year), queries.settled_in(db, year)
    points = queries.points_by_person(db, year)
    found = []
    for entry in clauses(db):
        rows = [_due(entry, each, grades, points, year) for each in records]
        found.append((entry, sorted(rows, key=lambda row: ORDER.index(row.finding.answer))))
    return found


def answers(rows: Sequence[Due]) -> dict[Answer, int]:
    return {answer: sum(row.finding.answer is answer for row in rows) for answer in ORDER}


def _due(
    entry: Entry,
    served: tuple[Commissioner, ServiceRecord],
    grades: Mapping[int, Appraisal],
    points: Mapping[int, Sequence[int]],
    year: int,
) -> Due:
    person, record = served
    appraisal = grades.get(person.id)
    sheet = sheet_of(record, points.get(person.id, ()), appraisal, year)
    return Due(person, record, appraisal, evaluate(entry.rule, sheet, anchors(year)))
