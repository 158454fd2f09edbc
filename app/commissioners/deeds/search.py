"""The list of all service records of a year: its year and order, kept in its address."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.commissioners.deeds import queries
from app.commissioners.deeds.measuring import measured, sheet_of
from app.commissioners.deeds.models import Grade
from app.commissioners.deeds.terms import ServiceRecord
from app.commissioners.models import Commissioner
from app.core.address import SortedSearch, asked, one_of

SORTS = {
    "name": "专员",
    "share": "走访企业",
    "visits": "走访",
    "solved": "解决需求",
    "late": "逾期承诺",
    "deeds": "服务事项",
    "rating": "企业评价",
}


@dataclass(frozen=True)
class RecordSearch(SortedSearch):
    year: int = asked(queries.year_asked)
    sort: str = asked(one_of(lambda: SORTS, otherwise="name"))
    order: str = asked(one_of(lambda: ("desc",)))

    @property
    def in_words(self) -> str:
        return f"{self.year}年度"


@dataclass(frozen=True)
class Summary:
    """One line of the list."""

    person: Commissioner
    record: ServiceRecord
    ratings: int
    average: Decimal | None
    measured: Grade | None
    grade: Grade | None

    @property
    def share(self) -> Decimal | None:
        """Visited firms among those looked after; None without any."""
        firms = self.record.number("firms")
        return Decimal(self.record.number("visited")) / firms if firms else None

    def rank(self, column: str) -> Any:
        """What the list is ordered by, what is not known last."""
        match column:
            case "name":
                return (False, self.person.name)
            case "share":
                return (self.share is None, self.share or 0)
            case "rating":
                return (self.average is None, self.average or 0)
        return (False, self.record.number(column))


def summaries(db: Session, search: RecordSearch, *, own: int | None = None) -> list[Summary]:
    """Everybody who served in the year, in the list's order; for `own`, only who has that account.

    What firms say is kept from the person it is about until the grade is settled.
    """
    grades, points = queries.settled_in(db, search.year), queries.points_by_person(db, search.year)
    rows = []
    for person, record in queries.records_in(db, search.year):
        if own is not None and person.user_id != own:
            continue
        told = own is None or queries.ever_settled(db, person.id, search.year)
        given, settled = points.get(person.id, []) if told else [], grades.get(person.id)
        found = measured(sheet_of(record, given, None, search.year), search.year).grade
        grade = settled.grade if settled else None
        rows.append(Summary(person, record, len(given), queries.mean(given), found, grade))
    return sorted(rows, key=lambda row: row.rank(search.sort), reverse=bool(search.order))
