"""Applying an import: judged anew, then everything in one transaction, or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, Stale
from app.facts.many import Figure, record_facts
from app.facts.models import Batch
from app.facts.service import Origin
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm, FormerName
from app.imports import judging, queries
from app.imports.annual_rows import value_of
from app.imports.chunks import chunks
from app.imports.entries import Entry
from app.imports.firm_rows import restored
from app.imports.models import Fate, Kind, Outcome, Row, State

WRITTEN = (Outcome.NEW, Outcome.CHANGED)


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
    entries = judging.judge(db, batch)
    moved = judging.moved_among(db, batch, entries)
    if moved:
        judging.keep(db, entries, moved=moved)
        batch.detail = {**batch.detail, "counts": judging.counts_of(entries)}
        return len(moved)
    with nothing_on_a_race():
        _write(db, actor, batch, [entry for entry in entries if entry.outcome in WRITTEN])
    return 0


@contextmanager
def nothing_on_a_race() -> Iterator[None]:
    """A clash with somebody who wrote at the same moment undoes the whole and is told as such."""
    try:
        yield
    except (IntegrityError, StaleDataError, Stale) as error:
        message = "有人正在修改同一批企业，这次没有写入任何数据。请稍候再试一次。"
        raise Conflict(message) from error


def _write(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    if Kind.of(batch.kind) is Kind.FIRMS:
        _write_firms(db, actor, batch, entries)
    else:
        _write_figures(db, actor, batch, entries)
    for some in chunks(entries):
        fates = [{"id": entry.id, "firm_id": entry.firm_id, "fate": Fate.APPLIED} for entry in some]
        db.execute(sa.update(Row), fates)
    batch.state = State.APPLIED.code
    batch.applied_at = clock.now()
    batch.detail = {**batch.detail, "written": len(entries)}
    audit.record(db, actor, "import.applied", batch, changes={"count": len(entries), **_by_label(batch)})


def _by_label(batch: Batch) -> dict[str, int]:
    return {Outcome.of(code).label: count for code, count in batch.detail["counts"].items()}


def _write_firms(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    moment = clock.now()
    new = [(entry, _new_firm(batch, entry, moment)) for entry in entries if entry.outcome is Outcome.NEW]
    db.add_all(firm for _, firm in new)
    db.flush()  # the rows and the audit events need their ids
    for entry, firm in new:
        entry.firm_id = firm.id
    changed = [entry for entry in entries if entry.outcome is Outcome.CHANGED]
    firms = firms_by_id(db, (entry.firm_id for entry in changed))
    for entry in changed:
        _change_firm(db, firms[entry.firm_id or 0], entry)
    db.flush()
    note_changed(db, [firm.id for firm in firms.values()], moment)
    audit.record_all(db, actor, "firm.registered", ((firm, told(entry.changes, batch)) for entry, firm in new))
    edited = ((firms[entry.firm_id or 0], told(entry.changes, batch)) for entry in changed)
    audit.record_all(db, actor, "firm.edited", edited)


def _new_firm(batch: Batch, entry: Entry, moment: datetime) -> Firm:
    values = {each["key"]: restored(each["key"], each["now"]) for each in entry.changes}
    source = f"{batch.source.label}（导入）"
    return Firm(**values, source=source, created_at=moment, changed_at=moment)


def _change_firm(db: Session, firm: Firm, entry: Entry) -> None:
    for each in entry.changes:
        value = restored(each["key"], each["now"])
        if each["key"] == "name":
            db.add(FormerName(firm_id=firm.id, name=firm.name, until=clock.today()))
        setattr(firm, each["key"], value)


def _write_figures(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    record_facts(db, actor, [figure for entry in entries for figure in _figures(batch, entry)])
    firms = firms_by_id(db, (entry.firm_id for entry in entries))
    recorded = ((firms[entry.firm_id or 0], told(entry.changes, batch)) for entry in entries)
    audit.record_all(db, actor, "facts.imported", recorded)


def _figures(batch: Batch, entry: Entry) -> Iterator[Figure]:
    origin = Origin(batch.source, f"导入《{batch.name[:150]}》第 {entry.number} 行", batch)
    for each in entry.changes:
        kind, year = kind_and_year(each)
        value = value_of(vocabulary().facts[kind], each["now"])
        yield Figure(entry.firm_id or 0, kind, year, value, origin, each["fact"] or 0)


def kind_and_year(made: dict[str, Any]) -> tuple[str, int]:
    """The figure that a change is about."""
    kind, _, year = made["key"].partition(":")
    return kind, int(year)


def firms_by_id(db: Session, ids: Iterable[int | None]) -> dict[int, Firm]:
    """The firms still there, by number."""
    found: dict[int, Firm] = {}
    for some in chunks({each for each in ids if each}):
        found.update((firm.id, firm) for firm in db.scalars(sa.select(Firm).where(Firm.id.in_(some))))
    return found


def note_changed(db: Session, ids: Sequence[int], moment: datetime) -> None:
    """Count the change of many firms, for whatever must follow; as `touch` does for one."""
    for some in chunks(ids):
        change = sa.update(Firm).where(Firm.id.in_(some))
        db.execute(
            change.values(revision=Firm.revision + 1, changed_at=moment),
            execution_options={"synchronize_session": False},
        )


def told(changes: Iterable[dict[str, Any]], batch: Batch, *, back: bool = False) -> dict[str, Any]:
    """The changes of a row as the audit trail keeps them: label → [before, after], and the import."""
    sides = ("after", "before") if back else ("before", "after")
    return {"导入文件": batch.name, **{each["label"]: [each[side] for side in sides] for each in changes}}
