"""The pages of an import: upload, columns, preview, result; the work behind them runs after the answer has left."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts import audit
from app.accounts.gate import Gate, writing_apart
from app.accounts.models import User
from app.core.errors import FieldError, NotFound
from app.core.fields import LARGEST_ID
from app.core.paging import page_asked, paginate
from app.facts.models import Batch, Source
from app.imports import applying, preview, queries, service, undoing
from app.imports.blank import blank_workbook
from app.imports.forms import ApplicationFields, MappingFields, UndoingFields, UploadFields
from app.imports.mapping import Faults
from app.imports.models import Kind, State
from app.imports.rejected import rejected_rows
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
            response = page.go("imports.mapping", batch_id=batch.id)
            response.background = BackgroundTask(service.read_file, batch.id)
            return response
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


@router.get("/imports/{batch_id}/mapping", name="imports.mapping")
def mapping(page: Page, db: Db, _actor: Writer, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    match queries.state_of(batch):
        case State.APPLIED | State.UNDONE:
            return page.go("imports.show", batch_id=batch.id)
        case State.READING | State.JUDGING if not queries.is_stranded(batch):
            return _wait(page, batch)
        case State.READING | State.REFUSED:
            return page.show("imports/refused.html", batch=batch, kind=Kind.of(batch.kind))
    return _show_mapping(page, batch, Form(values=preview.mapping_values(batch)), Faults())


@router.post("/imports/{batch_id}/mapping", name="imports.map")
def choose(page: Page, db: Db, _actor: Writer, batch_id: BatchId, posted: Posted) -> Response:
    batch = queries.get_batch(db, batch_id)
    service.check_can_map(batch)
    form, faults = Form.bind(MappingFields, posted), Faults()
    if form.data:
        faults = service.choose_columns(db, batch, form.data)
    if faults or form.errors:
        return _show_mapping(page, batch, form, faults, status=422)
    response = page.go("imports.preview", batch_id=batch.id)
    response.background = BackgroundTask(service.compare, batch.id)
    return response


def _show_mapping(page: Pages, batch: Batch, form: Form[Any], faults: Faults, *, status: int = 200) -> Response:
    form.errors |= {f"target-{place}": sentence for place, sentence in faults.columns.items()}
    form.errors |= {f"target-{preview.first_place(batch)}": sentence for sentence in faults.whole}
    chosen = preview.mapping_page(batch, form, faults)
    return page.show("imports/mapping.html", status=status, batch=batch, form=form, faults=faults, **chosen)


@router.get("/imports/{batch_id}/preview", name="imports.preview")
def show_preview(request: Request, page: Page, db: Db, _actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    match queries.state_of(batch):
        case State.JUDGED:
            rows = preview.rows_page(page, db, batch, request.query_params, "imports.preview")
            return page.show("imports/preview.html", fragment="results", batch=batch, **rows)
        case State.APPLIED | State.UNDONE:
            return page.go("imports.show", batch_id=batch.id)
        case State.JUDGING if not queries.is_stranded(batch):
            return _wait(page, batch)
    return page.go("imports.mapping", batch_id=batch.id)


def _wait(page: Pages, batch: Batch) -> Response:
    """A page that comes again by itself until the work behind it is done."""
    response = page.show("imports/wait.html", batch=batch, state=queries.state_of(batch))
    response.headers["refresh"] = "2"
    return response


@router.post("/imports/{batch_id}/application", name="imports.apply")
def apply(page: Page, db: Db, actor: Writer, batch_id: BatchId, posted: Posted) -> Response:
    form = Form.bind(ApplicationFields, posted)
    version = form.data.version if form.data else 0
    moved = applying.apply_batch(db, actor, batch_id, version=version)
    if moved:
        response = page.go("imports.preview", batch_id=batch_id)
        flash.leave(response, "warn", f"预览之后企业资料有变动，{moved} 行的结果与预览不同，已标出。请核对后再次确认。")
        return response
    batch = queries.get_batch(db, batch_id)
    return page.go("imports.show", batch_id=batch_id, done=f"已导入，写入 {batch.detail['written']} 行。")


@router.post("/imports/{batch_id}/undoing", name="imports.undo")
def undo(page: Page, db: Db, actor: Writer, batch_id: BatchId, posted: Posted) -> Response:
    form = Form.bind(UndoingFields, posted)
    version = form.data.version if form.data else 0
    undoing.undo_batch(db, actor, batch_id, version=version)
    return page.go("imports.show", batch_id=batch_id, done="已撤销这次导入，每一行的结果见下表。")


@router.get("/imports/{batch_id}", name="imports.show")
def show(request: Request, page: Page, db: Db, _actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if queries.state_of(batch) not in (State.APPLIED, State.UNDONE):
        return page.go("imports.preview", batch_id=batch.id)
    rows = preview.rows_page(page, db, batch, request.query_params, "imports.show")
    return page.show("imports/show.html", fragment="results", batch=batch, **rows)


@router.get("/imports/{batch_id}/rejected.xlsx", name="imports.rejected")
def rejected(request: Request, db: Db, actor: Reader, batch_id: BatchId) -> Response:
    batch = queries.get_batch(db, batch_id)
    if "counts" not in batch.detail:
        raise NotFound
    content = rejected_rows(db, batch)
    with writing_apart(request) as own:
        count = batch.detail["counts"]["refused"]
        audit.record(own, actor, "import.exported", batch, changes={"count": count})
    name = f"{batch.name.rpartition('.')[0] or batch.name}-未导入的行.xlsx"
    return download(content, name=name, media_type=XLSX)
