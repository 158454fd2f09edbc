"""What titles supply to the lists of firms: a filter by expiry, and a column with the next day one ends."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.address import one_of
from app.firms.lists import columns
from app.firms.lists.columns import Column
from app.firms.models import Firm
from app.firms.search import filters
from app.firms.search.filters import Filter
from app.titles.models import Title
from app.titles.queries import LANES, ending

LABELS = (
    ("soon", "90 天内到期"),
    ("30", "30 天内到期"),
    ("90", "31 至 90 天到期"),
    ("180", "91 至 180 天到期"),
    ("expired", "一年内已到期未续"),
)


def register() -> None:
    """Fill the places that are kept for titles."""
    assert {code for code, _ in LABELS} == set(LANES)
    filters.register(Filter("expiry", "资质到期", one_of(lambda: dict(LABELS)), _has_ending, options=lambda: LABELS))
    columns.register(Column("ends", "最近到期日", _next_ends, "day"))


def _has_ending(lane: str) -> sa.ColumnElement[bool]:
    return Firm.id.in_(sa.select(Title.firm_id).where(ending(lane)))


def _next_ends(db: Session, firms: Sequence[Firm]) -> dict[int, date]:
    """The soonest day on which a title in force ends."""
    day = clock.today()
    ends = sa.select(Title.firm_id, sa.func.min(Title.valid_until)).where(
        Title.firm_id.in_([firm.id for firm in firms]),
        Title.superseded_at.is_(None),
        Title.valid_until >= day,
        Title.revoked_on.is_(None) | (Title.revoked_on > day),
    )
    return {firm_id: last for firm_id, last in db.execute(ends.group_by(Title.firm_id)) if last}
