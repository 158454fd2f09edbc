"""Reading the audit trail: narrowed, newest first, page after page by number."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import history, queries
from app.accounts.history import Line
from app.accounts.models import Event, User
from app.accounts.search import EventSearch
from app.core.clock import day_ends, day_starts

SIZE = 50


@dataclass(frozen=True)
class TrailPage:
    """One page of the trail; `older` is the number below which the next page begins, if there is one."""

    lines: list[Line]
    older: int | None
    firms: dict[int, Any]


def trail_page(db: Session, search: EventSearch) -> TrailPage:
    statement = sa.select(Event).where(*_conditions(search)).order_by(Event.id.desc()).limit(SIZE + 1)
    events = db.scalars(statement).all()
    shown = events[:SIZE]
    lines = [history.line(event) for event in shown]
    older = shown[-1].id if len(events) > SIZE else None
    return TrailPage(lines, older, queries.firms_by_id(db, (line.firm_id for line in lines)))


def _conditions(search: EventSearch) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if search.before:
        conditions.append(Event.id < search.before)
    if search.person:
        conditions.append(Event.actor_id.in_(_people_like(search.person)))
    if search.firm:
        conditions.append(Event.firm_id.in_(queries.firm_ids_like(search.firm)))
    if search.kind:
        conditions.append(Event.kind == search.kind)
    if search.result:
        conditions.append(Event.result == search.result)
    return conditions + _period(search)


def _period(search: EventSearch) -> list[sa.ColumnElement[bool]]:
    since = [Event.at >= day_starts(search.since)] if search.since else []
    until = [Event.at < day_ends(search.until)] if search.until else []
    return since + until


def _people_like(words: str) -> sa.Select[Any]:
    pattern = queries.like(words)
    by_name = User.name.ilike(pattern, escape=queries.LIKE_ESCAPE)
    return sa.select(User.id).where(by_name | User.username.ilike(pattern, escape=queries.LIKE_ESCAPE))
