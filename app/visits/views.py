"""走访 on a phone: whom to visit today, what to ask, writing a visit down; and the list of all visits."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.core.paging import page_asked, paginate
from app.exports.answer import answer
from app.firms.access import FirmAccess, FirmGate
from app.needs.declared import declared
from app.visits import photos, queries, sending, today
from app.visits.content import KEY
from app.visits.declared import topics
from app.visits.exports import VISITS
from app.visits.forms import PROMISES
from app.visits.questions import questions_of
from app.visits.search import VisitSearch
from app.web.assets import OWN
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Visitor = Annotated[User, Depends(Gate("visit:write"))]
Lister = Annotated[User, Depends(Gate("visit:list"))]
Visiting = Annotated[FirmAccess, Depends(FirmGate("visit:write"))]

# A device may ask where it is on these pages, and only there: the form has a button for it.
MAY_LOCATE = {"permissions-policy": "camera=(), microphone=(), geolocation=(self)"}
WORKER = OWN / "visits" / "worker.js"


@router.get("/visits/today", name="visits.today")
def show_today(page: Page, db: Db, actor: Visitor) -> Response:
    return page.show("visits/today.html", stops=today.stops(db, actor), owner=actor.id)


@router.get("/visits/session", name="visits.session")
def show_session(request: Request, actor: Visitor) -> Response:
    """Who is signed in, and the form token of this session: what a device needs before it sends a draft."""
    return JSONResponse({"owner": actor.id, "token": request.state.csrf})


@router.get("/visits/worker.js", name="visits.worker")
def show_worker(_actor: Visitor) -> Response:
    """The service worker; its address decides its scope, so it is served here and not among the static files."""
    headers = {"cache-control": "no-cache"}
    return Response(WORKER.read_bytes(), media_type="text/javascript; charset=utf-8", headers=headers)


@router.get("/visits", name="visits.index")
def index(request: Request, page: Page, db: Db, actor: Lister) -> Response:
    search = VisitSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    people = queries.visitors(db, actor)
    found = paginate(db, search.statement(actor), number=number, size=size)
    return page.show(
        "visits/index.html",
        fragment="results",
        found=found,
        search=search,
        filters=search.in_words(dict(people)),
        people=people,
        topics_options=[(topic, topic) for topic in topics()],
        photos=queries.photos_of(db, found.items),
    )


@router.post("/visits/export", name="visits.export")
def export(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    return answer(page, db, actor, VISITS, posted)


@router.get("/visits/firms/{firm_id}/new", name="visits.new")
def new(page: Page, db: Db, seen: Visiting) -> Response:
    plan = queries.next_plans(db, seen.actor, [seen.firm.id]).get(seen.firm.id)
    due = plan if plan and plan.planned_on <= clock.today() else None
    form = sending.blank(
        visited_on=clock.today().isoformat(), place=seen.firm.address or "", plan_id=due.id if due else ""
    )
    return _form_page(page, db, seen, form)


@router.post("/visits/firms/{firm_id}", name="visits.create")
def create(request: Request, page: Page, db: Db, seen: Visiting, posted: Posted) -> Response:
    form, visit = sending.receive(db, seen, posted)
    if sending.is_from_device(request):
        return sending.refusal(form.errors) if visit is None else sending.receipt(page, visit)
    if visit is None:
        form.values[KEY] = sending.key_of(posted)
        return _form_page(page, db, seen, form, status=422)
    return page.go("visits.show", firm_id=seen.firm.id, visit_id=visit.id, done="走访已记录。")


def _form_page(page: Pages, db: Session, seen: FirmAccess, form: Form[Any], *, status: int = 200) -> Response:
    response = page.show(
        "visits/new.html",
        status=status,
        firm=seen.firm,
        form=form,
        questions=questions_of(db, [seen.firm.id])[seen.firm.id],
        promises=queries.open_promises(db, [seen.firm.id])[seen.firm.id],
        keepers=[(user.id, user.name) for user in queries.keepers_of(db, seen.firm) if user.id != seen.actor.id],
        need_kinds=[("", "不列入"), *declared().options()],
        topics=topics(),
        places=PROMISES,
        most_photos=photos.MOST_PHOTOS,
        owner=seen.actor.id,
    )
    response.headers.update(MAY_LOCATE)
    return response
