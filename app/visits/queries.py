"""Reading visits, plans, promises and replies, each narrowed to the firms that a permission reaches."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.permissions import Role, Scope
from app.core import clock
from app.core.errors import NotFound
from app.core.paging import counts
from app.firms.access import visible
from app.firms.models import Assignment, Firm
from app.visits.models import Promise, Reply, ReplyState, Visit, VisitPhoto, VisitPlan, VisitVersion

READ, WRITE, APPROVE = "visit:read", "visit:write", "reply:approve"
MOST_TODAY = 60


def firms_to_visit(db: Session, actor: User) -> list[Firm]:
    """A commissioner's firms; of whoever reaches every firm, those they have plans for."""
    mine = sa.select(Firm).where(visible(actor, WRITE))
    if actor.scope(WRITE) is not Scope.ASSIGNED:
        mine = mine.where(Firm.id.in_(sa.select(VisitPlan.firm_id).where(_open(), VisitPlan.user_id == actor.id)))
    whole = mine.options(joinedload(Firm.unit), joinedload(Firm.park)).order_by(Firm.name, Firm.id)
    return list(db.scalars(whole.limit(MOST_TODAY)))


def last_visits(db: Session, firms: Collection[int]) -> dict[int, date]:
    """Firm → the day it was visited last, by whomever."""
    latest = sa.select(Visit.firm_id, sa.func.max(Visit.visited_on)).where(Visit.firm_id.in_(firms))
    return {firm: day for firm, day in db.execute(latest.group_by(Visit.firm_id))}  # noqa: C416 - rows, not pairs


def next_plans(db: Session, actor: User, firms: Collection[int]) -> dict[int, VisitPlan]:
    """Firm → the first of this person's plans that is still open."""
    statement = sa.select(VisitPlan).where(_open(), VisitPlan.user_id == actor.id, VisitPlan.firm_id.in_(firms))
    found: dict[int, VisitPlan] = {}
    for plan in db.scalars(statement.order_by(VisitPlan.planned_on, VisitPlan.id)):
        found.setdefault(plan.firm_id, plan)
    return found


def open_plans(db: Session, firm: Firm) -> list[VisitPlan]:
    statement = sa.select(VisitPlan).where(VisitPlan.firm_id == firm.id, _open())
    return list(db.scalars(statement.options(joinedload(VisitPlan.user)).order_by(VisitPlan.planned_on, VisitPlan.id)))


def get_plan(db: Session, firm: Firm, plan_id: int) -> VisitPlan:
    """An open plan for this firm; NotFound for any other."""
    plan = db.scalar(sa.select(VisitPlan).where(VisitPlan.id == plan_id, VisitPlan.firm_id == firm.id, _open()))
    if plan is None:
        raise NotFound
    return plan


def visits(actor: User) -> sa.Select[Visit]:
    """Every visit to firms that this person may read about, the latest first."""
    statement = sa.select(Visit).join(Firm, Firm.id == Visit.firm_id).where(visible(actor, READ))
    return statement.options(joinedload(Visit.firm), joinedload(Visit.user)).order_by(
        Visit.visited_on.desc(), Visit.id.desc()
    )


def visits_of(db: Session, firm: Firm) -> list[Visit]:
    statement = sa.select(Visit).where(Visit.firm_id == firm.id).options(joinedload(Visit.user))
    return list(db.scalars(statement.order_by(Visit.visited_on.desc(), Visit.id.desc())))


def get_visit(db: Session, firm: Firm, visit_id: int) -> Visit:
    """A visit to this very firm; NotFound for any other."""
    visit = db.scalar(sa.select(Visit).where(Visit.id == visit_id, Visit.firm_id == firm.id))
    if visit is None:
        raise NotFound
    return visit


def visit_with(db: Session, key: str) -> Visit | None:
    return db.scalar(sa.select(Visit).where(Visit.key == key))


def first_version(db: Session, visit: Visit) -> VisitVersion:
    return db.scalars(versions(visit).order_by(VisitVersion.number).limit(1)).one()


def versions_of(db: Session, visit: Visit) -> list[VisitVersion]:
    """Every version that was written, the newest first."""
    return list(db.scalars(versions(visit).order_by(VisitVersion.number.desc())))


def versions(visit: Visit) -> sa.Select[VisitVersion]:
    wanted = sa.select(VisitVersion).where(VisitVersion.visit_id == visit.id)
    return wanted.options(joinedload(VisitVersion.written_by))


def photos_of(db: Session, visits_shown: Sequence[Visit]) -> dict[int, list[VisitPhoto]]:
    """Visit → its photos, in the order in which they came."""
    ids = [visit.id for visit in visits_shown]
    found: dict[int, list[VisitPhoto]] = {number: [] for number in ids}
    for photo in db.scalars(sa.select(VisitPhoto).where(VisitPhoto.visit_id.in_(ids)).order_by(VisitPhoto.id)):
        found[photo.visit_id].append(photo)
    return found


def get_photo(db: Session, visit: Visit, photo_id: int) -> VisitPhoto:
    photo = db.scalar(sa.select(VisitPhoto).where(VisitPhoto.id == photo_id, VisitPhoto.visit_id == visit.id))
    if photo is None:
        raise NotFound
    return photo


def promises_of(db: Session, visit: Visit) -> list[Promise]:
    statement = (
        sa.select(Promise)
        .where(Promise.visit_id == visit.id)
        .options(joinedload(Promise.kept_by), joinedload(Promise.owner))
    )
    return list(db.scalars(statement.order_by(Promise.id)))


def open_promises(db: Session, firms: Collection[int]) -> dict[int, list[Promise]]:
    """Firm → what was promised there and is not kept yet, the most urgent first."""
    found: dict[int, list[Promise]] = {firm: [] for firm in firms}
    statement = (
        sa.select(Promise)
        .join(Visit, Visit.id == Promise.visit_id)
        .options(joinedload(Promise.visit), joinedload(Promise.owner))
    )
    mine = statement.where(Visit.firm_id.in_(firms), Promise.kept_on.is_(None))
    for promise in db.scalars(mine.order_by(Promise.due_on.is_(None), Promise.due_on, Promise.id)):
        found[promise.visit.firm_id].append(promise)
    return found


def keepers_of(db: Session, firm: Firm) -> list[User]:
    """Who can keep a promise made to a firm: everybody at the bureau, and its commissioners of today."""
    day = clock.today()
    assigned = sa.select(Assignment.user_id).where(
        Assignment.firm_id == firm.id,
        Assignment.starts_on <= day,
        Assignment.ends_on.is_(None) | (Assignment.ends_on >= day),
    )
    bureau = User.role == Role.BUREAU
    mine = sa.select(User).where(User.disabled_at.is_(None), bureau | User.id.in_(assigned))
    return list(db.scalars(mine.order_by(bureau, User.name, User.id)))


def get_promise(db: Session, firm: Firm, promise_id: int) -> Promise:
    statement = sa.select(Promise).join(Visit, Visit.id == Promise.visit_id)
    promise = db.scalar(statement.where(Promise.id == promise_id, Visit.firm_id == firm.id))
    if promise is None:
        raise NotFound
    return promise


def replies_of(db: Session, visit: Visit) -> list[Reply]:
    return list(db.scalars(sa.select(Reply).where(Reply.visit_id == visit.id).order_by(Reply.id)))


def replies(actor: User, state: ReplyState) -> sa.Select[Reply]:
    """The answers in a state that this person may decide about or read, the oldest first while they wait."""
    statement = sa.select(Reply).join(Firm, Firm.id == Reply.firm_id).where(visible(actor, APPROVE))
    mine = statement.where(Reply.state == state).options(
        joinedload(Reply.firm), joinedload(Reply.visit).joinedload(Visit.user), joinedload(Reply.decided_by)
    )
    return mine.order_by(Reply.id if state is ReplyState.WAITING else Reply.id.desc())


def reply_counts(db: Session, actor: User) -> dict[ReplyState, int]:
    found = counts(db, (replies(actor, state) for state in ReplyState))
    return dict(zip(ReplyState, found, strict=True))


def get_reply(db: Session, firm: Firm, reply_id: int) -> Reply:
    reply = db.scalar(sa.select(Reply).where(Reply.id == reply_id, Reply.firm_id == firm.id))
    if reply is None:
        raise NotFound
    return reply


def visitors(db: Session, actor: User) -> list[tuple[str, str]]:
    """(id, name) of everybody who made a visit that this person may read about."""
    made = sa.select(Visit.user_id).join(Firm, Firm.id == Visit.firm_id).where(visible(actor, READ))
    people: Any = sa.select(User.id, User.name).where(User.id.in_(made)).order_by(User.name, User.id)
    return [(str(row.id), row.name) for row in db.execute(people)]


def _open() -> sa.ColumnElement[bool]:
    return VisitPlan.visit_id.is_(None) & VisitPlan.withdrawn_at.is_(None)
