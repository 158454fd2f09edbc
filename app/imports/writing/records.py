"""Writing titles and entries of collections from an import, and taking them back."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core.chunks import chunks
from app.facts.ledger import Origin
from app.facts.models import Batch
from app.facts.versions import Version, write_versions
from app.firms.models import Firm
from app.imports.models import Fate, Kind, Row
from app.imports.rows.entry import Entry
from app.imports.rows.shelf import Shelf, shelf_of
from app.imports.writing.written import Undone, firms_by_id, summed_up, told, told_back

GONE = "企业已不在名录中。"


def write(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    """Write every new entry, and a new version of every changed one; each row keeps the thread that it wrote."""
    shelf = shelf_of(Kind.of(batch.kind))
    former = _by_id(db, shelf, [_seen(entry) for entry in entries])
    versions = [_version(batch, shelf, entry, former.get(_seen(entry))) for entry in entries]
    write_versions(db, actor, shelf.table, versions)
    threads = [(entry.id, version.thread) for entry, version in zip(entries, versions, strict=True)]
    for some in chunks(threads):
        db.execute(sa.update(Row), [{"id": number, "thread": thread} for number, thread in some])
    firms = firms_by_id(db, (entry.firm_id for entry in entries))
    recorded = ((firms[entry.firm_id or 0], _told(batch, entry)) for entry in entries)
    audit.record_all(db, actor, "entries.imported", recorded)


def _seen(entry: Entry) -> int:
    return int(entry.changes[0]["entry"])


def _told(batch: Batch, entry: Entry) -> dict[str, Any]:
    return {"类别": Kind.of(batch.kind).label, **told(entry.changes, batch)}


def _by_id(db: Session, shelf: Shelf, ids: Sequence[int]) -> dict[int, Any]:
    table: Any = shelf.table
    found: dict[int, Any] = {}
    for some in chunks({each for each in ids if each}):
        found.update((row.id, row) for row in db.scalars(sa.select(table).where(table.id.in_(some))))
    return found


def _version(batch: Batch, shelf: Shelf, entry: Entry, before: Any) -> Version:
    values = shelf.values(before) if before else {}
    values |= {each["key"]: shelf.restore(each["key"], each["now"]) for each in entry.changes}
    origin = Origin(batch.source, f"导入《{batch.name[:150]}》第 {entry.number} 行", batch)
    columns = {**_unsaid(before), **shelf.columns(values)}
    thread = before.thread if before else str(uuid.uuid4())
    return Version(entry.firm_id or 0, thread, columns, origin, before.id if before else 0)


def _unsaid(before: Any) -> dict[str, Any]:
    """What a file cannot say of a certificate goes on to its next version."""
    kept = ("revoked_on", "revoke_reason", "file_id")
    return {name: getattr(before, name) for name in kept if before is not None and hasattr(before, name)}


def take_back(db: Session, actor: User, batch: Batch, rows: Sequence[Row], firms: dict[int, Firm]) -> list[Undone]:
    """Retract what the import added, put former versions back; what was changed since is kept."""
    shelf = shelf_of(Kind.of(batch.kind))
    standing = _standing(db, shelf, batch)
    results = [_result(row, firms, standing) for row in rows]
    gone = [result for result in results if result.changes]
    former = _by_id(db, shelf, [int(result.changes[0]["entry"]) for result in gone])
    versions = [_former(batch, shelf, standing[str(result.row.thread)], former, result) for result in gone]
    write_versions(db, actor, shelf.table, versions)
    audit.record_all(db, actor, "entries.withdrawn", _all_told(gone, firms, batch))
    return results


def _all_told(results: Sequence[Undone], firms: dict[int, Firm], batch: Batch) -> Iterator[tuple[Firm, dict[str, Any]]]:
    kind = {"类别": Kind.of(batch.kind).label}
    return ((firm, {**kind, **changes}) for firm, changes in told_back(results, firms, batch))


def _standing(db: Session, shelf: Shelf, batch: Batch) -> dict[str, Any]:
    """Thread → the version that the import wrote, where it still stands."""
    table: Any = shelf.table
    mine = sa.select(table).where(table.batch_id == batch.id, table.superseded_at.is_(None))
    return {row.thread: row for row in db.scalars(mine)}


def _result(row: Row, firms: dict[int, Firm], standing: dict[str, Any]) -> Undone:
    if row.firm_id not in firms:
        return Undone(row, Fate.STUCK, GONE)
    if row.thread not in standing:
        return summed_up(row, [], [each["label"] for each in row.changes], [])
    return summed_up(row, row.changes, [], [])


def _former(batch: Batch, shelf: Shelf, now: Any, former: dict[int, Any], result: Undone) -> Version:
    before = former.get(int(result.changes[0]["entry"]))
    if before is None:
        return Version(now.firm_id, now.thread, None, Origin(now.source), now.id)
    origin = Origin(before.source, f"撤销导入《{batch.name[:150]}》，恢复原值")
    columns = {**_unsaid(before), **shelf.columns(shelf.values(before))}
    return Version(now.firm_id, now.thread, columns, origin, now.id)
