"""Writing resources from an import, and taking them back."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.db import lock
from app.facts.models import Batch
from app.firms.models import Firm
from app.imports.models import Fate, Outcome, Row
from app.imports.rows.entry import Entry
from app.imports.writing.written import Undone, summed_up, told
from app.needs.matching.models import Referral
from app.needs.resources.forms import values_of
from app.needs.resources.models import Resource
from app.needs.resources.service import blank_resource, rewrite

GONE = "这一条在导入之后已从名册中移除，不再还原。"
SPOKEN_OF = "导入之后已有对接记录，保留在名册里。"


def write(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    """Enter every new resource, change every changed one; each row keeps the number of the entry that it wrote."""
    lock(db, "resource")
    known = _by_id(db, (int(entry.changes[0]["entry"]) for entry in entries))
    written = [(entry, known.get(int(entry.changes[0]["entry"])) or blank_resource(batch.kind)) for entry in entries]
    for entry, resource in written:
        rewrite(resource, {each["key"]: each["now"] for each in entry.changes})
        db.add(resource)
    db.flush()  # the rows and the events need the new numbers
    for some in chunks([{"id": entry.id, "thread": str(resource.id)} for entry, resource in written]):
        db.execute(sa.update(Row), some)
    new, changed = (
        [(resource, told(entry.changes, batch)) for entry, resource in written if entry.outcome is outcome]
        for outcome in (Outcome.NEW, Outcome.CHANGED)
    )
    audit.record_all(db, actor, "resource.added", new)
    audit.record_all(db, actor, "resource.edited", changed)


def take_back(db: Session, actor: User, batch: Batch, rows: Sequence[Row], firms: dict[int, Firm]) -> list[Undone]:  # noqa: ARG001 - resources are of no firm
    """Take what the import entered out of the register, put former values back; what was changed since is kept."""
    lock(db, "resource")
    known = _by_id(db, (int(row.thread or 0) for row in rows))
    spoken_of = _spoken_of(db, known)
    results = [_taken_back(row, known.get(int(row.thread or 0)), spoken_of) for row in rows]
    db.flush()
    gone = [each for each in results if each.changes and each.row.outcome is Outcome.NEW]
    back = [each for each in results if each.changes and each.row.outcome is Outcome.CHANGED]
    audit.record_all(db, actor, "resource.removed", _told_back(gone, known, batch))
    audit.record_all(db, actor, "resource.edited", _told_back(back, known, batch))
    return results


def _by_id(db: Session, numbers: Iterable[int]) -> dict[int, Resource]:
    found: dict[int, Resource] = {}
    for some in chunks({number for number in numbers if number}):
        found.update((each.id, each) for each in db.scalars(sa.select(Resource).where(Resource.id.in_(some))))
    return found


def _spoken_of(db: Session, numbers: Iterable[int]) -> set[int]:
    """Those to which somebody was referred."""
    found: set[int] = set()
    for some in chunks(list(numbers)):
        found.update(db.scalars(sa.select(Referral.resource_id).where(Referral.resource_id.in_(some))))
    return found


def _taken_back(row: Row, resource: Resource | None, spoken_of: set[int]) -> Undone:
    if resource is None or resource.removed_at is not None:
        return Undone(row, Fate.KEPT, GONE)
    if row.outcome is Outcome.CHANGED:
        return _put_back(row, resource)
    if resource.id in spoken_of:
        return Undone(row, Fate.KEPT, SPOKEN_OF)
    if resource.version > 1:
        return Undone(row, Fate.KEPT, "导入之后又有修改，保留在名册里。")
    resource.removed_at = clock.now()
    return Undone(row, Fate.RESTORED, "已从名册中移除。", row.changes)


def _put_back(row: Row, resource: Resource) -> Undone:
    stands = values_of(resource, resource.register)
    back = [each for each in row.changes if stands.get(each["key"]) == each["now"]]
    rewrite(resource, {each["key"]: each["was"] or "" for each in back})
    return summed_up(row, back, [each["label"] for each in row.changes if each not in back], [])


def _told_back(results: Iterable[Undone], known: dict[int, Resource], batch: Batch) -> Iterator[tuple[Resource, Any]]:
    for result in results:
        changes = {"名册": known[int(result.row.thread or 0)].kind_label, **told(result.changes, batch, back=True)}
        yield known[int(result.row.thread or 0)], changes
