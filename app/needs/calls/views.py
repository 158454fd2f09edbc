"""The pages of rounds: the list, starting one, its progress by unit and by firm; and a firm's answer."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError
from app.core.paging import page_asked, paginate
from app.exports.answer import answer
from app.firms.access import FirmAccess, FirmGate
from app.firms.lists.saved import views_of
from app.needs.calls import exports, queries, service
from app.needs.calls.forms import CallFields
from app.needs.calls.models import CallAnswer, NeedCall
from app.needs.declared import declared
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of

router = APIRouter()
SIGNS = {CallAnswer.RAISED: "good", CallAnswer.NONE: "plain", CallAnswer.WAITING: "warn"}
USUAL, DAYS = "financing", 14


class CallGate(ObjectGate):
    about = "call_id"

    def find(self, db: Session, actor: User, number: int) -> NeedCall | None:
        return queries.call_for(db, actor, number)


Reader = Annotated[User, Depends(Gate("call:read"))]
Writer = Annotated[User, Depends(Gate("call:write"))]
Shown = Annotated[NeedCall, Depends(CallGate("call:read"))]
Kept = Annotated[NeedCall, Depends(CallGate("call:write"))]
Answering = Annotated[FirmAccess, Depends(FirmGate("need:write"))]


@router.get("/need-calls", name="calls.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.calls(actor), number=number, size=size)
    progress = {call.id: queries.progress(db, actor, call) for call in found.items}
    asked = {call: (sum(p.asked for p in by), sum(p.answered for p in by)) for call, by in progress.items()}
    return page.show("needs/calls.html", found=found, asked=asked, writable=actor.may("call:write"))


@router.get("/need-calls/new", name="calls.new")
def new(page: Page, db: Db, actor: Writer) -> Response:
    today = clock.today()
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=DAYS)).isoformat()}
    return _form_page(page, db, actor, Form(values={"kind": USUAL, "remind": "7，3，1", **days}))


@router.post("/need-calls", name="calls.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(CallFields, posted)
    if form.data:
        try:
            call = service.start_call(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("calls.show", done="征集已开始，企业和专员会收到消息。", call_id=call.id)
    return _form_page(page, db, actor, form)


@router.get("/need-calls/{call_id}", name="calls.show")
def show(request: Request, page: Page, db: Db, call: Shown) -> Response:
    actor: User = request.state.actor
    chosen = CallAnswer.find(request.query_params.get("answer", ""))
    unit = request.query_params.get("unit", "")
    number, size = page_asked(request.query_params)
    by_unit = queries.progress(db, actor, call)
    found = paginate(db, queries.called(actor, call, answer=chosen, unit=unit), number=number, size=size)
    needs = queries.needs_raised(db, call, [each.firm_id for each in found.items])
    return page.show(
        "needs/call.html",
        call=call,
        by_unit=by_unit,
        answers=list(CallAnswer),
        found=found,
        needs=needs,
        said={each.id: exports.answer_of(each, needs.get(each.firm_id, [])) for each in found.items},
        signs=SIGNS,
        tabs=_tabs(page, call, by_unit, chosen, unit),
        writable=actor.may("call:write"),
    )


@router.post("/exports/called-firms", name="calls.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.CALLED, posted)


@router.post("/need-calls/{call_id}/closing", name="calls.close")
def close(request: Request, page: Page, db: Db, call: Kept) -> Response:
    service.close_call(db, request.state.actor, call)
    return page.go("calls.show", done="征集已结束，不再提醒。", call_id=call.id)


@router.post("/firms/{firm_id}/need-calls/{call_id}/answer", name="calls.answer")
def answer_none(page: Page, db: Db, seen: Answering, call_id: int) -> Response:
    call = service.answer_none(db, seen.actor, seen.firm, call_id)
    return page.go("needs.of_firm", done=f"已答复“{call}”：无需求。", firm_id=seen.firm.id)


def _form_page(page: Pages, db: Session, actor: User, form: Form[Any]) -> Response:
    return page.show(
        "needs/call_new.html",
        status=422 if form.errors else 200,
        form=form,
        kinds=declared().options(),
        views=[(view.id, view.name) for view in views_of(db, actor)],
    )


def _tabs(
    page: Pages, call: NeedCall, by_unit: list[queries.Progress], chosen: CallAnswer | None, unit: str
) -> list[Tab]:
    """All, then each answer, under the unit that was chosen."""
    mine = [each for each in by_unit if unit in ("", str(each.unit_id or 0))]
    counts = {answer.code: sum(each.answers[answer] for each in mine) for answer in CallAnswer}
    return tabs_of(
        [ALL, *CallAnswer.options()],
        chosen.code if chosen else "",
        lambda code: page.url("calls.show", query={"answer": code, "unit": unit}, call_id=call.id),
        {"": sum(each.asked for each in mine), **counts},
    )
