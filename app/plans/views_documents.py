"""A plan as a Word file, and the template it is made by."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts import audit
from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.errors import FieldError
from app.core.filestore import path_of
from app.plans import document, queries, wordtemplate
from app.plans.access import PlanGate
from app.plans.default_template import default_template
from app.plans.models import Plan
from app.policies.queries import rule_book
from app.web.database import Db
from app.web.downloads import download
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
Shown = Annotated[Plan, Depends(PlanGate("plan:read"))]
Keeper = Annotated[User, Depends(Gate("template:keep"))]
DEFAULT_NAME = "一企一策默认模板.docx"


@router.post("/plans/{plan_id}/document", name="plans.document")
def make_document(request: Request, db: Db, plan: Shown) -> Response:
    name = rule_book(db).entry(plan.rule_code).rule.name
    content = document.rendered(document.content_of(plan, name), queries.template_in_use(db))
    audit.record(db, request.state.actor, "plan.downloaded", plan)
    return download(content, name=document.file_name(plan), media_type=document.DOCX)


@router.get("/document-template", name="template.show")
def show(page: Page, db: Db, _actor: Keeper) -> Response:
    return _template_page(page, db, Form())


@router.post("/document-template", name="template.replace")
def replace(page: Page, db: Db, actor: Keeper, posted: Posted) -> Response:
    given = posted.get("file")
    form: Form[Any] = Form()
    try:
        made = wordtemplate.replace_template(db, actor, given if isinstance(given, UploadFile) else None)
    except FieldError as error:
        form.reject(error)
        return _template_page(page, db, form, status=422)
    return page.go("template.show", done=f"已换用模板“{made}”。")


@router.post("/document-template/default", name="template.restore")
def restore(page: Page, db: Db, actor: Keeper) -> Response:
    wordtemplate.restore_default(db, actor)
    return page.go("template.show", done="已恢复默认模板。")


@router.get("/document-template/file", name="template.file")
def file(db: Db, _actor: Keeper) -> Response:
    """The template in use, to be changed and uploaded again."""
    current = queries.template_in_use(db)
    if current is None:
        return download(default_template(), name=DEFAULT_NAME, media_type=document.DOCX)
    return download(path_of(current.file_key).read_bytes(), name=current.name, media_type=document.DOCX)


@router.post("/document-template/sample", name="template.sample")
def sample(db: Db, _actor: Keeper) -> Response:
    """A made-up plan by the template in use."""
    content = document.rendered(document.sample(), queries.template_in_use(db))
    return download(content, name="一企一策样张.docx", media_type=document.DOCX)


def _template_page(page: Pages, db: Session, form: Form[Any], *, status: int = 200) -> Response:
    used = queries.template_in_use(db)
    return page.show("plans/template.html", status=status, form=form, used=used, names=document.sample())
