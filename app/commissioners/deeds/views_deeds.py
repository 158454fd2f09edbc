"""Entering a deed, and an officer's word on it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.accounts.permissions import Scope
from app.commissioners.deeds import queries, service
from app.commissioners.deeds.declared import deed_kinds
from app.commissioners.deeds.forms import DeedFields, RefusalFields
from app.commissioners.deeds.models import Deed, DeedState
from app.commissioners.deeds.sources import terms_in
from app.commissioners.deeds.views import RecordGate, record_page
from app.commissioners.models import Commissioner
from app.core import clock
from app.core.address import row_number
from app.core.errors import FieldError
from app.core.paging import counts_of, page_asked, paginate
from app.firms import files
from app.firms.models import Firm
from app.web.database import Db
from app.web.forms import Form, Posted, without
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()
FILE = files.FIELD


class DeedGate(ObjectGate):
    about = "deed_id"

    def find(self, db: Session, actor: User, number: int) -> Deed | None:
        found = queries.deed_with(db, number)
        own = actor.scope(self.permission) is Scope.SELF
        return found if found and (not own or queries.is_own(actor, found.commissioner)) else None


Own = Annotated[Commissioner, Depends(RecordGate("deed:write"))]
Approver = Annotated[User, Depends(Gate("deed:approve"))]
Decided = Annotated[Deed, Depends(DeedGate("deed:approve"))]
Mine = Annotated[Deed, Depends(DeedGate("deed:write"))]


@router.get("/deeds", name="deeds.index")
def index(page: Page, db: Db, _actor: Approver) -> Response:
    state = DeedState.find(page.request.query_params.get("state", "")) or DeedState.WAITING
    number, size = page_asked(page.request.query_params)
    return page.show(
        "commissioners/deeds.html",
        found=paginate(db, queries.deeds_in(state), number=number, size=size),
        tabs=tabs_of(
            ((each, each.label) for each in DeedState),
            state,
            lambda each: page.url("deeds.index", query={"state": each.code}),
            counts_of(db, {each: queries.deeds_in(each) for each in DeedState}),
        ),
        kinds=deed_kinds(),
    )


@router.get("/commissioners/{commissioner_id}/deeds/new", name="deeds.new")
def new(page: Page, db: Db, person: Own, like: str = "") -> Response:
    model = queries.deed_with(db, row_number(like))
    own = model is not None and model.commissioner_id == person.id
    values = {name: getattr(model, name) for name in DeedFields.model_fields} if own else {"done_on": clock.today()}
    return _form_page(page, db, person, Form(values=values))


@router.post("/commissioners/{commissioner_id}/deeds", name="deeds.create")
def create(request: Request, page: Page, db: Db, person: Own, posted: Posted) -> Response:
    form = Form.bind(DeedFields, without(posted, FILE))
    if form.data:
        try:
            with db.begin_nested():
                made = service.enter(db, request.state.actor, person, form.data)
                _attach(db, request.state.actor, made, posted.get(FILE))
        except FieldError as error:
            form.reject(error)
        else:
            done = "已登记，科技局确认后计入服务记录。"
            year = {"year": made.done_on.year}
            return page.go("servicerecords.show", commissioner_id=person.id, query=year, done=done)
    return _form_page(page, db, person, form, status=422)


@router.post("/deeds/{deed_id}/withdrawal", name="deeds.withdraw")
def withdraw(request: Request, page: Page, db: Db, deed: Mine) -> Response:
    service.withdraw(db, request.state.actor, deed)
    return _back(page, deed, "已撤回；改好之后可以“照此再登记”。")


@router.post("/deeds/{deed_id}/confirmation", name="deeds.confirm")
def confirm(request: Request, page: Page, db: Db, deed: Decided) -> Response:
    service.confirm(db, request.state.actor, deed)
    return _back(page, deed, "已确认，计入服务记录。")


@router.post("/deeds/{deed_id}/refusal", name="deeds.refuse")
def refuse(request: Request, page: Page, db: Db, deed: Decided, posted: Posted) -> Response:
    form = Form.bind(RefusalFields, posted)
    if not form.data:
        form.errors = {"": "不予确认请写明原因，专员会看到。"}
        year = deed.done_on.year
        return record_page(page, db, request.state.actor, deed.commissioner, year, form, status=422)
    service.refuse(db, request.state.actor, deed, form.data)
    return _back(page, deed, "已记下不予确认的原因。")


def _attach(db: Session, actor: User, deed: Deed, upload: Any) -> None:
    if isinstance(upload, UploadFile) and upload.filename:
        firm = db.get_one(Firm, deed.firm_id)
        deed.file = files.store(db, actor, firm, upload, field=FILE)


def _back(page: Pages, deed: Deed, done: str) -> Response:
    year = {"year": deed.done_on.year}
    return page.go("servicerecords.show", commissioner_id=deed.commissioner_id, query=year, done=done)


def _form_page(page: Pages, db: Session, person: Commissioner, form: Form[Any], *, status: int = 200) -> Response:
    now = clock.today().year
    terms = [each for year in (now - 1, now) for each in terms_in(db, year, [person.user_id or 0])]
    names = queries.firm_names(db, [each.firm_id for each in terms])
    return page.show(
        "commissioners/deed.html",
        status=status,
        form=form,
        person=person,
        firms=sorted(names.items(), key=lambda each: each[1]),
        kinds=list(deed_kinds().items()),
        accept=files.ACCEPT,
        earliest=date(now - 1, 1, 1),
    )
