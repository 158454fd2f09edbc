"""What the writers of imports share: nothing on a race, what the trail is told, what became of a row."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core.chunks import chunks
from app.core.errors import Conflict, Stale
from app.facts.models import Batch
from app.firms.models import Firm
from app.imports.models import Fate, Row


@dataclass
class Undone:
    """What became of one row, and the changes that were taken back."""

    row: Row
    fate: Fate
    note: str = ""
    changes: Sequence[dict[str, Any]] = ()


@contextmanager
def nothing_on_a_race() -> Iterator[None]:
    """A clash with somebody who wrote at the same moment undoes the whole and is told as such."""
    try:
        yield
    except (IntegrityError, StaleDataError, Stale) as error:
        message = "有人正在修改同样的内容，这次没有写入任何数据。请稍候再试一次。"
        raise Conflict(message) from error


def firms_by_id(db: Session, ids: Iterable[int | None]) -> dict[int, Firm]:
    """The firms still there, by number."""
    found: dict[int, Firm] = {}
    for some in chunks({each for each in ids if each}):
        found.update((firm.id, firm) for firm in db.scalars(sa.select(Firm).where(Firm.id.in_(some))))
    return found


def told(changes: Iterable[dict[str, Any]], batch: Batch, *, back: bool = False) -> dict[str, Any]:
    """The changes of a row as the audit trail keeps them: label → [before, after], and the import."""
    sides = ("after", "before") if back else ("before", "after")
    return {"导入文件": batch.name, **{each["label"]: [each[side] for side in sides] for each in changes}}


def told_back(results: Iterable[Undone], firms: dict[int, Firm], batch: Batch) -> Iterator[tuple[Firm, dict[str, Any]]]:
    """Each firm with the changes taken back, as the trail keeps them."""
    for result in results:
        yield firms[result.row.firm_id or 0], told(result.changes, batch, back=True)


def summed_up(row: Row, back: Sequence[dict[str, Any]], kept: Iterable[str], stuck: Iterable[str]) -> Undone:
    """What became of a row: the changes taken back, the labels of those kept, of those that cannot go back."""
    notes = []
    if stuck := list(stuck):
        notes.append(f"{'、'.join(stuck)}已不在数据项目录中，无法还原")
    if kept := list(kept):
        notes.append(f"{'、'.join(kept)}在导入之后又有修改或撤回，保留")
    if notes and back:
        notes.append("其余各项已还原")
    fate = Fate.STUCK if stuck else Fate.KEPT if kept else Fate.RESTORED
    return Undone(row, fate, f"{'；'.join(notes)}。" if notes else "", back)
