"""The Word templates on one page: which are in use, to be had, tried, replaced and set back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.errors import FieldError
from app.core.filestore import path_of
from app.documents import filling, queries, service
from app.documents.forms import TemplateFields
from app.documents.kinds import all_kinds, get_kind
from app.web.database import Db
from app.web.downloads import download
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
Keeper = Annotated[User, Depends(Gate("template:keep"))]


@router.get("/document-templates", name="templates.index")
def index(page: Page, db: Db, _actor: Keeper) -> Response:
    return _index_page(page, db, Form())


@router.post("/document-templates", name="templates.replace")
def replace(page: Page, db: Db, actor: Keeper, posted: Posted) -> Response:
    form = Form.bind(TemplateFields, posted)
    if form.data:
        kind, file = get_kind(form.data.kind), form.data.file
        try:
            made = service.replace_template(db, actor, kind, file if isinstance(file, UploadFile) else None)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("templates.index", done=f"“{kind.label}”已换用模板“{made}”。")
    return _index_page(page, db, form, status=422)


@router.post("/document-templates/{document_kind}/default", name="templates.restore")
def restore(page: Page, db: Db, actor: Keeper, document_kind: str) -> Response:
    chosen = get_kind(document_kind)
    service.restore_own(db, actor, chosen)
    return page.go("templates.index", done=f"“{chosen.label}”已恢复默认模板。")


@router.get("/document-templates/{document_kind}/file", name="templates.file")
def file(db: Db, _actor: Keeper, document_kind: str) -> Response:
    """The template in use, to be changed and uploaded again."""
    chosen, used = get_kind(document_kind), queries.template_in_use(db, document_kind)
    if used is None:
        return download(chosen.own_template(), name=f"{chosen.label}默认模板.docx", media_type=filling.DOCX)
    return download(path_of(used.file_key).read_bytes(), name=used.name, media_type=filling.DOCX)


@router.post("/document-templates/{document_kind}/sample", name="templates.sample")
def sample(db: Db, _actor: Keeper, document_kind: str) -> Response:
    """A made-up document by the template in use."""
    chosen = get_kind(document_kind)
    content = filling.rendered(db, chosen, chosen.sample())
    return download(content, name=f"{chosen.label}样张.docx", media_type=filling.DOCX)


def _index_page(page: Pages, db: Session, form: Form[Any], *, status: int = 200) -> Response:
    kinds, used = all_kinds(), queries.templates_in_use(db)
    names = {kind.label: kind.sample() for kind in kinds}
    return page.show("documents/index.html", status=status, form=form, kinds=kinds, used=used, names=names)
