"""The jobs of an import. What is long and reads only is done between steps; each step writes a bounded portion."""

import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import db as database
from app.core.chunks import chunks
from app.core.errors import Conflict
from app.facts.models import Batch
from app.imports import queries, service
from app.imports.columns.listed import Listed, find_list
from app.imports.models import Kind, Row, State, Upload
from app.imports.reading import upload
from app.imports.reading.limits import Unreadable
from app.imports.rows import judging
from app.imports.workbooks import marking
from app.imports.writing import applying, undoing
from app.jobs import service as jobs
from app.jobs.kinds import Cleaning, register
from app.jobs.models import Job
from app.jobs.run import Run
from app.web.downloads import XLSX

AT_ONCE = 2_000
PERMISSION = "import:write"


def _refuse(db: Session, job: Job) -> None:
    batch = queries.get_batch(db, job.arguments["batch"], held=True)
    db.execute(sa.delete(Row).where(Row.batch_id == batch.id))
    batch.state = State.REFUSED.code
    batch.detail = {**batch.detail, "refusal": job.said}


def _back_to(state: State) -> Cleaning:
    def put_back(db: Session, job: Job) -> None:
        batch = queries.get_batch(db, job.arguments["batch"], held=True)
        batch.state = state.code
        batch.detail = {**batch.detail, "refusal": job.said}

    return put_back


@register(service.READ, "导入：读取文件", permission=PERMISSION, given_up=_refuse)
def read(run: Run) -> None:
    """Read the file into rows; an attempt that was broken off is begun anew."""
    batch_id = run.arguments["batch"]
    run.say("正在读取文件。")
    try:
        content, kind = _content(batch_id)
        listed = find_list(content, kind)
        with run.step() as (db, _):
            db.execute(sa.delete(Row).where(Row.batch_id == batch_id))
        for rows in listed.portions(batch_id):
            with run.step() as (db, job):
                db.execute(sa.insert(Row), rows)
                job.done, job.said = listed.rows, f"已读取 {listed.rows} 行。"
    except Unreadable as refusal:
        raise Conflict(str(refusal)) from refusal
    _conclude_reading(run, batch_id, listed)


def _content(batch_id: int) -> tuple[upload.Content, Kind]:
    with database.reading() as db:
        batch = queries.get_batch(db, batch_id)
        kept = db.scalars(sa.select(Upload).where(Upload.batch_id == batch_id)).one()
        with tempfile.NamedTemporaryFile(suffix=f".{kept.suffix}") as file:
            file.write(kept.content)
            file.flush()
            return upload.read(Path(file.name), kept.suffix), Kind.of(batch.kind)


def _conclude_reading(run: Run, batch_id: int, listed: Listed) -> None:
    with run.step() as (db, job):
        batch = queries.get_batch(db, batch_id, held=True)
        batch.detail = {**batch.detail, **listed.detail()}
        batch.state = State.READ.code
        job.done = job.total = listed.rows
        jobs.finish(job, f"已读取 {listed.rows} 行。", **_leads_to("imports.mapping", batch, "核对各列"))


@register(service.COMPARE, "导入：比对", permission=PERMISSION, given_up=_back_to(State.READ))
def compare(run: Run) -> None:
    """Compare the rows with what is on file, and keep what would change."""
    batch_id = run.arguments["batch"]
    run.say("正在与系统里的资料比对。")
    with database.reading() as db:
        entries = judging.judge(db, queries.get_batch(db, batch_id))
    for done, some in enumerate(chunks(entries, AT_ONCE)):
        with run.step() as (db, job):
            judging.keep(db, some)
            job.done, job.total, job.said = done * AT_ONCE + len(some), len(entries), "正在保存比对的结果。"
    with run.step() as (db, job):
        batch = queries.get_batch(db, batch_id, held=True)
        batch.detail = {**batch.detail, "counts": judging.counts_of(entries)}
        batch.state = State.JUDGED.code
        jobs.finish(job, f"已比对 {len(entries)} 行。", **_leads_to("imports.preview", batch, "查看预览"))


@register(service.APPLY, "导入：写入", permission=PERMISSION, given_up=_back_to(State.JUDGED))
def apply(run: Run) -> None:
    """Write a long import: everything in one step, or nothing."""
    run.say("正在写入；全部成功或全部不写入。")
    with database.reading() as db:
        judged = applying.judge_beforehand(db, run.arguments["batch"])
    with run.step() as (db, job):
        batch = queries.get_batch(db, run.arguments["batch"], held=True)
        moved = applying.write_batch(db, run.owner(db), batch, judged)
        if moved:
            said = f"预览之后资料有变动，{moved} 行的结果与预览不同，没有写入。请核对后再次确认。"
            jobs.finish(job, said, **_leads_to("imports.preview", batch, "查看预览"))
        else:
            said = f"已导入，写入 {batch.detail['written']} 行。"
            jobs.finish(job, said, **_leads_to("imports.show", batch, "查看结果"))


@register(service.UNDO, "导入：撤销", permission=PERMISSION, given_up=_back_to(State.APPLIED))
def undo(run: Run) -> None:
    """Take a long import back, in one step."""
    run.say("正在撤销。")
    with run.step() as (db, job):
        batch = queries.get_batch(db, run.arguments["batch"], held=True)
        undoing.take_back(db, run.owner(db), batch)
        jobs.finish(job, "已撤销，每一行的结果见导入记录。", **_leads_to("imports.show", batch, "查看结果"))


@register(service.MARK, "导入：标注错误", permission="import:read")
def mark(run: Run) -> None:
    """Give the uploaded file back with its faults marked."""
    batch_id = run.arguments["batch"]
    run.say("正在标注原来的表格。")
    with database.reading() as db:
        batch = queries.get_batch(db, batch_id)
        content = marking.marked(db, batch)
    with run.step() as (db, job):
        name = f"{batch.name.rpartition('.')[0] or batch.name}-错误标注.xlsx"
        jobs.keep_file(db, job, name=name, media_type=XLSX, content=content)
        jobs.finish(job, "有错误的格子标成红色，原因写在“错误说明”列；改好后可以直接再上传。")


def _leads_to(route: str, batch: Batch, label: str) -> dict[str, object]:
    return {"route": route, "parameters": {"batch_id": batch.id}, "label": label}
