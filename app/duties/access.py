"""Which tasks a user reaches, in one place for pages, lists and files; and the gate that loads one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.gate import ObjectGate
from app.accounts.models import Unit, User
from app.accounts.permissions import Scope
from app.duties.models import Duty, DutyClause, DutyHelper


class DutyGate(ObjectGate):
    """Hands on a task of a unit; one of somebody else looks like one that does not exist."""

    about = "duty_id"

    def find(self, db: Session, actor: User, number: int) -> Duty | None:
        whole = joinedload(Duty.clause).joinedload(DutyClause.policy)
        mine = sa.select(Duty).where(Duty.id == number, Duty.unit_id.is_not(None), visible(actor, self.permission))
        return db.scalar(mine.options(whole, joinedload(Duty.unit)))


def visible(actor: User, permission: str) -> sa.ColumnElement[bool]:
    """The condition on Duty that narrows any statement to the tasks a permission reaches.

    A unit reaches its own tasks, those of the units below it, and those that it helps with.
    """
    match actor.scope(permission):
        case Scope.ANY:
            return sa.true()
        case Scope.UNIT if actor.unit is not None:
            below = sa.select(Unit.id).where(Unit.path.startswith(actor.unit.path, autoescape=True))
            helped = sa.select(DutyHelper.duty_id).where(DutyHelper.unit_id.in_(below))
            return Duty.unit_id.in_(below) | Duty.id.in_(helped)
        case _:
            return sa.false()
