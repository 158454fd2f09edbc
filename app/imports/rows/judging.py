"""What an import would do, row by row: computed for the preview, and again when it is applied."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.chunks import chunks
from app.facts.models import Batch
from app.imports.columns.mapping import Mapping
from app.imports.models import REGISTERS, Kind, Outcome, Row
from app.imports.rows import figures, firms, records, resources
from app.imports.rows.entry import Entry

JUDGES = {Kind.FIRMS: firms.judge, Kind.ANNUAL: figures.judge, **dict.fromkeys(REGISTERS, resources.judge)}


def mapping_of(batch: Batch) -> Mapping:
    return Mapping.restored(Kind.of(batch.kind), batch.detail["mapping"])


def judge(db: Session, batch: Batch) -> list[Entry]:
    """Every row of the file with its outcome, against what is on file now. Writes nothing."""
    wanted = sa.select(Row.id, Row.number, Row.cells).where(Row.batch_id == batch.id).order_by(Row.number)
    entries = [Entry(row.id, row.number, row.cells) for row in db.execute(wanted)]
    mapping = mapping_of(batch)
    JUDGES.get(mapping.kind, records.judge)(db, mapping, entries)
    return entries


def keep(db: Session, entries: Sequence[Entry], *, moved: frozenset[int] = frozenset()) -> None:
    """Write the outcomes to the rows; `moved` are the ids of those that came out differently than before."""
    for some in chunks(entries):
        db.execute(sa.update(Row), [_kept(entry, entry.id in moved) for entry in some])


def _kept(entry: Entry, moved: bool) -> dict[str, Any]:  # noqa: FBT001 - one column of the row
    return {
        "id": entry.id,
        "outcome": entry.outcome,
        "firm_id": entry.firm_id,
        "name": entry.name[:200] or None,
        "changes": entry.changes,
        "problems": entry.problems,
        "notes": entry.notes,
        "moved": moved,
    }


def counts_of(entries: Sequence[Entry]) -> dict[str, int]:
    """Outcome code → how many rows."""
    return {outcome.code: sum(entry.outcome is outcome for entry in entries) for outcome in Outcome}


def moved_among(db: Session, batch: Batch, entries: Sequence[Entry]) -> frozenset[int]:
    """The ids of the rows whose outcome or changes are no longer those of the preview."""
    kept = sa.select(Row.id, Row.outcome, Row.firm_id, Row.changes).where(Row.batch_id == batch.id)
    before = {row.id: _essence(row.outcome, row.firm_id, row.changes) for row in db.execute(kept)}
    return frozenset(
        entry.id for entry in entries if before[entry.id] != _essence(entry.outcome, entry.firm_id, entry.changes)
    )


def _essence(outcome: Outcome | None, firm_id: int | None, changes: list[dict[str, Any]]) -> tuple[Any, ...]:
    return outcome, firm_id, [(each["key"], each["was"], each["now"]) for each in changes]
