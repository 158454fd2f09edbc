"""The pages of an import: upload, columns, preview, result; the work behind them runs after the answer has left."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts import audit
from app.accounts.gate import Gate, writing_apart
from app.accounts.models import User
from app.core.errors import FieldError, NotFound
from app.core.fields import LARGEST_ID
from app.core.paging import page_asked, paginate
from app.facts.models import Batch, Source
from app.imports import preview, queries, service
from app.imports.columns.mapping import Faults
from app.imports.forms import ApplicationFields, MappingFields, UndoingFields, UploadFields
from app.imports.models import Kind, State
from app.imports.workbooks import marking
from app.imports.workbooks.blank import blank_workbook
from app.imports.workbooks.rejected import rejected_rows
from app.imports.writing import applying, undoing
from app.web import flash
from app.web.database import Db
from app.web.downloads import XLSX, download
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Reader = Annotated[User, Depends(Gate("import:read"))]
Writer = Annotated[User, Depends(Gate("import:write"))]

BatchId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/imports", name="imports.index")
def index(request: Request, page: Page, db: Db, _actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    batches = paginate(db, queries.batches(), number=number, size=size)
    return page.show("imports/index.html", fragment="results", batches=batches, **preview.words())


@router.get("/imports/new", name="imports.new")
def new(page: Page, _actor: Writer, kind: str = "firms") -> Response:
    return _show_upload(page, Form(values={"kind": kind}))


@router.post("/imports", name="imports.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(UploadFields, posted)
    if form.data:
        try:
            batch = _receive(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("imports.progress", batch_id=batch.id)
    return _show_upload(page, form, status=422)


def _receive(db: Db, actor: User, fields: UploadFields) -> Batch:
    if not isinstance(fields.file, UploadFile) or not fields.file.filename:
        raise FieldError("file", "请选择要导入的文件。")
    return service.receive(db, actor, fields, fields.file.filename, fields.file.file)


def _show_upload(page: Pages, form: Form[Any], *, status: int = 200) -> Response:
    sources = [(source.code, source.label) for source in Source if source is not Source.ENTERED]
    return page.show("imports/new.html", status=status, form=form, kinds=Kind.options(), sources=sources)


@router.get("/imports/template/{kind}.xlsx", name="imports.template")
def template(db: Db, _actor: Reader, kind: str) -> Response:
    try:
        chosen = Kind.of(kind)
    except ValueError as error:
        raise NotFound from error
    return download(blank_workbook(db, chosen), name=f"{chosen.label}导入模板.xlsx", media_type=XLSX)


@router.get("/imports/{batch_id}/progress", name="imports.progress")
def progress(page: Page, db: Db, _actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if not queries.is_worked_on(batch):
        return page.go(_where_to(batch), batch_id=batch.id)
    job, state = queries.job_of(db, batch), queries.state_of(batch)
    return page.show("imports/progress.html", fragment="status", batch=batch, state=state, job=job)


def _where_to(batch: Batch) -> str:
    """The page where an import stands."""
    match queries.state_of(batch):
        case State.APPLIED | State.UNDONE:
            return "imports.show"
        case State.JUDGED:
            return "imports.preview"
        case State.READ | State.REFUSED:
            return "imports.mapping"
    return "imports.progress"


@router.get("/imports/{batch_id}/mapping", name="imports.mapping")
def mapping(page: Page, db: Db, actor: Writer, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    match queries.state_of(batch):
        case State.REFUSED:
            return page.show("imports/refused.html", batch=batch, kind=Kind.of(batch.kind))
        case State.READ | State.JUDGED:
            form: Form[Any] = Form(values=preview.mapping_values(db, actor, batch))
            return _show_mapping(page, db, actor, batch, form, Faults())
    return page.go(_where_to(batch), batch_id=batch.id)


@router.post("/imports/{batch_id}/mapping", name="imports.map")
def choose(page: Page, db: Db, actor: Writer, batch_id: BatchId, posted: Posted) -> Response:
    batch = queries.get_batch(db, batch_id)
    service.check_can_map(batch)
    form, faults = Form.bind(MappingFields, posted), Faults()
    if form.data:
        faults = service.choose_columns(db, actor, batch, form.data)
    if faults or form.errors:
        return _show_mapping(page, db, actor, batch, form, faults, status=422)
    return page.go("imports.progress", batch_id=batch.id)


def _show_mapping(
    page: Pages, db: Db, actor: User, batch: Batch, form: Form[Any], faults: Faults, *, status: int = 200
) -> Response:
    form.errors |= {f"target-{place}": sentence for place, sentence in faults.columns.items()}
    form.errors |= {f"target-{preview.first_place(batch)}": sentence for sentence in faults.whole}
    chosen = preview.mapping_page(db, actor, batch, form, faults)
    return page.show("imports/mapping.html", status=status, batch=batch, form=form, faults=faults, **chosen)


@router.get("/imports/{batch_id}/preview", name="imports.preview")
def show_preview(request: Request, page: Page, db: Db, _actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if queries.state_of(batch) is not State.JUDGED:
        return page.go(_where_to(batch), batch_id=batch.id)
    rows = preview.rows_page(page, db, batch, request.query_params, "imports.preview")
    can_mark = marking.can_mark(db, batch)
    return page.show("imports/preview.html", fragment="results", batch=batch, can_mark=can_mark, **rows)


@router.post("/imports/{batch_id}/application", name="imports.apply")
def apply(page: Page, db: Db, actor: Writer, batch_id: BatchId, posted: Posted) -> Response:
    form = Form.bind(ApplicationFields, posted)
    version = form.data.version if form.data else 0
    if queries.size_of(db, batch_id) > service.MOST_AT_ONCE:
        service.ask_to_write(db, actor, batch_id, version=version)
        return page.go("imports.progress", batch_id=batch_id)
    moved = applying.apply_batch(db, actor, batch_id, version=version)
    if moved:
        response = page.go("imports.preview", batch_id=batch_id)
        flash.leave(response, "warn", f"预览之后资料有变动，{moved} 行的结果与预览不同，已标出。请核对后再次确认。")
        return response
    batch = queries.get_batch(db, batch_id)
    return page.go("imports.show", batch_id=batch_id, done=f"已导入，写入 {batch.detail['written']} 行。")


@router.post("/imports/{batch_id}/undoing", name="imports.undo")
def undo(page: Page, db: Db, actor: Writer, batch_id: BatchId, posted: Posted) -> Response:
    form = Form.bind(UndoingFields, posted)
    version = form.data.version if form.data else 0
    if queries.size_of(db, batch_id) > service.MOST_AT_ONCE:
        service.ask_to_undo(db, actor, batch_id, version=version)
        return page.go("imports.progress", batch_id=batch_id)
    undoing.undo_batch(db, actor, batch_id, version=version)
    return page.go("imports.show", batch_id=batch_id, done="已撤销这次导入，每一行的结果见下表。")


@router.get("/imports/{batch_id}", name="imports.show")
def show(request: Request, page: Page, db: Db, _actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if queries.state_of(batch) not in (State.APPLIED, State.UNDONE):
        asked = {"tab": request.query_params.get("tab", "")}
        return page.go(_where_to(batch), batch_id=batch.id, query=asked)
    rows = preview.rows_page(page, db, batch, request.query_params, "imports.show")
    can_mark = marking.can_mark(db, batch)
    return page.show("imports/show.html", fragment="results", batch=batch, can_mark=can_mark, **rows)


@router.post("/imports/{batch_id}/marking", name="imports.mark")
def mark(page: Page, db: Db, actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if "counts" not in batch.detail or not marking.can_mark(db, batch):
        raise NotFound
    job = service.ask(db, actor, batch, service.MARK)
    audit.record(db, actor, "import.exported", batch, changes={"count": preview.at_fault(batch)})
    return page.go("jobs.show", job_id=job)


@router.get("/imports/{batch_id}/rejected.xlsx", name="imports.rejected")
def rejected(request: Request, db: Db, actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if "counts" not in batch.detail:
        raise NotFound
    content = rejected_rows(db, batch)
    with writing_apart(request) as own:
        audit.record(own, actor, "import.exported", batch, changes={"count": preview.at_fault(batch)})
    name = f"{batch.name.rpartition('.')[0] or batch.name}-未导入的行.xlsx"
    return download(content, name=name, media_type=XLSX)
