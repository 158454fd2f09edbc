"""The visits of one firm: timeline, one visit, its paper, corrections, photos, promises and plans."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import FileResponse, Response

from app.accounts import audit
from app.accounts.conflicts import both_versions
from app.accounts.gate import noting_denials
from app.core import clock
from app.core.errors import FieldError, NotFound, Stale
from app.documents import filling
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.visits import document, photos, queries, sending, service, shown
from app.visits.content import content_of
from app.visits.declared import topics
from app.visits.forms import CorrectionFields, OwnerFields, PhotoFields, PlanFields
from app.visits.models import Visit
from app.web.database import Db
from app.web.downloads import ATTACHMENT_HEADERS, download
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
TAB = "visits.firm"

Reading = Annotated[FirmAccess, Depends(FirmGate("visit:read"))]
Visiting = Annotated[FirmAccess, Depends(FirmGate("visit:write"))]


@router.get("/firms/{firm_id}/visits", name="visits.firm")
def index(page: Page, db: Db, seen: Reading) -> Response:
    return _index_page(page, db, seen, Form(values={"planned_on": clock.today().isoformat()}))


@router.get("/firms/{firm_id}/visits/{visit_id}", name="visits.show")
def show(page: Page, db: Db, seen: Reading, visit_id: int) -> Response:
    return _visit_page(page, db, seen, queries.get_visit(db, seen.firm, visit_id))


@router.get("/firms/{firm_id}/visits/{visit_id}/print", name="visits.print")
def show_on_paper(page: Page, db: Db, seen: Reading, visit_id: int) -> Response:
    visit = queries.get_visit(db, seen.firm, visit_id)
    return page.show("visits/print.html", firm=seen.firm, **shown.whole(db, seen, visit))


@router.post("/firms/{firm_id}/visits/{visit_id}/document", name="visits.document")
def make_document(db: Db, seen: Reading, visit_id: int) -> Response:
    visit = queries.get_visit(db, seen.firm, visit_id)
    content = filling.rendered(db, document.VISIT, document.content_of(db, seen, visit))
    audit.record(db, seen.actor, "visit.downloaded", visit)
    return download(content, name=document.file_name(visit), media_type=filling.DOCX)


@router.get("/firms/{firm_id}/visits/{visit_id}/correction", name="visits.edit")
def edit(page: Page, db: Db, seen: Visiting, visit_id: int) -> Response:
    visit = queries.get_visit(db, seen.firm, visit_id)
    with noting_denials(page.request):
        service.check_may_correct(seen.actor, visit)
    return _edit_page(page, db, seen, visit, Form(values=shown.values_of(visit)))


@router.post("/firms/{firm_id}/visits/{visit_id}/correction", name="visits.correct")
def correct(page: Page, db: Db, seen: Visiting, visit_id: int, posted: Posted) -> Response:
    visit = queries.get_visit(db, seen.firm, visit_id)
    with noting_denials(page.request):
        service.check_may_correct(seen.actor, visit)
    content = content_of(posted)
    form = sending.bind(CorrectionFields, content)
    if form.data is None:
        return _edit_page(page, db, seen, visit, form, status=422)
    try:
        service.correct_visit(db, seen.actor, visit, form.data, content)
    except Stale:
        both = both_versions(db, visit, *shown.side_by_side(form.values, visit))
        form.values["version"] = visit.version
        return _edit_page(page, db, seen, visit, form, status=409, conflict=both)
    return page.go("visits.show", firm_id=seen.firm.id, visit_id=visit.id, done="已更正，原来的记录仍可查看。")


@router.post("/visits/firms/{firm_id}/photos", name="visits.add_photo")
def add_photo(request: Request, page: Page, db: Db, seen: Visiting, posted: Posted) -> Response:
    """Under /visits, for the device sends it from there; a visit is named by its key, which the device knows."""
    form = Form.bind(PhotoFields, posted)
    visit = queries.visit_with(db, str(posted.get("visit", "")))
    if visit is None or visit.firm_id != seen.firm.id:
        raise NotFound
    photo = sending.receive_photo(db, seen.actor, visit, form)
    if sending.is_from_device(request):
        return sending.refusal(form.errors) if photo is None else sending.photo_receipt(photo)
    if photo is None:
        return _visit_page(page, db, seen, visit, form, status=422)
    return page.go("visits.show", firm_id=seen.firm.id, visit_id=visit.id, done="照片已保存。")


@router.get("/firms/{firm_id}/visits/{visit_id}/photos/{photo_id}", name="visits.photo")
def show_photo(db: Db, seen: Reading, visit_id: int, photo_id: int) -> Response:
    visit = queries.get_visit(db, seen.firm, visit_id)
    photo = queries.get_photo(db, visit, photo_id)
    name = f"走访照片-{visit.visited_on.isoformat()}-{photo.id}.jpg"
    return FileResponse(
        photos.stored_path(photo),
        media_type="image/jpeg",
        filename=name,
        content_disposition_type="inline",
        headers=ATTACHMENT_HEADERS,
    )


@router.post("/firms/{firm_id}/promises/{promise_id}/fulfilment", name="promises.keep")
def keep_promise(page: Page, db: Db, seen: Visiting, promise_id: int) -> Response:
    promise = queries.get_promise(db, seen.firm, promise_id)
    service.keep_promise(db, seen.actor, promise)
    return page.go("visits.show", firm_id=seen.firm.id, visit_id=promise.visit_id, done="承诺已办结。")


@router.post("/firms/{firm_id}/promises/{promise_id}/owner", name="promises.assign")
def assign_promise(page: Page, db: Db, seen: Visiting, promise_id: int, posted: Posted) -> Response:
    promise = queries.get_promise(db, seen.firm, promise_id)
    form: Form[Any] = Form.bind(OwnerFields, posted)
    if form.data:
        try:
            service.assign_promise(db, seen.actor, seen.firm, promise, form.data.owner_id)
        except FieldError as error:
            form.reject(error)
        else:
            done = f"“{promise.what}”改由{promise.owner.name}办理。"
            return page.go("visits.show", firm_id=seen.firm.id, visit_id=promise.visit_id, done=done)
    form.values.update(sending.blank().values)
    return _visit_page(page, db, seen, queries.get_visit(db, seen.firm, promise.visit_id), form, status=422)


@router.post("/firms/{firm_id}/visit-plans", name="visitplans.create")
def create_plan(page: Page, db: Db, seen: Visiting, posted: Posted) -> Response:
    form = Form.bind(PlanFields, posted)
    if form.data:
        try:
            made = service.plan_visit(db, seen.actor, seen.firm, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("visits.firm", firm_id=seen.firm.id, done=f"已计划{made.planned_on:%m月%d日}走访。")
    return _index_page(page, db, seen, form, status=422)


@router.post("/firms/{firm_id}/visit-plans/{visit_plan_id}/withdrawal", name="visitplans.withdraw")
def withdraw(page: Page, db: Db, seen: Visiting, visit_plan_id: int) -> Response:
    plan = queries.get_plan(db, seen.firm, visit_plan_id)
    with noting_denials(page.request):
        service.withdraw_plan(db, seen.actor, plan)
    return page.go("visits.firm", firm_id=seen.firm.id, done="走访计划已取消。")


def _index_page(page: Pages, db: Session, seen: FirmAccess, form: Form[Any], *, status: int = 200) -> Response:
    visits = queries.visits_of(db, seen.firm)
    return page.show(
        "visits/firm.html",
        status=status,
        **frame.context(page, db, seen, TAB),
        visits=visits,
        photos=queries.photos_of(db, visits),
        plans=queries.open_plans(db, seen.firm) if seen.may("visit:list") else [],
        promises=queries.open_promises(db, [seen.firm.id])[seen.firm.id],
        form=form,
    )


def _visit_page(
    page: Pages, db: Session, seen: FirmAccess, visit: Visit, form: Form[Any] | None = None, *, status: int = 200
) -> Response:
    whole = {**frame.context(page, db, seen, TAB), **shown.whole(db, seen, visit)}
    return page.show("visits/show.html", status=status, form=form or sending.blank(), **whole)


def _edit_page(
    page: Pages,
    db: Session,
    seen: FirmAccess,
    visit: Visit,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: Any = None,
) -> Response:
    whole = frame.context(page, db, seen, TAB) | {"visit": visit, "form": form, "conflict": conflict}
    return page.show("visits/edit.html", status=status, topics=topics(), **whole)
