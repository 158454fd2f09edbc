"""企业首页: where a firm stands, what it still needs, by when, and who is at work on it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.accounts.permissions import Role
from app.core import clock
from app.core.paging import count
from app.firms.access import FirmAccess, FirmGate
from app.needs.shown import SIGNS as NEED_SIGNS
from app.notices.queries import latest_unread, notices_of
from app.plans.schedule import SIGNS
from app.portal import frame
from app.portal.home import MOST_DEADLINES, MOST_ROWS, home_of, measure_lights
from app.web.database import Db
from app.web.pages import Page

router = APIRouter()
Reader = Annotated[FirmAccess, Depends(FirmGate("portal:read"))]
HERE = "portal.show"
MOST_NOTICES = 5


@router.get("/firms/{firm_id}/portal", name="portal.show")
def show(page: Page, db: Db, seen: Reader) -> Response:
    home, own = home_of(db, seen.firm), seen.actor.role is Role.FIRM
    return page.show(
        "portal/home.html",
        **frame.context(page, seen, HERE),
        home=home,
        # Whoever looks as the firm does must not see their own notices for the firm's.
        notices=latest_unread(db, seen.actor, MOST_NOTICES) if own else [],
        unread=count(db, notices_of(seen.actor, "unread")) if own else 0,
        day=clock.today(),
        most_deadlines=MOST_DEADLINES,
        most_rows=MOST_ROWS,
        lights=measure_lights(home.plan.own) if home.plan else {},
        signs=SIGNS,
        need_signs=NEED_SIGNS,
    )
