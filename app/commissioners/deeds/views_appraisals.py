"""Giving grades: proposing, settling, giving back; and the allowances that follow."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate, noting_denials
from app.accounts.models import User
from app.commissioners.deeds import queries, service
from app.commissioners.deeds.allowance import answers, due_in
from app.commissioners.deeds.exports import ALLOWANCES
from app.commissioners.deeds.forms import AppraisalFields, ReturnFields
from app.commissioners.deeds.models import Appraisal, AppraisalState
from app.commissioners.deeds.search import RecordSearch
from app.commissioners.deeds.shown import GRADE_SIGNS, Say
from app.commissioners.deeds.views import RecordGate, latest_years, record_page
from app.commissioners.models import Commissioner
from app.core.errors import FieldError
from app.core.paging import counts_of, page_asked, paginate
from app.exports.answer import answer
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()


class AppraisalGate(ObjectGate):
    about = "appraisal_id"

    def find(self, db: Session, actor: User, number: int) -> Appraisal | None:  # noqa: ARG002
        return queries.appraisal_with(db, number)


Graded = Annotated[Commissioner, Depends(RecordGate("appraisal:write"))]
Approver = Annotated[User, Depends(Gate("appraisal:approve"))]
Waiting = Annotated[Appraisal, Depends(AppraisalGate("appraisal:approve"))]
PaymentReader = Annotated[User, Depends(Gate("allowance:read"))]


@router.get("/appraisals", name="appraisals.index")
def pending(page: Page, db: Db, _actor: Approver) -> Response:
    state = AppraisalState.find(page.request.query_params.get("state", "")) or AppraisalState.PROPOSED
    number, size = page_asked(page.request.query_params)
    return page.show(
        "commissioners/appraisals.html",
        found=paginate(db, queries.appraisals_in(state), number=number, size=size),
        tabs=tabs_of(
            ((each, each.label) for each in AppraisalState),
            state,
            lambda each: page.url("appraisals.index", query={"state": each.code}),
            counts_of(db, {each: queries.appraisals_in(each) for each in AppraisalState}),
        ),
        grade_signs=GRADE_SIGNS,
    )


@router.post("/commissioners/{commissioner_id}/appraisals", name="appraisals.propose")
def propose(request: Request, page: Page, db: Db, person: Graded, posted: Posted) -> Response:
    form = Form.bind(AppraisalFields, posted)
    if form.data:
        try:
            made = service.propose(db, request.state.actor, person, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return _back(page, made, f"已拟定为“{made.grade}”，须由另一人核定。")
    year = queries.year_asked(str(form.values.get("year", "")))
    return record_page(page, db, request.state.actor, person, year, form, status=422)


@router.post("/appraisals/{appraisal_id}/settlement", name="appraisals.settle")
def settle(request: Request, page: Page, db: Db, appraisal: Waiting) -> Response:
    with noting_denials(request):
        service.settle(db, request.state.actor, appraisal)
    return _back(page, appraisal, f"已核定为“{appraisal.grade}”，企业评价不再变动。")


@router.post("/appraisals/{appraisal_id}/return", name="appraisals.return")
def give_back(request: Request, page: Page, db: Db, appraisal: Waiting, posted: Posted) -> Response:
    form = Form.bind(ReturnFields, posted)
    if not form.data:
        form.errors = {"remark": "退回请写明原因。"}
        person, year = appraisal.commissioner, appraisal.year
        return record_page(page, db, request.state.actor, person, year, form, status=422)
    with noting_denials(request):
        service.give_back(db, request.state.actor, appraisal, form.data)
    return _back(page, appraisal, "已退回，可以重新拟定。")


@router.get("/allowances", name="allowances.index")
def index(request: Request, page: Page, db: Db, actor: PaymentReader) -> Response:
    return _allowances(request, page, db, actor, "commissioners/allowances.html")


@router.get("/allowances/print", name="allowances.print")
def paper(request: Request, page: Page, db: Db, actor: PaymentReader) -> Response:
    return _allowances(request, page, db, actor, "commissioners/allowances_print.html")


@router.post("/exports/allowances", name="allowances.export")
def export(page: Page, db: Db, actor: PaymentReader, posted: Posted) -> Response:
    return answer(page, db, actor, ALLOWANCES, posted)


def _allowances(request: Request, page: Pages, db: Session, actor: User, template: str) -> Response:
    search = RecordSearch.read(request.query_params)
    found = [(entry, rows, answers(rows)) for entry, rows in due_in(db, search.year)]
    return page.show(
        template,
        search=search,
        years=tabs_of(latest_years(), search.year, lambda year: page.url("allowances.index", query={"year": year})),
        clauses=found,
        say=Say,
        grade_signs=GRADE_SIGNS,
        reads_records=actor.may(queries.READ),
    )


def _back(page: Pages, appraisal: Appraisal, done: str) -> Response:
    year = {"year": appraisal.year}
    return page.go("servicerecords.show", commissioner_id=appraisal.commissioner_id, query=year, done=done)
