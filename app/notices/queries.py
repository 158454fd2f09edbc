"""Reading notices: one's own, and of firms only those that one still reaches."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core.chunks import chunks
from app.firms.access import visible
from app.firms.models import Assignment, Firm
from app.notices.models import Delivery, Notice, SpecialDay, Subscription

READ = "notice:read"
STATES = {"unread": "未读", "read": "已读", "all": "全部"}


def notices_of(actor: User, state: str = "all") -> sa.Select[Notice]:
    """The actor's notices, newest first; one about a firm goes out of sight with the firm."""
    found = sa.select(Notice).where(Notice.user_id == actor.id, Notice.firm_id.is_(None) | _still_reached(actor))
    if state == "unread":
        found = found.where(Notice.read_at.is_(None))
    if state == "read":
        found = found.where(Notice.read_at.is_not(None))
    return found.order_by(Notice.made_at.desc(), Notice.id.desc())


def _still_reached(actor: User) -> sa.ColumnElement[bool]:
    return Notice.firm_id.in_(sa.select(Firm.id).where(visible(actor, "firm:read")))


def subscriptions_of(db: Session, actor: User) -> list[Subscription]:
    return list(db.scalars(sa.select(Subscription).where(Subscription.user_id == actor.id).order_by(Subscription.id)))


def users_of(db: Session, firm_id: int) -> list[int]:
    """A firm's own users who can sign in."""
    own = sa.select(User.id).where(User.firm_id == firm_id, User.role == Role.FIRM, User.disabled_at.is_(None))
    return list(db.scalars(own.order_by(User.id)))


def latest_unread(db: Session, actor: User, most: int) -> list[Notice]:
    return list(db.scalars(notices_of(actor, "unread").limit(most)))


def people_of(db: Session, firm_ids: Iterable[int]) -> dict[int, list[int]]:
    """Who is told about each firm: the firm's own users, and the commissioners assigned to it today."""
    found: dict[int, list[int]] = {}
    day = clock.today()
    for some in chunks(sorted(set(firm_ids))):
        own = sa.select(User.firm_id, User.id).where(
            User.firm_id.in_(some), User.role == Role.FIRM, User.disabled_at.is_(None)
        )
        assigned = (
            sa.select(Assignment.firm_id, User.id)
            .join(User, User.id == Assignment.user_id)
            .where(
                Assignment.firm_id.in_(some),
                User.disabled_at.is_(None),
                Assignment.starts_on <= day,
                Assignment.ends_on.is_(None) | (Assignment.ends_on >= day),
            )
        )
        for statement in (own, assigned):
            for firm_id, user_id in db.execute(statement):
                if firm_id is not None:
                    found.setdefault(firm_id, []).append(user_id)
    return found


def known_keys(db: Session, keys: Iterable[str]) -> set[tuple[int, str]]:
    """Which of these have been told to whom."""
    told: set[tuple[int, str]] = set()
    for some in chunks(sorted(set(keys))):
        told.update(db.execute(sa.select(Notice.user_id, Notice.key).where(Notice.key.in_(some))))
    return told


def last_deliveries(db: Session, actor: User, most: int = 10) -> list[Delivery]:
    """What was sent to the actor lately, newest first."""
    mine = sa.select(Subscription.id).where(Subscription.user_id == actor.id)
    found = sa.select(Delivery).where(Delivery.subscription_id.in_(mine)).order_by(Delivery.id.desc()).limit(most)
    return list(db.scalars(found))


def entered_days(db: Session, year: int) -> dict[date, int]:
    """The days that staff entered for a year, with their numbers."""
    within = SpecialDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return {row.day: row.id for row in db.execute(sa.select(SpecialDay.day, SpecialDay.id).where(within))}
