"""From an uploaded file to a preview.

Reading and comparing run after the answer has left, in transactions of their own: a database with one writer must not
wait for a parser.
"""

import hashlib
import itertools
import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core import db as database
from app.core.errors import Conflict, FieldError
from app.facts.models import Batch
from app.imports import judging, queries
from app.imports.forms import MappingFields, UploadFields
from app.imports.headings import LOOKED_AT, Heading, find_heading
from app.imports.mapping import Faults, Mapping, decide, faults_of
from app.imports.models import Kind, Policy, Row, State
from app.imports.reading import upload
from app.imports.reading.limits import MOST_ROWS, Unreadable
from app.settings import settings

log = logging.getLogger("tidu")

SAMPLES = 3
LONGEST_SAMPLE = 40
EXAMPLE = "示例"


def receive(db: Session, actor: User, fields: UploadFields, name: str, content: BinaryIO) -> Batch:
    """Keep an uploaded file until it is read. FieldError for what a look at its first bytes rules out."""
    data = content.read()
    try:
        suffix = upload.kind_of(name, len(data), data[:64])
    except Unreadable as refusal:
        raise FieldError("file", str(refusal)) from refusal
    key = f"{secrets.token_hex(16)}.{suffix}"
    batch = Batch(
        name=Path(name.replace("\\", "/")).name[-200:],
        kind=fields.kind.code,
        state=State.READING.code,
        source=fields.source,
        made_at=clock.now(),
        made_by_id=actor.id,
        detail={"file": key, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)},
    )
    db.add(batch)
    db.flush()  # the audit event and the address of the next page need its id
    audit.record(db, actor, "import.received", batch, changes={"来源": batch.source.label, "字节数": len(data)})
    _write(db, folder() / key, data)
    return batch


def _write(db: Session, path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    # Without its batch nobody would ever read the file, or delete it.
    sa.event.listen(db, "after_rollback", lambda _session: path.unlink(missing_ok=True), once=True)


def folder() -> Path:
    return settings().data_dir / "imports"


def read_file(batch_id: int) -> None:
    """Read the file of a batch into rows; what cannot be read leaves a sentence. Runs apart from any request."""
    with database.reading() as db:
        batch = queries.get_batch(db, batch_id)
        path, kind = folder() / batch.detail["file"], Kind.of(batch.kind)
    try:
        content = upload.read(path, path.suffix.removeprefix("."))
        with database.writing() as db:
            _keep_rows(db, queries.get_batch(db, batch_id, held=True), kind, content)
    except Unreadable as refusal:
        _give_up(batch_id, State.REFUSED, str(refusal))
    except Exception:
        log.exception("import %s could not be read", batch_id)
        _give_up(batch_id, State.REFUSED, "读取时系统出现意外错误，没有导入。请重试；仍不行请把文件交给管理员。")
    finally:
        path.unlink(missing_ok=True)


def _keep_rows(db: Session, batch: Batch, kind: Kind, content: upload.Content) -> None:
    start = list(itertools.islice(content.lines, LOOKED_AT))
    heading = find_heading(start, kind)
    names = _widened(heading, start)
    tally = {"rows": 0, "examples": 0, "beyond": 0}
    samples: list[list[str]] = [[] for _ in names]
    lines = _listed(itertools.chain(start[heading.last + 1 :], content.lines), len(names), tally)
    for some in _portions(lines):
        db.execute(sa.insert(Row), [_row(batch, line, samples) for line in some])
    if not tally["rows"]:
        raise Unreadable("表头下面没有数据行。请填写后再上传。")
    if tally["rows"] > MOST_ROWS:
        raise Unreadable(f"数据有 {tally['rows']} 行，最多 {MOST_ROWS} 行，请拆成几个文件分别上传。")
    above = [" ".join(filter(None, line.cells))[:80] for line in start[: heading.first]]
    found = {"names": names, "samples": samples, "above": above, "heading": start[heading.last].number}
    batch.detail = {**batch.detail, "about": content.about, **found, **tally, "unit": heading.unit}
    batch.state = State.READ.code


def _widened(heading: Heading, start: Sequence[upload.Line]) -> list[str]:
    """The names of the columns, one for each column that the first rows have."""
    width = max(len(line.cells) for line in start[heading.first :])
    return [*heading.names, *[""] * (width - len(heading.names))]


def _listed(lines: Iterable[upload.Line], width: int, tally: dict[str, int]) -> Iterator[upload.Line]:
    """The rows of the list: the example row of our own template is counted, not kept; cells beyond it are counted."""
    for line in lines:
        if any(cell.strip("（(【 ").startswith(EXAMPLE) for cell in line.cells[:3]):
            tally["examples"] += 1
        elif any(cell.strip() for cell in line.cells):
            tally["rows"] += 1
            tally["beyond"] += any(cell.strip() for cell in line.cells[width:])
            yield line


def _portions(lines: Iterator[upload.Line]) -> Iterator[list[upload.Line]]:
    while some := list(itertools.islice(lines, 1000)):
        yield some


def _row(batch: Batch, line: upload.Line, samples: list[list[str]]) -> dict[str, Any]:
    for place, cell in enumerate(line.cells[: len(samples)]):
        if cell.strip() and len(samples[place]) < SAMPLES:
            samples[place].append(cell.strip()[:LONGEST_SAMPLE])
    empty: dict[str, Any] = {"changes": [], "problems": [], "notes": [], "moved": False}
    return {"batch_id": batch.id, "number": line.number, "cells": line.cells, **empty}


def _give_up(batch_id: int, state: State, sentence: str) -> None:
    with database.writing() as db:
        batch = queries.get_batch(db, batch_id, held=True)
        batch.state = state.code
        batch.detail = {**batch.detail, "refusal": sentence}


def choose_columns(db: Session, batch: Batch, fields: MappingFields) -> Faults:
    """Keep which column stands for what; comparing follows by `compare`. Conflict once the import is applied."""
    held = queries.get_batch(db, batch.id, held=True)
    check_can_map(held)
    names = held.detail["names"]
    places = queries.shown_places(held)
    if len(fields.target) != len(places) or len(fields.policy) != len(places):
        raise Conflict("提交的列数与文件不符，请刷新页面后重新选择。")
    by_place = dict(zip(places, zip(fields.target, fields.policy, strict=True), strict=True))
    chosen = [by_place.get(place, ("", Policy.IGNORE)) for place in range(len(names))]
    from_1904 = bool(held.detail["about"].get("from_1904"))
    mapping = decide(Kind.of(held.kind), names, chosen, unit=fields.unit, year=fields.year, from_1904=from_1904)
    faults = faults_of(mapping)
    if not faults:
        _start_judging(held, mapping)
    return faults


def check_can_map(batch: Batch) -> None:
    """Conflict unless the file was read and its rows are not being compared or written."""
    waiting = queries.state_of(batch) in (State.READ, State.JUDGED)
    broken_off = queries.state_of(batch) is State.JUDGING and queries.is_stranded(batch)
    if not waiting and not broken_off:
        raise Conflict("这次导入现在不能改列的对应，请刷新页面查看进展。")


def _start_judging(batch: Batch, mapping: Mapping) -> None:
    batch.detail = {**batch.detail, "mapping": mapping.kept(), "judging_since": clock.now().timestamp()}
    batch.state = State.JUDGING.code


def compare(batch_id: int) -> None:
    """Compare the rows of a batch with what is on file. Runs apart from any request."""
    try:
        with database.reading() as db:
            entries = judging.judge(db, queries.get_batch(db, batch_id))
        with database.writing() as db:
            batch = queries.get_batch(db, batch_id, held=True)
            judging.keep(db, entries)
            batch.detail = {**batch.detail, "counts": judging.counts_of(entries)}
            batch.state = State.JUDGED.code
    except Exception:
        log.exception("import %s could not be compared", batch_id)
        _give_up(batch_id, State.READ, "比对时系统出现意外错误，没有写入任何数据。请重新确认各列后再试。")
