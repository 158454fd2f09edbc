"""Reading needs; every list is narrowed to the firms that the actor's permission reaches."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.core import clock
from app.core.text import folded
from app.firms.access import visible
from app.firms.models import Firm
from app.firms.search.text import has_word
from app.needs.declared import declared
from app.needs.models import UNDER_WAY, Need, NeedState, NeedStep
from app.needs.search import NeedSearch

READ = "need:read"


@dataclass(frozen=True)
class Neighbours:
    """A need's place in a list: the numbers of those before and after it, its place, and how many there are."""

    before: int | None
    after: int | None
    number: int
    total: int


def needs_matching(actor: User, search: NeedSearch) -> sa.Select[Need]:
    """The needs of a list, the latest first: exactly what its page shows, its export and its ledger hold."""
    wanted = sa.select(Need).join(Firm, Firm.id == Need.firm_id).where(*_conditions(actor, search))
    return wanted.options(joinedload(Need.firm).joinedload(Firm.unit), joinedload(Need.raised_by)).order_by(
        Need.id.desc()
    )


def with_steps(wanted: sa.Select[Need]) -> sa.Select[Need]:
    return wanted.options(selectinload(Need.steps).joinedload(NeedStep.taken_by))


def needs_of(db: Session, firm: Firm) -> list[Need]:
    """Every need of one firm, the latest first."""
    mine = sa.select(Need).where(Need.firm_id == firm.id).order_by(Need.id.desc())
    return list(db.scalars(mine.options(joinedload(Need.raised_by))))


def raised_on(db: Session, visit_id: int) -> list[Need]:
    """The needs that were raised on a visit."""
    return list(db.scalars(sa.select(Need).where(Need.visit_id == visit_id).order_by(Need.id)))


def need_for(db: Session, actor: User, permission: str, number: int) -> Need | None:
    """The need if the actor's permission reaches its firm."""
    wanted = sa.select(Need).join(Firm, Firm.id == Need.firm_id)
    mine = with_steps(wanted).where(Need.id == number, visible(actor, permission))
    return db.scalar(mine.options(joinedload(Need.firm).joinedload(Firm.unit), joinedload(Need.raised_by)))


def counts(db: Session, actor: User, search: NeedSearch) -> Mapping[tuple[str, NeedState], int]:
    """(kind, state) → how many needs of a list, whichever kind and state it is narrowed to."""
    counted = sa.select(Need.kind, Need.state, sa.func.count()).join(Firm, Firm.id == Need.firm_id)
    listed = counted.where(*_conditions(actor, search.but(kind="", state=""))).group_by(Need.kind, Need.state)
    return {(kind, state): number for kind, state, number in db.execute(listed)}


def neighbours(db: Session, actor: User, search: NeedSearch, need: Need) -> Neighbours | None:
    """Where a need stands in a list; None when the list does not hold it (any more)."""
    listed = sa.select(Need.id).join(Firm, Firm.id == Need.firm_id).where(*_conditions(actor, search)).subquery()
    number = listed.c.id
    found = db.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((number >= need.id, 1))),
            sa.func.min(sa.case((number > need.id, number))),
            sa.func.max(sa.case((number < need.id, number))),
            sa.func.count(sa.case((number == need.id, 1))),
        ).select_from(listed)
    ).one()
    total, place, before, after, held = found
    return Neighbours(before, after, place, total) if held else None


def _conditions(actor: User, search: NeedSearch) -> list[sa.ColumnElement[bool]]:
    """Everything that narrows a list: first what the actor may see, then what they asked for."""
    words = (
        Need.search_text.contains(folded(word), autoescape=True) | has_word(Firm.search_text, word)
        for word in search.q.split()
    )
    clear = Need.clarity >= declared().clear_from
    chosen = (
        (search.kind, Need.kind == search.kind),
        (search.state, Need.state == (NeedState.of(search.state) if search.state else None)),
        (search.clear, clear if search.clear == "clear" else ~clear),
        (search.due, (Need.deadline < clock.today()) & Need.state.in_(UNDER_WAY)),
    )
    return [visible(actor, READ), *words, *(condition for asked, condition in chosen if asked)]
