"""What happened to a firm, newest first."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.firms import frame, queries
from app.firms.access import FirmAccess, FirmGate
from app.web.database import Db
from app.web.pages import Page

router = APIRouter()

Seen = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]


@router.get("/firms/{firm_id}/timeline", name="firms.timeline")
def show(page: Page, db: Db, seen: Seen, before: str = "") -> Response:
    events = queries.events_of(db, seen.firm, before=before)
    return page.show("firms/timeline.html", events=events, **frame.context(page, db, seen, "firms.timeline"))
