"""Reading the register, who looks after which firm, interests and hand-overs."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.accounts.models import Event, Unit, UnitKind, User
from app.accounts.permissions import Role, Scope
from app.commissioners.models import Commissioner, Handover, Interest
from app.core import clock
from app.core.address import row_number
from app.firms.access import visible, with_merged
from app.firms.models import Assignment, Firm
from app.firms.names import name_key

NEAR_KINDS = (UnitKind.TOWNSHIP, UnitKind.STREET, UnitKind.PARK)
MOST_EVENTS = 50
WHOLE = "firm:read"

Day = date | sa.ColumnElement[date]


def person(db: Session, number: int) -> Commissioner | None:
    return db.scalar(sa.select(Commissioner).where(Commissioner.id == number).options(joinedload(Commissioner.user)))


def namesake(db: Session, name: str, institution: str) -> Commissioner | None:
    """The entry of this name at this institution."""
    return db.scalar(sa.select(Commissioner).where(Commissioner.name == name, Commissioner.institution == institution))


def of_user(db: Session, user_id: int) -> Commissioner | None:
    return db.scalar(sa.select(Commissioner).where(Commissioner.user_id == user_id))


def of_account(db: Session, given: str) -> Commissioner | None:
    """The entry whose account has the number of an address."""
    number = row_number(given)
    return of_user(db, number) if number else None


def is_open_to(actor: User, entry: Commissioner) -> bool:
    """Whether a person may read what concerns all firms of a commissioner: the commissioner, and whoever sees all."""
    return entry.user_id == actor.id or actor.scope(WHOLE) is Scope.ANY or actor.role is Role.AUDIT


def sees_all(actor: User) -> bool:
    """Whether a list of firms holds all of them for this person, so that a number may lead to it."""
    return actor.scope(WHOLE) is Scope.ANY


def accounts(db: Session, entry: Commissioner | None) -> list[tuple[int, str]]:
    """Accounts of commissioners that no other entry has, for a select."""
    taken = sa.select(Commissioner.user_id).where(Commissioner.user_id.is_not(None))
    free = User.id.not_in(taken) if entry is None else User.id.not_in(taken.where(Commissioner.id != entry.id))
    able = sa.select(User).where(User.role == Role.COMMISSIONER, User.disabled_at.is_(None), free)
    return [(user.id, f"{user.name}（{user.username}）") for user in db.scalars(able.order_by(User.name, User.id))]


def near_units(db: Session) -> Sequence[Unit]:
    """Townships, streets and parks: what somebody can be near to."""
    open_ones = sa.select(Unit).where(Unit.closed_at.is_(None), Unit.kind.in_(NEAR_KINDS))
    return db.scalars(open_ones.order_by(Unit.path, Unit.id)).all()


def loads(on: date | None = None) -> sa.Subquery:
    """user_id → how many firms they look after on a day, merged ones apart."""
    day = on or clock.today()
    own = sa.select(Assignment.user_id, sa.func.count(sa.distinct(Assignment.firm_id)).label("firms"))
    counted = own.join(Firm, Firm.id == Assignment.firm_id).where(lasting(day), Firm.merged_into_id.is_(None))
    return counted.group_by(Assignment.user_id).subquery()


def load_by_user(db: Session, on: date | None = None) -> dict[int | None, int]:
    """user_id → how many firms they look after on a day; nobody without any."""
    counted = loads(on)
    return {row.user_id: row.firms for row in db.execute(sa.select(counted.c.user_id, counted.c.firms))}


def load_of(db: Session, user_id: int | None, on: date | None = None) -> int:
    counted = loads(on)
    return db.scalar(sa.select(counted.c.firms).where(counted.c.user_id == user_id)) or 0


def is_needed(db: Session, user_id: int | None, firm: Firm | None = None) -> bool:
    """Whether an account looks after firms (or after this one), today or later."""
    mine = sa.select(Assignment.id).where(Assignment.user_id == user_id)
    if firm is not None:
        mine = mine.where(Assignment.firm_id == firm.id)
    still = Assignment.ends_on.is_(None) | (Assignment.ends_on >= clock.today())
    return db.scalar(mine.where(still).limit(1)) is not None


def lasting(day: Day) -> sa.ColumnElement[bool]:
    """The condition on Assignment that it lasts on a day."""
    return (Assignment.starts_on <= day) & (Assignment.ends_on.is_(None) | (Assignment.ends_on >= day))


def running_until(column: InstrumentedAttribute[date | None], day: date) -> sa.ColumnElement[bool]:
    """Without an end, or ending after a day."""
    return column.is_(None) | (column > day)


def assignments_of(db: Session, actor: User, entry: Commissioner) -> list[Assignment]:
    """Every 派驻 of a person to firms that the actor sees, those of today first."""
    mine = sa.select(Assignment).join(Firm, Firm.id == Assignment.firm_id).where(Assignment.user_id == entry.user_id)
    mine = mine.where(visible(actor, WHOLE))
    now_last = lasting(clock.today())
    loaded = joinedload(Assignment.firm).joinedload(Firm.unit)
    return list(db.scalars(mine.options(loaded).order_by(~now_last, Assignment.starts_on.desc(), Firm.name)))


def standing_interests(db: Session, entry: Commissioner) -> list[Interest]:
    mine = sa.select(Interest).where(Interest.commissioner_id == entry.id, Interest.withdrawn_at.is_(None))
    return list(db.scalars(mine.options(joinedload(Interest.firm)).order_by(Interest.id)))


def interest_of(db: Session, entry: Commissioner, number: int) -> Interest | None:
    """A standing interest of this very person."""
    mine = Interest.id == number, Interest.commissioner_id == entry.id, Interest.withdrawn_at.is_(None)
    return db.scalar(sa.select(Interest).where(*mine).options(joinedload(Interest.firm)))


def firms_called(db: Session, actor: User, typed: str) -> list[Firm]:
    """The firms of exactly this name or credit code."""
    same = (Firm.name_key == name_key(typed)) | (Firm.credit_code == typed.upper())
    return list(db.scalars(sa.select(Firm).where(same, visible(actor, WHOLE)).limit(2)))


def handovers_of_firm(db: Session, firm: Firm) -> list[Handover]:
    mine = _handovers().where(Handover.firm_id.in_(with_merged(firm.id)))
    return list(db.scalars(mine.order_by(Handover.id.desc())))


def handovers_of(db: Session, actor: User, entry: Commissioner) -> list[Handover]:
    """The hand-overs to and from a person, of firms that the actor sees."""
    own = sa.select(Assignment.id).where(Assignment.user_id == entry.user_id)
    mine = _handovers().join(Firm, Firm.id == Handover.firm_id)
    mine = mine.where(Handover.ended_id.in_(own) | Handover.begun_id.in_(own))
    if entry.user_id != actor.id:
        mine = mine.where(visible(actor, WHOLE))
    return list(db.scalars(mine.order_by(Handover.id.desc())))


def events_of(db: Session, entry: Commissioner) -> Sequence[Event]:
    """What was done to an entry, newest first."""
    # The trail keeps what an event is about in its text, in this very form.
    about = f'"subject":{{"id":{entry.id},"kind":"commissioner",'
    told = sa.select(Event).where(Event.kind.in_(KINDS), Event.body.contains(about, autoescape=True))
    return db.scalars(told.order_by(Event.id.desc()).limit(MOST_EVENTS)).all()


KINDS = ("commissioner.entered", "commissioner.edited", "interest.declared", "interest.withdrawn")


def unit_names(db: Session) -> Mapping[int, str]:
    return {unit.id: unit.name for unit in db.scalars(sa.select(Unit))}


def _handovers() -> sa.Select[Handover]:
    people = (joinedload(each).joinedload(Assignment.user) for each in (Handover.ended, Handover.begun))
    return sa.select(Handover).options(*people, joinedload(Handover.firm), joinedload(Handover.made_by))
