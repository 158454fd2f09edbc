"""Which firms a user reaches, in one place for pages, lists and files; and the gate that loads one."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.accounts.gate import Gate, check_form_token, deny
from app.accounts.models import Unit, User
from app.accounts.permissions import Scope
from app.core import clock
from app.core.address import row_number
from app.core.errors import NotFound
from app.firms.models import Assignment, Firm
from app.web.database import Db
from app.web.forms import SAFE, TOKEN_FIELD, Posted

# A column as a statement knows it: of a table, a model or an alias.
Column = sa.ColumnElement[Any] | InstrumentedAttribute[Any]

# Of the table, not of the model: that would have every model of the program configured before it can be imported.
TABLE = cast("sa.Table", Firm.__table__)
MERGED, OWN = TABLE.alias(), TABLE.alias()
GONE = sa.select(MERGED.c.id).where(MERGED.c.merged_into_id.is_not(None))


@dataclass(frozen=True)
class FirmAccess:
    """A user in front of a firm that they may see."""

    actor: User
    firm: Firm

    def may(self, permission: str) -> bool:
        """Whether this user may do something with this very firm; the scopes of a role are nested, never split."""
        return self.actor.may(permission)


class FirmGate(Gate):
    """`seen: Annotated[FirmAccess, Depends(FirmGate("firm:read"))]` for routes under `/firms/{firm_id}`."""

    about: ClassVar[str | None] = "firm_id"

    def __call__(self, request: Request, db: Db, posted: Posted) -> FirmAccess:  # type: ignore[override]
        actor = self.admit(request, db)
        given = request.path_params.get("firm_id")
        firm = load_firm(db, actor, self.permission, given)
        if firm is None and request.method in SAFE:
            firm = load_survivor(db, actor, self.permission, given)
        if firm is None:
            deny(request, "企业不存在或不在管理范围内")
            raise NotFound
        if request.method not in SAFE:
            check_form_token(request, str(posted.get(TOKEN_FIELD, "")))
        return FirmAccess(actor, firm)


def load_firm(db: Session, actor: User, permission: str, firm_id: object) -> Firm | None:
    """The firm if it exists and the actor's permission reaches it; the two cases look the same."""
    number = row_number(str(firm_id))
    if not number:
        return None
    found = sa.select(Firm).where(Firm.id == number, visible(actor, permission))
    return db.scalar(found.options(joinedload(Firm.unit), joinedload(Firm.park)))


def load_survivor(db: Session, actor: User, permission: str, firm_id: object) -> Firm | None:
    """The firm that another was merged into, for old addresses; a form of the merged firm is refused instead."""
    number = row_number(str(firm_id))
    if not number:
        return None
    into = sa.select(MERGED.c.merged_into_id).where(MERGED.c.id == number)
    return db.scalar(sa.select(Firm).where(Firm.id.in_(into), visible(actor, permission)))


def with_merged(firm_id: int) -> sa.Select[int]:
    """The numbers of a firm and of those that were merged into it: what was said of them was said of it."""
    return sa.select(Firm.id).where((Firm.id == firm_id) | (Firm.merged_into_id == firm_id))


def visible(actor: User, permission: str) -> sa.ColumnElement[bool]:
    """The condition on Firm that narrows any statement to the rows a permission reaches."""
    return reached(actor, permission, Firm.id)


def reached(actor: User, permission: str, firm_id: Column) -> sa.ColumnElement[bool]:
    """The same condition on a column of firms' numbers, for statements that need nothing else of the firms.

    A firm that was merged into another is reached by nobody: the other one is. The few that were are looked up apart,
    so that lists and counts of all others are read from an index.
    """
    return firm_id.not_in(GONE) & _in_scope(actor, permission, firm_id)


def _in_scope(actor: User, permission: str, firm_id: Column) -> sa.ColumnElement[bool]:
    match actor.scope(permission):
        case Scope.ANY:
            return sa.true()
        case Scope.UNIT:
            return firm_id.in_(_of_units(actor))
        case Scope.ASSIGNED:
            return firm_id.in_(_assigned_today(actor))
        case Scope.OWN:
            return firm_id == actor.firm_id
        case _:
            return sa.false()


def _of_units(actor: User) -> sa.Select[int]:
    """Firms of the actor's unit and of every unit below it; none for somebody without a unit."""
    if actor.unit is None:
        return sa.select(OWN.c.id).where(sa.false())
    below = sa.select(Unit.id).where(Unit.path.startswith(actor.unit.path, autoescape=True))
    return sa.select(OWN.c.id).where(OWN.c.unit_id.in_(below) | OWN.c.park_id.in_(below))


def _assigned_today(actor: User) -> sa.Select[int]:
    day = clock.today()
    return sa.select(Assignment.firm_id).where(
        Assignment.user_id == actor.id,
        Assignment.starts_on <= day,
        Assignment.ends_on.is_(None) | (Assignment.ends_on >= day),
    )
