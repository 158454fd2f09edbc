"""Reading statements, each narrowed to the firms that a permission reaches."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.core import clock
from app.core.errors import NotFound
from app.core.paging import count
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
    return {state: count(db, statements(actor, READ, state)) for state in StatementState}


def get_statement(db: Session, firm: Firm, statement_id: int) -> Statement:
    found = db.scalar(sa.select(Statement).where(Statement.id == statement_id, Statement.firm_id == firm.id))
    if found is None:
        raise NotFound
    return found


def latest_of(db: Session, firm: Firm) -> dict[tuple[Sort, str, int], Statement]:
    """Value → the last thing the firm said about it."""
    mine = sa.select(Statement).where(Statement.firm_id == firm.id, Statement.state != StatementState.REPLACED)
    return {each.subject: each for each in db.scalars(mine.order_by(Statement.id))}


def waiting_figures(db: Session, firms: Collection[int]) -> defaultdict[int, set[tuple[str, int]]]:
    """Firm → the figures about which it has said something that waits for a decision: not to be asked meanwhile."""
    found: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
    mine = Statement.firm_id.in_(firms), Statement.sort == Sort.FACT, Statement.state == StatementState.WAITING
    for row in db.execute(sa.select(Statement.firm_id, Statement.code, Statement.year).where(*mine)):
        found[row.firm_id].add((row.code, row.year))
    return found


def answered_lately(db: Session, firm: Firm) -> int:
    """How many questions the firm has answered on its own page within a year."""
    since = clock.now() - A_YEAR
    mine = Statement.firm_id == firm.id, Statement.stance == Stance.ANSWER, Statement.made_at >= since
    return db.scalar(sa.select(sa.func.count()).where(*mine)) or 0


def refused_count(db: Session, firm: Firm) -> int:
    """How many statements of a firm were refused without its having read why."""
    mine = Statement.firm_id == firm.id, Statement.state == StatementState.REFUSED
    return db.scalar(sa.select(sa.func.count()).where(*mine)) or 0
