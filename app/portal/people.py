"""The users of one firm: invited by one-time link, listed and stopped, by the bureau or by the firm's first user."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.forms import NewUser
from app.accounts.models import User
from app.accounts.permissions import Role
from app.core.db import lock
from app.core.errors import Conflict, Forbidden, NotFound
from app.firms.access import FirmAccess
from app.firms.models import Firm
from app.portal.forms import PersonFields

MOST_USERS = 20
MOST_TRIES = 100


def users_of(db: Session, firm: Firm) -> list[User]:
    """Everybody who has or had an account for a firm, in the order in which they came."""
    mine = sa.select(User).where(User.firm_id == firm.id, User.role == Role.FIRM)
    return list(db.scalars(mine.order_by(User.id)))


def get_user(db: Session, firm: Firm, user_id: int) -> User:
    """A user of this very firm; NotFound for any other."""
    found = db.scalar(sa.select(User).where(User.id == user_id, User.firm_id == firm.id, User.role == Role.FIRM))
    if found is None:
        raise NotFound
    return found


def may_keep(db: Session, seen: FirmAccess) -> bool:
    """The bureau keeps the users of any firm; of the firm's own users the first who is not stopped does."""
    if seen.actor.role is not Role.FIRM:
        return seen.may("firmuser:write")
    first = next((each for each in users_of(db, seen.firm) if each.disabled_at is None), None)
    return first is not None and first.id == seen.actor.id


def check_may_keep(db: Session, seen: FirmAccess) -> None:
    if not may_keep(db, seen):
        raise Forbidden("本企业的账号由第一位用户或科技局管理，请联系他们办理。")


def invite(db: Session, actor: User, firm: Firm, fields: PersonFields) -> tuple[User, str]:
    """A new user of a firm, and the token of the link with which they set a password.

    Raises:
        FieldError: the user name is taken.
        Conflict: the firm has as many users as it may have.
    """
    lock(db, f"firm_users:{firm.id}")
    if sum(each.disabled_at is None for each in users_of(db, firm)) >= MOST_USERS:
        raise Conflict(f"一家企业最多 {MOST_USERS} 个在用的账号，请先停用不再使用的。")
    whole = NewUser(username=fields.username, name=fields.name, role=Role.FIRM, credit_code=firm.credit_code)
    user = accounts.create_user(db, actor, whole)
    return user, accounts.one_time_link(db, user, actor=actor)


def free_usernames(db: Session, firm_codes: Collection[str]) -> dict[str, str]:
    """Credit code → a user name made from it that nobody has."""
    stems = {code: f"qy{code[8:17].lower()}-" for code in firm_codes}
    begun = [User.username.startswith(stem, autoescape=True) for stem in stems.values()]
    taken = set(db.scalars(sa.select(User.username).where(sa.or_(sa.false(), *begun))))
    free = {code: (f"{stem}{number}" for number in range(1, MOST_TRIES)) for code, stem in stems.items()}
    return {code: next((name for name in names if name not in taken), "") for code, names in free.items()}


def live_counts(db: Session, firms: Collection[int]) -> dict[int, int]:
    """Firm → how many users it has that are not stopped; a firm without any is left out."""
    counted = sa.select(User.firm_id, sa.func.count()).where(User.firm_id.in_(firms), User.disabled_at.is_(None))
    rows = db.execute(counted.where(User.role == Role.FIRM).group_by(User.firm_id))
    return {row[0]: row[1] for row in rows if row[0] is not None}
