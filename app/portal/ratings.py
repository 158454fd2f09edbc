"""Whom a firm may rate: everybody who looked after it this year or last, with what it said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.commissioners.deeds.models import Rating
from app.commissioners.deeds.queries import ever_settled, people
from app.commissioners.models import Commissioner
from app.core import clock
from app.firms.models import Assignment, Firm


@dataclass(frozen=True)
class Rateable:
    """One person in one year: from when to when, what was said, and whether it can still be said anew."""

    person: Commissioner
    year: int
    starts_on: date
    ends_on: date
    rating: Rating | None
    is_open: bool

    @property
    def key(self) -> str:
        return f"{self.person.id}-{self.year}"


def rateable(db: Session, firm: Firm) -> list[Rateable]:
    """Everybody of this year and the last, the latest first."""
    now = clock.today().year
    said = {(each.commissioner_id, each.year): each for each in _ratings(db, firm)}
    return [each for year in (now, now - 1) for each in _of_year(db, firm, year, said)]


def _of_year(db: Session, firm: Firm, year: int, said: Mapping[tuple[int, int], Rating]) -> list[Rateable]:
    start, end = date(year, 1, 1), min(date(year, 12, 31), clock.today())
    lasting = Assignment.ends_on.is_(None) | (Assignment.ends_on >= start)
    held = sa.select(Assignment).where(Assignment.firm_id == firm.id, Assignment.starts_on <= end, lasting)
    served: dict[int, tuple[date, date]] = {}
    for each in db.scalars(held.order_by(Assignment.starts_on)):
        first, last = max(each.starts_on, start), min(each.ends_on or end, end)
        served[each.user_id] = (served.get(each.user_id, (first, last))[0], last)
    return [
        Rateable(
            person,
            year,
            *served[person.user_id or 0],
            said.get((person.id, year)),
            not ever_settled(db, person.id, year),
        )
        for person in people(db, set(served))
    ]


def _ratings(db: Session, firm: Firm) -> list[Rating]:
    return list(db.scalars(sa.select(Rating).where(Rating.firm_id == firm.id)))
