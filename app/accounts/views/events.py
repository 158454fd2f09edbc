"""The audit trail, for the auditor: read it, check it; both are written down in it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts import audit, history
from app.accounts.gate import Gate, writing_apart
from app.accounts.models import User
from app.accounts.search import RESULTS, EventSearch
from app.accounts.trail import trail_page
from app.web.database import Db
from app.web.pages import Page

router = APIRouter()

Auditor = Annotated[User, Depends(Gate("event:read"))]
MOST_FLAWS = 100


@router.get("/events", name="events.index")
def index(request: Request, page: Page, db: Db, actor: Auditor) -> Response:
    search = EventSearch.read(request.query_params)
    found = trail_page(db, search)
    with writing_apart(request) as own:
        audit.record(own, actor, "event.read", changes=search.given)
    return page.show(
        "accounts/events.html",
        trail=found,
        search=search,
        kinds=history.kind_options(),
        results=RESULTS,
        older=str(request.url.include_query_params(before=found.older).query),
    )


# Only reads, hence GET: a transaction that may write would make everybody wait while a long trail is checked.
@router.get("/events/verification", name="events.verification")
def verification(request: Request, page: Page, db: Db, actor: Auditor) -> Response:
    flaws = audit.verify(db)
    outcome = f"发现 {len(flaws)} 处异常" if flaws else "完整"
    with writing_apart(request) as own:
        audit.record(own, actor, "chain.verified", changes={"outcome": outcome})
    return page.show("accounts/verification.html", flaws=flaws[:MOST_FLAWS], count=len(flaws))
