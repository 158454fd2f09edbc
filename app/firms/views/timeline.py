"""What happened to a firm, newest first, a page at a time."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.accounts.history import Line, line
from app.core import text
from app.core.address import row_number
from app.firms import frame, queries
from app.firms.access import FirmAccess, FirmGate
from app.firms.marks import EVENTS
from app.web.database import Db
from app.web.pages import Page

router = APIRouter()

Seen = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
MOST = 30


@router.get("/firms/{firm_id}/timeline", name="firms.timeline")
def show(page: Page, db: Db, seen: Seen) -> Response:
    before = row_number(page.request.query_params.get("before", "")) or None
    untold = () if seen.may("firm:list") else EVENTS
    events = queries.events_of(db, seen.firm, before=before, most=MOST + 1, untold=untold)
    return page.show(
        "firms/timeline.html",
        items=[_item(line(event)) for event in events[:MOST]],
        before=before,
        earlier=events[MOST - 1].id if len(events) > MOST else None,
        **frame.context(page, db, seen, "firms.timeline"),
    )


def _item(told: Line) -> dict[str, Any]:
    who = f"{told.who}（{told.role}）" if told.role else told.who
    # A value that came with the thing itself (a first entry) says nothing that its own page does not.
    changes = (f"{each.label}：{each.before} → {each.after}" for each in told.changes if each.before is not None)
    return {"when": text.moment(told.at), "title": told.sentence, "who": who, "text": "；".join(changes)}
