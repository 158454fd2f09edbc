"""Reading service records, deeds, ratings and grades, as far as the reader may."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.commissioners.deeds.declared import fewest_ratings
from app.commissioners.deeds.models import Appraisal, AppraisalState, Deed, DeedState, Rating
from app.commissioners.deeds.sources import items_in, terms_in
from app.commissioners.deeds.terms import ServiceRecord, record_of
from app.commissioners.models import Commissioner
from app.core import clock
from app.firms.access import visible
from app.firms.models import Assignment, Firm

READ = "deed:read"
FIRST_YEAR = 2000


def year_asked(given: str) -> int:
    """The year of an address; this one where it is none, or has not begun."""
    now = clock.today().year
    return int(given) if given.isascii() and given.isdigit() and FIRST_YEAR <= int(given[:5]) <= now else now


def is_own(actor: User, person: Commissioner) -> bool:
    return person.user_id is not None and person.user_id == actor.id


def year_of(db: Session, person: Commissioner, year: int) -> ServiceRecord:
    """One person's record of a year."""
    terms = terms_in(db, year, [person.user_id or 0])
    return record_of(person.user_id, terms, items_in(db, year, {each.firm_id for each in terms}))


def records_in(db: Session, year: int) -> list[tuple[Commissioner, ServiceRecord]]:
    """Everybody of the register who served in a year, with the record."""
    terms = terms_in(db, year)
    items = items_in(db, year, {each.firm_id for each in terms})
    served = people(db, {each.user_id for each in terms})
    return [(person, record_of(person.user_id, terms, items)) for person in served]


def people(db: Session, users: set[int]) -> Sequence[Commissioner]:
    known = sa.select(Commissioner).where(Commissioner.user_id.in_(users)).options(joinedload(Commissioner.user))
    return db.scalars(known.order_by(Commissioner.name, Commissioner.id)).all()


def years_of(db: Session, person: Commissioner) -> list[int]:
    """The years in which a person looked after firms, the latest first, and this one."""
    held = sa.select(sa.func.min(Assignment.starts_on)).where(Assignment.user_id == person.user_id)
    first, now = db.scalar(held), clock.today().year
    return list(range(now, min(first.year if first else now, now) - 1, -1))


def reached(db: Session, actor: User, firms: Sequence[int]) -> set[int]:
    """Those among some firms whose pages the reader may open."""
    return set(db.scalars(sa.select(Firm.id).where(Firm.id.in_(firms), visible(actor, "firm:read"))))


def firm_names(db: Session, firms: Sequence[int]) -> dict[int, str]:
    return {row.id: row.name for row in db.execute(sa.select(Firm.id, Firm.name).where(Firm.id.in_(firms)))}


def deeds_of(db: Session, person: Commissioner, year: int) -> list[Deed]:
    """Everything that was entered for a year, refused ones included, the latest first."""
    mine = sa.select(Deed).where(Deed.commissioner_id == person.id)
    within = Deed.done_on.between(date(year, 1, 1), date(year, 12, 31))
    whole = joinedload(Deed.firm), joinedload(Deed.file), joinedload(Deed.decided_by)
    return list(db.scalars(mine.where(within).options(*whole).order_by(Deed.done_on.desc(), Deed.id.desc())))


def deed_with(db: Session, number: int) -> Deed | None:
    return db.scalar(sa.select(Deed).where(Deed.id == number).options(joinedload(Deed.commissioner)))


def deeds_in(state: DeedState) -> sa.Select[Deed]:
    """Everybody's deeds in a state, the oldest first while they wait."""
    whole = sa.select(Deed).options(joinedload(Deed.firm), joinedload(Deed.commissioner))
    return whole.where(Deed.state == state).order_by(Deed.id if state is DeedState.WAITING else Deed.id.desc())


def ratings_of(db: Session, person: Commissioner, year: int) -> list[Rating]:
    mine = sa.select(Rating).where(Rating.commissioner_id == person.id, Rating.year == year)
    return list(db.scalars(mine.options(joinedload(Rating.firm)).order_by(Rating.rated_at.desc(), Rating.id)))


def points_by_person(db: Session, year: int) -> Mapping[int, list[int]]:
    """Commissioner → the points that firms gave for a year."""
    found: dict[int, list[int]] = {}
    for row in db.execute(sa.select(Rating.commissioner_id, Rating.points).where(Rating.year == year)):
        found.setdefault(row.commissioner_id, []).append(row.points)
    return found


def mean(points: Sequence[int]) -> Decimal | None:
    """The mean to one decimal, halves away from nought; None while there are too few to say anything."""
    if len(points) < fewest_ratings():
        return None
    return (Decimal(sum(points)) / len(points)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def appraisals_of(db: Session, person: Commissioner, year: int) -> list[Appraisal]:
    """Every version of a grade, the latest first."""
    mine = sa.select(Appraisal).where(Appraisal.commissioner_id == person.id, Appraisal.year == year)
    who = joinedload(Appraisal.proposed_by), joinedload(Appraisal.decided_by)
    return list(db.scalars(mine.options(*who).order_by(Appraisal.id.desc())))


def appraisal_with(db: Session, number: int) -> Appraisal | None:
    return db.scalar(sa.select(Appraisal).where(Appraisal.id == number).options(joinedload(Appraisal.commissioner)))


def appraisals_in(state: AppraisalState) -> sa.Select[Appraisal]:
    """Everybody's grades in a state, the oldest first while they wait."""
    whole = sa.select(Appraisal).options(joinedload(Appraisal.commissioner), joinedload(Appraisal.proposed_by))
    order = Appraisal.id if state is AppraisalState.PROPOSED else Appraisal.id.desc()
    return whole.where(Appraisal.state == state).order_by(order)


def settled_in(db: Session, year: int) -> Mapping[int, Appraisal]:
    """Commissioner → the grade that stands for a year."""
    settled = sa.select(Appraisal).where(Appraisal.year == year, Appraisal.state == AppraisalState.SETTLED)
    return {each.commissioner_id: each for each in db.scalars(settled)}


def settled(db: Session, person: Commissioner, year: int) -> Appraisal | None:
    return settled_in(db, year).get(person.id)


def ever_settled(db: Session, commissioner_id: int, year: int) -> bool:
    """Whether a grade was settled at any time, be it corrected since: from then on ratings stand as they are."""
    done = AppraisalState.SETTLED, AppraisalState.REPLACED
    mine = Appraisal.commissioner_id == commissioner_id, Appraisal.year == year, Appraisal.state.in_(done)
    return db.scalar(sa.select(Appraisal.id).where(*mine).limit(1)) is not None
