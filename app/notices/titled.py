"""What holders of titles must be told: titles that end, yearly duties, and what a new name asks for."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Annotated

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session, joinedload

from app.core import seedfiles
from app.core.text import day as said_day
from app.firms.models import Firm, FormerName
from app.notices.models import NoticeKind
from app.notices.sources import Due
from app.notices.workdays import Workdays, months_after
from app.titles.models import Title
from app.titles.queries import counting_on, ending

LANES = {"30": 30, "90": 90, "180": 180}


class Reminder(BaseModel):
    """A duty of whoever holds a title, as declared in seeds/reminders.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    title: str
    what: str
    by: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = ""
    after_renaming: int = 0
    days: tuple[int, ...]
    basis: str


@cache
def reminders() -> tuple[Reminder, ...]:
    return tuple(Reminder(**each) for each in seedfiles.read_yaml(seedfiles.SEEDS / "reminders.yaml"))


def expiring(db: Session, day: date, _calendar: Workdays) -> Iterator[Due]:
    """Titles that end within 180, 90 or 30 days, each lane once."""
    for lane in LANES:
        held = sa.select(Title).where(ending(lane)).options(joinedload(Title.firm))
        for title in db.scalars(held):
            assert title.valid_until is not None, "a lane holds only titles with an end"
            left = (title.valid_until - day).days
            text = f"{title.firm.name}的{title.label}将于{said_day(title.valid_until)}到期，还有{left}天。"
            key = f"expiry/{title.thread}/{title.valid_until:%Y%m%d}/{lane}"
            yield _about(title.firm, key, NoticeKind.EXPIRY, text, title.valid_until)


def yearly(db: Session, day: date, calendar: Workdays) -> Iterator[Due]:
    """Duties with a day in the year, told some days ahead; with a free day the working day before is named."""
    for each in reminders():
        if not each.by:
            continue
        month, number = map(int, each.by.split("-"))
        due = date(day.year, month, number)
        step = _step(each.days, (due - day).days)
        if step is None:
            continue
        for firm in _holders(db, each.title, day):
            key = f"yearly/{firm.id}/{each.code}/{due.year}/{step}"
            text = f"{firm.name}须在{_said(due, calendar)}前{each.what}（{each.basis}）。"
            yield _about(firm, key, NoticeKind.YEARLY, text, due)


def next_yearly(kinds: Collection[str], day: date) -> list[tuple[date, Reminder]]:
    """The next day of each yearly duty that goes with these titles."""
    mine = [each for each in reminders() if each.by and each.title in kinds]
    return [(_next_on(each.by, day), each) for each in mine]


def _next_on(by: str, day: date) -> date:
    """“03-31” → the first such day that is not over."""
    this = date.fromisoformat(f"{day.year}-{by}")
    return this if this >= day else date.fromisoformat(f"{day.year + 1}-{by}")


def renamed(db: Session, day: date, calendar: Workdays) -> Iterator[Due]:
    """What a new name asks for of whoever holds a title, until its time is over."""
    for each in reminders():
        if not each.after_renaming:
            continue
        earliest = months_after(day, -each.after_renaming)
        changed = sa.select(FormerName.firm_id, sa.func.max(FormerName.until)).where(
            FormerName.until >= earliest, FormerName.until <= day
        )
        until = dict(iter(db.execute(changed.group_by(FormerName.firm_id))))
        for firm in _holders(db, each.title, day, only=until):
            left_on = until[firm.id]
            assert left_on is not None
            due = months_after(left_on, each.after_renaming)
            step = _step(each.days, (due - day).days)
            if step is not None:
                key = f"renaming/{firm.id}/{each.code}/{due:%Y%m%d}/{step}"
                text = f"{firm.name}已更名，须在{_said(due, calendar)}前{each.what}（{each.basis}）。"
                yield _about(firm, key, NoticeKind.RENAMING, text, due)


def _step(days: tuple[int, ...], left: int) -> int | None:
    """The nearest of the declared distances that the deadline has come within; None before all and after it."""
    return min((each for each in days if 0 <= left <= each), default=None)


def _said(due: date, calendar: Workdays) -> str:
    if calendar.is_worked(due):
        return said_day(due)
    return f"{said_day(due)}（当天不上班，最后一个工作日是{said_day(calendar.after(due, -1))}）"


def _holders(db: Session, kind: str, day: date, *, only: Iterable[int] | None = None) -> Iterable[Firm]:
    held = sa.select(Title.firm_id).where(Title.kind == kind, counting_on(day))
    firms = sa.select(Firm).where(Firm.id.in_(held), Firm.merged_into_id.is_(None))
    return db.scalars(firms if only is None else firms.where(Firm.id.in_(list(only))))


def _about(firm: Firm, key: str, kind: NoticeKind, text: str, due: date) -> Due:
    return Due(key, kind, text, "titles.index", {"firm_id": firm.id}, firm_id=firm.id, due_on=due)
