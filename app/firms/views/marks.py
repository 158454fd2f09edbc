"""Answering a question about a firm, and taking a tag or a pool off it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts.gate import number_in
from app.firms import marks
from app.firms.access import FirmAccess, FirmGate
from app.firms.forms import AnswerFields
from app.firms.models import Inquiry, PoolEntry, Tag
from app.firms.overview import show_overview
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter(prefix="/firms/{firm_id}")

Marking = Annotated[FirmAccess, Depends(FirmGate("mark:write"))]
Editing = Annotated[FirmAccess, Depends(FirmGate("firm:edit"))]


@router.post("/inquiries/{inquiry_id}/answer", name="inquiries.answer")
def answer(request: Request, page: Page, db: Db, seen: Marking, posted: Posted) -> Response:
    inquiry = marks.own(db, seen.firm, Inquiry, number_in(request, "inquiry_id"))
    form = Form.bind(AnswerFields, posted)
    if form.data is None:
        return show_overview(page, db, seen, status=422, answering=inquiry.id, answer=form)
    marks.answer(db, seen.actor, inquiry, form.data.answer)
    return page.go("firms.show", firm_id=seen.firm.id, done="已记下答复。")


@router.post("/tags/{tag_id}/removal", name="tags.remove")
def remove_tag(request: Request, page: Page, db: Db, seen: Marking) -> Response:
    tag = marks.own(db, seen.firm, Tag, number_in(request, "tag_id"))
    marks.remove_tag(db, seen.actor, tag)
    return page.go("firms.show", firm_id=seen.firm.id, done=f"已去掉标签“{tag.label}”。")


@router.post("/pools/{entry_id}/leaving", name="pools.leave")
def leave_pool(request: Request, page: Page, db: Db, seen: Editing) -> Response:
    entry = marks.own(db, seen.firm, PoolEntry, number_in(request, "entry_id"))
    marks.leave_pool(db, seen.actor, entry)
    return page.go("firms.show", firm_id=seen.firm.id, done=f"已移出培育库“{entry.pool.name}”。")
