"""企业首页: where a firm stands, what it still needs, by when, and who is at work on it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.core import clock
from app.firms.access import FirmAccess, FirmGate
from app.needs.shown import SIGNS as NEED_SIGNS
from app.plans.schedule import SIGNS
from app.portal import frame
from app.portal.home import MOST_DEADLINES, MOST_ROWS, home_of, measure_lights
from app.web.database import Db
from app.web.pages import Page

router = APIRouter()
Reader = Annotated[FirmAccess, Depends(FirmGate("portal:read"))]
HERE = "portal.show"


@router.get("/firms/{firm_id}/portal", name="portal.show")
def show(page: Page, db: Db, seen: Reader) -> Response:
    home = home_of(db, seen.firm)
    return page.show(
        "portal/home.html",
        **frame.context(page, seen, HERE),
        home=home,
        day=clock.today(),
        most_deadlines=MOST_DEADLINES,
        most_rows=MOST_ROWS,
        lights=measure_lights(home.plan.own) if home.plan else {},
        signs=SIGNS,
        need_signs=NEED_SIGNS,
    )
