"""Reading titles: what stands now, what stood as known on a day, what is in force, and how a certificate came about."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.errors import NotFound
from app.facts.models import Vouch
from app.facts.queries import known_at
from app.rules.vocabulary import TITLES
from app.titles.models import Title

# Lane → the first and the last day, counted from today, on which a title of the lane ends.
LANES: dict[str, tuple[int, int]] = {
    "30": (0, 30),
    "90": (31, 90),
    "180": (91, 180),
    "expired": (-365, -1),
    "soon": (0, 90),
}

# Of the table, not of the model: that would have every model of the program configured before it can be imported.
LATER = cast("sa.Table", Title.__table__).alias()
RENEWED = (
    sa.select(LATER.c.id)
    .where(
        LATER.c.firm_id == Title.firm_id,
        LATER.c.kind == Title.kind,
        LATER.c.superseded_at.is_(None),
        LATER.c.revoked_on.is_(None),
        LATER.c.valid_until > Title.valid_until,
    )
    .exists()
)


def titles_of(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Title]:
    """The firm's titles as known at a moment (UTC; None: now), the latest issued first, past and revoked ones too."""
    return titles_of_firms(db, [firm_id], at=at)


def titles_of_firms(db: Session, firm_ids: Collection[int], *, at: datetime | None = None) -> list[Title]:
    """The same of several firms, one after the other in the order of their days."""
    mine = sa.select(Title).where(Title.firm_id.in_(firm_ids), known_at(Title, at))
    statement = mine.options(joinedload(Title.file))
    return list(db.scalars(statement.order_by(Title.issued_on.desc(), Title.id.desc())))


def newest_first() -> sa.Select[Title]:
    """Every standing title, past and revoked ones too, in the order in which a firm's page has them."""
    return sa.select(Title).where(known_at(Title, None)).order_by(Title.issued_on.desc(), Title.id.desc())


def in_force(titles: Iterable[Title], day: date) -> list[Title]:
    """Those that count on a day: issued, not expired, not revoked by then."""
    return [title for title in titles if title.in_force(day)]


def counting_on(day: date) -> sa.ColumnElement[bool]:
    """The condition on Title that it counts on a day as known now: issued, not expired, not revoked by then."""
    return sa.and_(
        Title.superseded_at.is_(None),
        Title.issued_on <= day,
        Title.valid_until.is_(None) | (Title.valid_until >= day),
        Title.revoked_on.is_(None) | (Title.revoked_on > day),
    )


def ending(lane: str) -> sa.ColumnElement[bool]:
    """The condition on Title that it ends in a lane, unless the same firm holds a later one of the kind."""
    first, last = (clock.today() + timedelta(days=days) for days in LANES[lane])
    ends = Title.superseded_at.is_(None) & Title.revoked_on.is_(None) & Title.valid_until.between(first, last)
    return ends & ~RENEWED


def get_version(db: Session, firm_id: int, title_id: int) -> Title:
    """A version of a title of this firm, standing or not; NotFound for any other."""
    title = db.scalar(sa.select(Title).where(Title.id == title_id, Title.firm_id == firm_id))
    if title is None:
        raise NotFound
    return title


def standing_version(db: Session, firm_id: int, thread: str) -> Title | None:
    """The version of a certificate that counts now; None once it was retracted."""
    mine = Title.firm_id == firm_id, Title.thread == thread, Title.superseded_at.is_(None)
    return db.scalar(sa.select(Title).where(*mine))


def history_of(db: Session, firm_id: int, thread: str) -> list[Title]:
    """Every version of one certificate, newest first."""
    statement = sa.select(Title).where(Title.firm_id == firm_id, Title.thread == thread)
    return list(db.scalars(statement.options(joinedload(Title.file)).order_by(Title.id.desc())))


def overlapping(
    db: Session, firm_id: int, kind: str, number: str | None, first: date, last: date | None, *, but: str = ""
) -> Title | None:
    """A standing title of the kind with this number whose term shares a day with [first, last]; `but` is a thread."""
    shares: list[sa.ColumnElement[bool]] = [Title.valid_until.is_(None) | (Title.valid_until >= first)]
    if last is not None:
        shares.append(Title.issued_on <= last)
    same = Title.firm_id == firm_id, Title.kind == kind, Title.number == number, Title.superseded_at.is_(None)
    return db.scalar(sa.select(Title).where(*same, *shares, Title.thread != but).limit(1))


def vouches_for_titles(db: Session, firm_id: int, *, at: datetime | None = None) -> list[Vouch]:
    """Who vouches that this firm's titles are complete, for this firm or for every firm."""
    whose = (Vouch.firm_id == firm_id) | Vouch.firm_id.is_(None)
    statement = sa.select(Vouch).where(Vouch.collection == TITLES, whose, known_at(Vouch, at))
    return list(db.scalars(statement.order_by(Vouch.id)))
