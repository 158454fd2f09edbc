"""Referring a need, reporting what came of it, and the list of referrals with those that are overdue."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, number_in
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, NotFound, Stale
from app.core.paging import page_asked, paginate
from app.core.text import moment, wan
from app.exports.answer import answer
from app.needs.matching import queries, service
from app.needs.matching.exports import REFERRALS
from app.needs.matching.forms import ReferralFields, ResultFields
from app.needs.matching.models import Referral, Result
from app.needs.matching.overdue import REFERRAL
from app.needs.matching.queries import LANES, ReferralSearch
from app.needs.resources import queries as resources
from app.needs.shown import RESULT_SIGNS
from app.needs.views import NeedAccess, NeedGate
from app.notices.overdue import escalated
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of

router = APIRouter()
DAYS_GIVEN = 30

Reader = Annotated[User, Depends(Gate("need:read"))]
Handled = Annotated[NeedAccess, Depends(NeedGate("need:approve"))]


@router.get("/referrals", name="referrals.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    search = ReferralSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    succeeded, amount = queries.successes(db, actor, search)
    found = paginate(db, queries.referrals(actor, search), number=number, size=size)
    return page.show(
        "needs/referrals.html",
        search=search,
        resource=resources.resource(db, int(search.resource)) if search.resource else None,
        tabs=_tabs(page, search, queries.lane_counts(db, actor, search)),
        total=f"其中成功 {succeeded} 次{f'，成交金额合计 {wan(amount)}' if amount else ''}。",
        found=found,
        escalated=escalated(db, REFERRAL, {each.id: each.due_on for each in found.items if each.is_late}),
        signs=RESULT_SIGNS,
    )


def _tabs(page: Pages, search: ReferralSearch, counts: dict[str, int]) -> list[Tab]:
    address = page.url("referrals.index")
    return tabs_of(
        [ALL, *LANES],
        search.lane,
        lambda code: f"{address}?{search.but(lane=code).query}",
        counts,
    )


@router.post("/exports/referrals", name="referrals.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, REFERRALS, posted)


@router.get("/needs/{need_id}/referrals/new", name="referrals.new")
def new(page: Page, db: Db, seen: Handled, resource: str = "") -> Response:
    due = clock.today() + timedelta(days=DAYS_GIVEN)
    return _new_page(page, db, seen, Form(values={"resource_id": resource, "due_on": due.isoformat()}))


@router.post("/needs/{need_id}/referrals", name="referrals.create")
def create(page: Page, db: Db, seen: Handled, posted: Posted) -> Response:
    form = Form.bind(ReferralFields, posted)
    if form.data:
        try:
            made = service.refer(db, seen.actor, seen.need, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("needs.show", done=f"已登记与“{made.resource.name}”的对接。", need_id=seen.need.id)
    return _new_page(page, db, seen, form)


@router.get("/needs/{need_id}/referrals/{referral_id}", name="referrals.show")
def show(request: Request, page: Page, db: Db, seen: Handled) -> Response:
    referral = _referral(request, db, seen)
    return _result_page(page, seen, referral, Form(values={"version": referral.version}))


@router.post("/needs/{need_id}/referrals/{referral_id}/result", name="referrals.report")
def report(request: Request, page: Page, db: Db, seen: Handled, posted: Posted) -> Response:
    referral = _referral(request, db, seen)
    form = Form.bind(ResultFields, posted)
    if form.data:
        try:
            service.report(db, seen.actor, referral, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            return _raced(page, seen, referral, form)
        else:
            return page.go("needs.show", done=f"已登记：{referral.result}。", need_id=seen.need.id)
    return _result_page(page, seen, referral, form)


def _referral(request: Request, db: Session, seen: NeedAccess) -> Referral:
    """The referral of this very need; NotFound for another's."""
    number = number_in(request, "referral_id")
    found = queries.referral_of(db, seen.need, number) if number else None
    if found is None:
        raise NotFound
    return found


def _new_page(page: Pages, db: Session, seen: NeedAccess, form: Form[Any]) -> Response:
    return page.show(
        "needs/refer.html",
        status=422 if form.errors else 200,
        need=seen.need,
        form=form,
        helpers=queries.helpers(db, seen.need),
        ready=seen.need.state in queries.OPEN_TO_HELP,
    )


def _raced(page: Pages, seen: NeedAccess, referral: Referral, form: Form[Any]) -> Response:
    mine = dict(Result.options()).get(str(form.values.get("result")), "—")
    rows = [
        {"label": "结果", "mine": mine, "theirs": referral.result.label},
        {"label": "说明", "mine": form.values.get("remark") or "—", "theirs": referral.remark or "—"},
    ]
    form.values["version"] = referral.version
    unlike = {"rows": rows, "who": "另一人", "when": moment(referral.closed_at) if referral.closed_at else "刚刚"}
    return _result_page(page, seen, referral, form, status=Stale.status, unlike=unlike)


def _result_page(page: Pages, seen: NeedAccess, referral: Referral, form: Form[Any], **options: Any) -> Response:
    status = 422 if form.errors else 200
    own = {"need": seen.need, "referral": referral, "form": form, "results": Result.options(), "unlike": None}
    return page.show(
        "needs/referral.html", **{"status": status, **own, "sign": RESULT_SIGNS[referral.result], **options}
    )
