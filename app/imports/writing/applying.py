"""Applying an import: judged anew, then everything in one transaction, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.db import lock
from app.core.errors import Conflict
from app.facts.models import Batch
from app.imports import queries
from app.imports.models import REGISTERS, Fate, Kind, Outcome, Row, State
from app.imports.rows import judging
from app.imports.rows.entry import Entry
from app.imports.writing import figures, firms, records, resources
from app.imports.writing.written import nothing_on_a_race

WRITTEN = (Outcome.NEW, Outcome.CHANGED)
WRITERS = {Kind.FIRMS: firms.write, Kind.ANNUAL: figures.write, **dict.fromkeys(REGISTERS, resources.write)}


def apply_batch(db: Session, actor: User, batch_id: int, *, version: int) -> int:
    """Write every new and changed row; returns how many rows came out differently than in the preview.

    If any did, nothing is written but the fresh preview, for the person to look at again. Applying twice does nothing.

    Raises:
        Conflict: the import is not waiting to be applied, or the person had an older preview before them.
    """
    lock(db, "imports")
    batch = queries.get_batch(db, batch_id, held=True)
    if queries.state_of(batch) is State.APPLIED:
        return 0
    if queries.state_of(batch) is not State.JUDGED or batch.version != version:
        raise Conflict("这次导入的预览已经更新，请回到预览页核对后再确认。")
    return write_batch(db, actor, batch)


@dataclass(frozen=True)
class Judged:
    """Rows judged before anything was locked. They hold while nobody has changed anything: every change is an event."""

    entries: list[Entry]
    last_event: int


def judge_beforehand(db: Session, batch_id: int) -> Judged:
    """The long part of writing, done while others still write."""
    last = audit.last_number(db)
    return Judged(judging.judge(db, queries.get_batch(db, batch_id)), last)


def write_batch(db: Session, actor: User, batch: Batch, judged: Judged | None = None) -> int:
    """The same for an import that is known to wait for it."""
    lock(db, "imports")
    holds = judged is not None and judged.last_event == audit.last_number(db)
    entries = judged.entries if judged and holds else judging.judge(db, batch)
    moved = judging.moved_among(db, batch, entries)
    if moved:
        judging.keep(db, entries, moved=moved)
        batch.state = State.JUDGED.code
        batch.detail = {**batch.detail, "counts": judging.counts_of(entries)}
        return len(moved)
    with nothing_on_a_race():
        _write(db, actor, batch, [entry for entry in entries if entry.outcome in WRITTEN])
    return 0


def _write(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    WRITERS.get(Kind.of(batch.kind), records.write)(db, actor, batch, entries)
    for some in chunks(entries):
        fates = [{"id": entry.id, "firm_id": entry.firm_id, "fate": Fate.APPLIED} for entry in some]
        db.execute(sa.update(Row), fates)
    batch.state = State.APPLIED.code
    batch.applied_at = clock.now()
    batch.detail = {**batch.detail, "written": len(entries)}
    audit.record(db, actor, "import.applied", batch, changes={"count": len(entries), **_by_label(batch)})


def _by_label(batch: Batch) -> dict[str, int]:
    return {Outcome.of(code).label: count for code, count in batch.detail["counts"].items()}
