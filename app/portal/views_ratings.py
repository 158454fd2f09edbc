"""评价专员: a firm's word on those who looked after it; read by the bureau, never by the person by name."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.commissioners.deeds import service
from app.commissioners.deeds.forms import POINTS, RatingFields
from app.core.errors import FieldError
from app.firms.access import FirmAccess, FirmGate
from app.portal import frame
from app.portal.ratings import Rateable, rateable
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
Rater = Annotated[FirmAccess, Depends(FirmGate("rating:write"))]
HERE = "portal.ratings"


@router.get("/firms/{firm_id}/ratings", name=HERE)
def show(request: Request, page: Page, db: Db, seen: Rater) -> Response:
    return _ratings_page(page, db, seen, request.query_params.get("of", ""), None)


@router.post("/firms/{firm_id}/ratings", name="ratings.create")
def create(page: Page, db: Db, seen: Rater, posted: Posted) -> Response:
    form = Form.bind(RatingFields, posted)
    if form.data:
        try:
            made = service.rate(db, seen.actor, seen.firm, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            done = f"已记下对{made.commissioner.name}{made.year}年度服务的评价；核定考核之前可以修改。"
            return page.go(HERE, firm_id=seen.firm.id, done=done)
    of = f"{form.values.get('commissioner_id', '')}-{form.values.get('year', '')}"
    return _ratings_page(page, db, seen, of, form, status=422)


def _ratings_page(
    page: Pages, db: Session, seen: FirmAccess, of: str, form: Form[Any] | None, *, status: int = 200
) -> Response:
    found = rateable(db, seen.firm)
    chosen = _chosen(found, of)
    return page.show(
        "portal/ratings.html",
        status=status,
        **frame.context(page, seen, HERE),
        rows=found,
        chosen=chosen,
        form=form or Form(values=_said(chosen)),
        points=POINTS,
        option_list=[(str(number), f"{number} 分，{label}") for number, label in POINTS.items()],
    )


def _chosen(found: list[Rateable], of: str) -> Rateable | None:
    """The one asked for, or the first that nothing was said of yet."""
    still = [each for each in found if each.is_open]
    named = next((each for each in still if each.key == of), None)
    return named or next((each for each in still if each.rating is None), None)


def _said(chosen: Rateable | None) -> dict[str, Any]:
    rating = chosen.rating if chosen else None
    return {"points": rating.points, "words": rating.words} if rating else {}
