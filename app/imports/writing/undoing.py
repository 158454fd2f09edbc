"""Undoing an import: what still stands as it was left is put back, what was changed since is kept; each row says so."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict
from app.facts.models import Batch
from app.imports import queries
from app.imports.models import REGISTERS, Fate, Kind, State
from app.imports.writing import figures, firms, records, resources
from app.imports.writing.written import Undone, firms_by_id, nothing_on_a_race

LONGEST_NOTE = 500
# What the import wrote has gone over to the other firm as well: taking back one half would leave the other.
MERGED = "企业已并入另一家企业，这一行保留。如要撤销，请先撤销那次合并，再更正这家企业的数据。"
UNDOERS = {
    Kind.FIRMS: firms.take_back,
    Kind.ANNUAL: figures.take_back,
    **dict.fromkeys(REGISTERS, resources.take_back),
}


def undo_batch(db: Session, actor: User, batch_id: int, *, version: int) -> Batch:
    """Take an import back, in one transaction. Undoing twice does nothing.

    Raises:
        Conflict: the import was never applied, or was changed since the person looked at it.
    """
    lock(db, "imports")
    batch = queries.get_batch(db, batch_id, held=True)
    if queries.state_of(batch) is State.UNDONE:
        return batch
    if queries.state_of(batch) is not State.APPLIED or batch.version != version:
        raise Conflict("这次导入现在不能撤销，请刷新页面查看它的状态。")
    take_back(db, actor, batch)
    return batch


def take_back(db: Session, actor: User, batch: Batch) -> None:
    """The same for an import that is known to be written."""
    lock(db, "imports")
    rows = list(db.scalars(queries.rows_of(batch, fate=Fate.APPLIED)))
    known = firms_by_id(db, (row.firm_id for row in rows))
    undo = UNDOERS.get(Kind.of(batch.kind), records.take_back)
    merged = [row for row in rows if (firm := known.get(row.firm_id or 0)) and firm.merged_into_id]
    with nothing_on_a_race():
        undone = undo(db, actor, batch, [row for row in rows if row not in merged], known)
        _conclude(db, actor, batch, [*undone, *(Undone(row, Fate.KEPT, MERGED) for row in merged)])
        db.flush()


def _conclude(db: Session, actor: User, batch: Batch, results: Sequence[Undone]) -> None:
    for result in results:
        result.row.fate, result.row.fate_note = result.fate, result.note[:LONGEST_NOTE] or None
    counts = Counter(result.fate.code for result in results)
    batch.state = State.UNDONE.code
    batch.undone_at = clock.now()
    batch.detail = {**batch.detail, "undone": dict(counts), "undone_by": actor.name}
    audit.record(
        db,
        actor,
        "import.undone",
        batch,
        changes={"count": len(results), **{Fate.of(code).label: count for code, count in counts.items()}},
    )
