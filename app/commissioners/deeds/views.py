"""Service records on pages: of everybody in a year, of one person, and the rows behind each number."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.accounts.permissions import Scope
from app.commissioners.deeds import queries, shown
from app.commissioners.deeds.exports import RECORDS
from app.commissioners.deeds.search import SORTS, RecordSearch, summaries
from app.commissioners.deeds.terms import BY_CODE
from app.commissioners.models import Commissioner
from app.commissioners.queries import of_user, person
from app.core import clock
from app.core.address import row_number
from app.core.choices import Choice
from app.core.errors import NotFound
from app.exports.answer import answer
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()
READ = queries.READ
YEARS_BACK = 3
State = TypeVar("State", bound=Choice)


class RecordGate(ObjectGate):
    """A commissioner whose record somebody may read: their own, or as far as their firms go."""

    about = "commissioner_id"

    def find(self, db: Session, actor: User, number: int) -> Commissioner | None:
        found = person(db, number)
        own = actor.scope(self.permission) is Scope.SELF
        return found if found and (not own or queries.is_own(actor, found)) else None


Reader = Annotated[User, Depends(Gate(READ))]
Shown = Annotated[Commissioner, Depends(RecordGate(READ))]


@router.get("/service-records", name="servicerecords.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    own = of_user(db, actor.id)
    if own is not None:
        return page.go("servicerecords.show", commissioner_id=own.id)
    search = RecordSearch.read(request.query_params)
    return page.show(
        "commissioners/records.html",
        search=search,
        rows=summaries(db, search),
        years=tabs_of(latest_years(), search.year, lambda year: page.url("servicerecords.index", query={"year": year})),
        headings=_headings(page, search),
        grade_signs=shown.GRADE_SIGNS,
        pays=actor.may("allowance:read"),
    )


@router.post("/exports/service-records", name="servicerecords.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, RECORDS, posted)


@router.get("/commissioners/{commissioner_id}/record", name="servicerecords.show")
def show(request: Request, page: Page, db: Db, found: Shown) -> Response:
    year = queries.year_asked(request.query_params.get("year", ""))
    return record_page(page, db, request.state.actor, found, year)


@router.get("/commissioners/{commissioner_id}/record/items", name="servicerecords.items")
def items(request: Request, page: Page, db: Db, found: Shown) -> Response:
    given = request.query_params
    measure, year = BY_CODE.get(given.get("measure", "visits")), queries.year_asked(given.get("year", ""))
    if measure is None:
        raise NotFound
    actor = request.state.actor
    record = queries.year_of(db, found, year)
    number = row_number(given.get("firm", ""))
    firm_id = number if number in record.firm_ids else None
    rows = record.rows(measure.code, firm_id)
    names, reachable = queries.firm_names(db, record.firm_ids), queries.reached(db, actor, record.firm_ids)
    links = {id(each): shown.link_of(page, each) if each.firm_id in reachable else "" for each in rows}
    return page.show(
        "commissioners/items.html",
        person=found,
        year=year,
        measure=measure,
        rows=[(each, names[each.firm_id], links[id(each)]) for each in rows],
        firm=names.get(firm_id or 0, ""),
    )


def record_page(
    page: Pages,
    db: Session,
    actor: User,
    found: Commissioner,
    year: int,
    form: Form[Any] | None = None,
    *,
    status: int = 200,
) -> Response:
    """The record of one year, with the form that was refused, if one was."""
    told = shown.whole(page, db, actor, found, year)
    return page.show("commissioners/record.html", status=status, form=form or Form(), **told)


def latest_years() -> list[tuple[int, str]]:
    """The last years as a list offers them, this one first."""
    now = clock.today().year
    return [(year, f"{year}年") for year in range(now, now - YEARS_BACK, -1)]


def _headings(page: Pages, search: RecordSearch) -> list[Any]:
    by = {
        code: {
            "label": label,
            "align": "left" if code == "name" else "right",
            "hide_on_phone": code in {"visits", "solved", "late", "deeds", "rating"},
            "sort_url": page.url("servicerecords.index", query=search.sorted_by(code).given),
            "sorted": search.direction(code),
        }
        for code, label in SORTS.items()
    }
    return [*by.values(), {"label": "尺度得出", "hide_on_phone": True}, "年度考核"]
