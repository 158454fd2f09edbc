"""What is overdue: whoever answers for it is told, and the head of their unit some working days later; each once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.accounts.permissions import POLICY, Role
from app.core.text import day as said_day
from app.notices import sources
from app.notices.models import NoticeKind
from app.notices.queries import known_keys
from app.notices.sources import Due
from app.notices.workdays import Workdays
from app.settings import settings


@dataclass(frozen=True)
class Overdue:
    """Something that was to be done by `due_on`, named by what and whose it is.

    `owner_ids` are told; where `is_firms`, the firm's own people and its commissioners. The head of `unit_id` hears of
    it later. With `firm_id` the notices go out of sight with the firm.
    """

    number: int
    what: str
    owner: str
    due_on: date
    route: str
    parameters: dict[str, Any]
    unit_id: int | None
    owner_ids: tuple[int, ...] = ()
    firm_id: int | None = None
    is_firms: bool = False


Find = Callable[[Session, date], Iterable[Overdue]]


def register(sort: str, find: Find) -> None:
    """A sort of work, and what of it is overdue on a day."""
    sources.register(f"overdue {sort}", partial(_due, sort, find))


def escalated(db: Session, sort: str, due: Mapping[int, date]) -> set[int]:
    """Of some work (number → due day): what the head of a unit was told of."""
    keys = {_key("escalated", sort, number, on): number for number, on in due.items()}
    return {keys[key] for _, key in known_keys(db, keys)}


def users_of(db: Session, unit_id: int | None, permission: str) -> tuple[int, ...]:
    """Who of a unit may do something."""
    mine = User.unit_id == unit_id, User.disabled_at.is_(None), User.role.in_(list(POLICY[permission]))
    return tuple(db.scalars(sa.select(User.id).where(*mine).order_by(User.id)))


class Heads:
    """Who heads each unit; above a unit without a head stands the next one, and above all the district's leaders."""

    def __init__(self, db: Session) -> None:
        self.paths = {row.id: row.path for row in db.execute(sa.select(Unit.id, Unit.path))}
        able = sa.select(User.id, User.unit_id).where(User.disabled_at.is_(None))
        self.heads: dict[int, list[int]] = {}
        for row in db.execute(able.where(User.is_head, User.unit_id.is_not(None)).order_by(User.id)):
            self.heads.setdefault(row.unit_id, []).append(row.id)
        self.leaders = [row.id for row in db.execute(able.where(User.role == Role.LEADER).order_by(User.id))]

    def above(self, unit_id: int | None, but: Iterable[int]) -> tuple[int, ...]:
        """Whom to tell about somebody of a unit; nobody is reported to themself."""
        way = [int(each) for each in self.paths.get(unit_id or 0, "").split("/") if each]
        ranks = [*(self.heads.get(each, []) for each in reversed(way)), self.leaders]
        return next((tuple(found) for rank in ranks if (found := set(rank).difference(but))), ())


def _due(sort: str, find: Find, db: Session, day: date, calendar: Workdays) -> Iterator[Due]:
    heads = Heads(db)
    for each in find(db, day):
        if each.owner_ids or each.is_firms:
            text = f"{each.what}应于{said_day(each.due_on)}前办结，已逾期，请办理并登记结果。"
            yield _notice(sort, each, NoticeKind.OVERDUE, text, each.owner_ids)
        above = heads.above(each.unit_id, each.owner_ids)
        if above and calendar.after(each.due_on, settings().escalate_after) <= day:
            text = f"{each.what}应于{said_day(each.due_on)}前办结，至今没有办结（责任：{each.owner}），请督促。"
            yield _notice(sort, each, NoticeKind.ESCALATION, text, above)


def _notice(sort: str, each: Overdue, kind: NoticeKind, text: str, user_ids: tuple[int, ...]) -> Due:
    told = "escalated" if kind is NoticeKind.ESCALATION else "overdue"
    return Due(
        key=_key(told, sort, each.number, each.due_on),
        kind=kind,
        text=text,
        route=each.route,
        parameters=each.parameters,
        firm_id=each.firm_id,
        due_on=each.due_on,
        user_ids=user_ids,
    )


def _key(told: str, sort: str, number: int, due_on: date) -> str:
    """With its day: work that was given another day is told of anew."""
    return f"{told}/{sort}/{number}/{due_on:%Y%m%d}"
