"""Reading imports and their rows."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.errors import NotFound
from app.facts.models import Batch
from app.imports.models import Fate, Kind, Outcome, Row, State
from app.jobs.models import Job

KINDS = tuple(kind.code for kind in Kind)
WORKING = (State.READING, State.JUDGING, State.APPLYING, State.UNDOING)


def batches() -> sa.Select[Batch]:
    """Every import, newest first; batches that other parts of the system made are not imports."""
    statement = sa.select(Batch).where(Batch.kind.in_(KINDS)).options(joinedload(Batch.made_by))
    return statement.order_by(Batch.id.desc())


def get_batch(db: Session, batch_id: int, *, held: bool = False) -> Batch:
    """The import under a number; `held` keeps everybody else from changing it until the transaction ends."""
    statement = sa.select(Batch).where(Batch.id == batch_id, Batch.kind.in_(KINDS))
    batch = db.scalar(statement.with_for_update() if held else statement)
    if batch is None:
        raise NotFound
    return batch


def state_of(batch: Batch) -> State:
    return State.of(batch.state)


def is_worked_on(batch: Batch) -> bool:
    return state_of(batch) in WORKING


def shown_places(batch: Batch) -> list[int]:
    """The columns that a person decides about: those with a name or with content."""
    names, samples = batch.detail["names"], batch.detail["samples"]
    return [place for place, name in enumerate(names) if name or samples[place]]


def job_of(db: Session, batch: Batch) -> Job | None:
    """The job that is at work on an import, or was the last to be."""
    number = batch.detail.get("job")
    return db.get(Job, number) if number else None


def size_of(db: Session, batch_id: int) -> int:
    """How many rows an import has."""
    return int(get_batch(db, batch_id).detail.get("rows", 0))


def rows_of(batch: Batch, outcome: Outcome | None = None, fate: Fate | None = None) -> sa.Select[Row]:
    """The rows of an import in the file's order."""
    statement = sa.select(Row).where(Row.batch_id == batch.id).order_by(Row.number)
    if outcome is not None:
        statement = statement.where(Row.outcome == outcome)
    return statement.where(Row.fate == fate) if fate is not None else statement


def outcome_counts(db: Session, batch: Batch) -> dict[Outcome, int]:
    """How many rows came out each way; they add up to the rows of the file."""
    counted = sa.select(Row.outcome, sa.func.count()).where(Row.batch_id == batch.id).group_by(Row.outcome)
    counts = {row[0]: row[1] for row in db.execute(counted)}
    return {outcome: counts.get(outcome, 0) for outcome in Outcome}


def fate_counts(db: Session, batch: Batch) -> dict[Fate, int]:
    """What became of how many rows, for those of which anything became."""
    counted = sa.select(Row.fate, sa.func.count()).where(Row.batch_id == batch.id).group_by(Row.fate)
    counts = {row[0]: row[1] for row in db.execute(counted)}
    return {fate: counts[fate] for fate in Fate if counts.get(fate)}


def moved_rows(db: Session, batch: Batch) -> int:
    """How many rows came out differently when the preview was made anew."""
    return db.scalar(sa.select(sa.func.count()).where(Row.batch_id == batch.id, Row.moved.is_(True))) or 0
