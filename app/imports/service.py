"""Taking in a file, deciding what its columns stand for, and asking for the jobs that read, compare and write it."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError
from app.facts.models import Batch
from app.imports import queries
from app.imports.columns import senders
from app.imports.columns.mapping import Faults, Mapping, decide, faults_of
from app.imports.forms import MappingFields, UploadFields
from app.imports.models import Kind, Policy, State, Upload
from app.imports.reading import upload
from app.imports.reading.limits import Unreadable
from app.jobs import service as jobs

READ, COMPARE, APPLY, UNDO, MARK = (f"import.{word}" for word in ("read", "compare", "apply", "undo", "mark"))
TITLES = {READ: "读取", COMPARE: "比对", APPLY: "写入", UNDO: "撤销", MARK: "标注"}
# A request writes this many rows at most; more are written by a job.
MOST_AT_ONCE = 1_000
UPLOADS_STAY = timedelta(days=90)


def receive(db: Session, actor: User, fields: UploadFields, name: str, content: BinaryIO) -> Batch:
    """Keep an uploaded file and ask for its reading. FieldError for what a look at its first bytes rules out."""
    data = content.read()
    try:
        suffix = upload.kind_of(name, len(data), data[:64])
    except Unreadable as refusal:
        raise FieldError("file", str(refusal)) from refusal
    batch = Batch(
        name=Path(name.replace("\\", "/")).name[-200:],
        kind=fields.kind.code,
        state=State.READING.code,
        source=fields.source,
        made_at=clock.now(),
        made_by_id=actor.id,
        detail={"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)},
    )
    db.add(batch)
    db.flush()  # the audit event and the address of the next page need its id
    audit.record(db, actor, "import.received", batch, changes={"来源": batch.source.label, "字节数": len(data)})
    _forget_old_uploads(db)
    db.add(Upload(batch_id=batch.id, suffix=suffix, content=data))
    ask(db, actor, batch, READ)
    return batch


def _forget_old_uploads(db: Session) -> None:
    old = sa.select(Batch.id).where(Batch.made_at < clock.now() - UPLOADS_STAY)
    db.execute(sa.delete(Upload).where(Upload.batch_id.in_(old)))


def choose_columns(db: Session, actor: User, batch: Batch, fields: MappingFields) -> Faults:
    """Keep which column stands for what, for this file and the sender's next, and ask for the comparison.

    Raises:
        Conflict: the import is not waiting for this, or the columns are not those of the file.
    """
    held = queries.get_batch(db, batch.id, held=True)
    check_can_map(held)
    names = held.detail["names"]
    places = queries.shown_places(held)
    if len(fields.target) != len(places) or len(fields.policy) != len(places):
        raise Conflict("提交的列数与文件不符，请刷新页面后重新选择。")
    by_place = dict(zip(places, zip(fields.target, fields.policy, strict=True), strict=True))
    chosen = [by_place.get(place, ("", Policy.IGNORE)) for place in range(len(names))]
    from_1904 = bool(held.detail["about"].get("from_1904"))
    mapping = decide(
        Kind.of(held.kind), names, chosen, unit=fields.unit, year=fields.year, from_1904=from_1904, title=fields.title
    )
    faults = faults_of(mapping)
    if not faults:
        senders.remember(db, actor, held, [(names[place], *by_place[place]) for place in places])
        _start_judging(db, actor, held, mapping)
    return faults


def check_can_map(batch: Batch) -> None:
    """Conflict unless the file was read and its rows are not being compared or written."""
    if queries.state_of(batch) not in (State.READ, State.JUDGED):
        raise Conflict("这次导入现在不能改列的对应，请刷新页面查看进展。")


def _start_judging(db: Session, actor: User, batch: Batch, mapping: Mapping) -> None:
    batch.detail = {**batch.detail, "mapping": mapping.kept()}
    batch.state = State.JUDGING.code
    ask(db, actor, batch, COMPARE)


def ask(db: Session, actor: User, batch: Batch, kind: str) -> int:
    """Ask for one of the jobs of an import, with the version that the person had before them; the job's number."""
    arguments = {"batch": batch.id, "version": batch.version}
    job = jobs.enqueue(db, actor, kind, title=f"{TITLES[kind]}“{batch.name}”", arguments=arguments)
    if kind != MARK:
        kept = {name: value for name, value in batch.detail.items() if name != "refusal"}
        batch.detail = {**kept, "job": job.id}
    return job.id


def ask_to_write(db: Session, actor: User, batch_id: int, *, version: int) -> None:
    """Ask for a long import to be written by a job. Conflict where it is not waiting for that."""
    batch = queries.get_batch(db, batch_id, held=True)
    if queries.state_of(batch) is not State.JUDGED or batch.version != version:
        raise Conflict("这次导入的预览已经更新，请回到预览页核对后再确认。")
    batch.state = State.APPLYING.code
    ask(db, actor, batch, APPLY)


def ask_to_undo(db: Session, actor: User, batch_id: int, *, version: int) -> None:
    """Ask for a long import to be taken back by a job. Conflict where it is not written."""
    batch = queries.get_batch(db, batch_id, held=True)
    if queries.state_of(batch) is not State.APPLIED or batch.version != version:
        raise Conflict("这次导入现在不能撤销，请刷新页面查看它的状态。")
    batch.state = State.UNDOING.code
    ask(db, actor, batch, UNDO)
