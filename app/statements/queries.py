"""Reading statements, each narrowed to the firms that a permission reaches."""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.core import clock
from app.core.errors import NotFound
from app.core.paging import counts
from app.firms.access import reached
from app.firms.models import Firm
from app.statements.models import Sort, Stance, Statement, StatementState

READ, WRITE, APPROVE = "statement:read", "statement:write", "statement:approve"
A_YEAR = timedelta(days=365)


def statements(actor: User, permission: str, state: StatementState) -> sa.Select[Statement]:
    """The statements in a state that a permission reaches, the oldest first while they wait."""
    mine = sa.select(Statement).where(reached(actor, permission, Statement.firm_id), Statement.state == state)
    loaded = mine.options(
        joinedload(Statement.firm),
        joinedload(Statement.file),
        joinedload(Statement.made_by),
        joinedload(Statement.decided_by),
    )
    return loaded.order_by(Statement.id if state is StatementState.WAITING else Statement.id.desc())


def state_counts(db: Session, actor: User) -> dict[StatementState, int]:
    found = counts(db, (statements(actor, READ, state) for state in StatementState))
    return dict(zip(StatementState, found, strict=True))


def get_statement(db: Session, firm: Firm, statement_id: int) -> Statement:
    found = db.scalar(sa.select(Statement).where(Statement.id == statement_id, Statement.firm_id == firm.id))
    if found is None:
        raise NotFound
    return found


def latest_of(db: Session, firm: Firm) -> dict[tuple[Sort, str, int], Statement]:
    """Value → the last thing the firm said about it."""
    mine = sa.select(Statement).where(Statement.firm_id == firm.id, Statement.state != StatementState.REPLACED)
    return {each.subject: each for each in db.scalars(mine.order_by(Statement.id))}


def waiting_figures(firms: Collection[int]) -> sa.Select[int, str, int]:
    """(firm, code, year) of figures about which firms have said something that waits: not to be asked meanwhile."""
    mine = Statement.firm_id.in_(firms), Statement.sort == Sort.FACT, Statement.state == StatementState.WAITING
    return sa.select(Statement.firm_id, Statement.code, Statement.year).where(*mine)


def answered_lately(firm: Firm) -> sa.Select[Statement]:
    """The questions that the firm has answered on its own page within a year."""
    since = clock.now() - A_YEAR
    mine = Statement.firm_id == firm.id, Statement.stance == Stance.ANSWER, Statement.made_at >= since
    return sa.select(Statement).where(*mine)


def refused(firm: Firm) -> sa.Select[Statement]:
    """The statements of a firm that were refused without its having read why."""
    return sa.select(Statement).where(Statement.firm_id == firm.id, Statement.state == StatementState.REFUSED)
