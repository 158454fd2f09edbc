"""Counting the changes of what is known about a firm, so that whatever rests on it knows when to follow."""

from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.chunks import chunks
from app.core.errors import Conflict
from app.firms.models import Firm

# Through the table and not the class: an update of the class would raise `version`, which guards
# the identity form alone.
TABLE = cast("sa.Table", Firm.__table__)


def touch(db: Session, firm_id: int) -> None:
    """Note that something known about a firm has changed.

    Raises:
        Conflict: it was merged into another in this very moment; what is written to it now would be seen by nobody.
    """
    change = sa.update(TABLE).where(TABLE.c.id == firm_id, TABLE.c.merged_into_id.is_(None))
    done = db.execute(change.values(revision=TABLE.c.revision + 1, changed_at=clock.now()).returning(TABLE.c.id))
    if done.first() is None:
        raise Conflict("这家企业刚刚并入另一家企业，内容没有保存。请到名录中按原名称查找，在那一家的页面办理。")


def touch_many(db: Session, firm_ids: Iterable[int]) -> None:
    """The same of some thousands of firms."""
    for some in chunks(sorted(set(firm_ids))):
        change = sa.update(TABLE).where(TABLE.c.id.in_(some))
        db.execute(change.values(revision=TABLE.c.revision + 1, changed_at=clock.now()))


def touch_all(db: Session) -> None:
    """Note that something every firm is measured against has changed; the firms themselves have not."""
    db.execute(sa.update(TABLE).values(revision=TABLE.c.revision + 1))
