"""The pages of the ledger: on screen, on paper, and as a file."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.paging import Page as ListPage
from app.core.paging import page_asked, page_of
from app.exports.answer import answer
from app.firms.queries import open_units, unit_options
from app.ledgers import exports, queries, shown
from app.ledgers.lines import SIGNS, LineKind, LineState
from app.ledgers.search import FIRM, LIGHTS, ME, SORTS, LedgerSearch
from app.plans.schedule import SIGNS as LIGHT_SIGNS
from app.web.database import Db
from app.web.forms import Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of, with_all

router = APIRouter()
Reader = Annotated[User, Depends(Gate("measure:read"))]
MOST_PRINTED = 1000


@router.get("/ledger", name="ledger.show")
def show(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    search = LedgerSearch.read(request.query_params)
    units = unit_options(open_units(db))
    counts = queries.state_counts(db, actor, search)
    found = _found(request, db, actor, search, sum(counts.values()) if not search.state else None)
    return page.show(
        "ledgers/index.html",
        fragment="results",
        found=found,
        lines=shown.lines(db, found.items),
        search=search,
        tabs=_tabs(page, search, counts),
        units=units,
        owners=[(FIRM, "企业"), *units],
        people=[(ME, "本人"), *queries.people(db, actor)],
        kinds=LineKind.options(),
        sorts=[(each, each) for each in SORTS],
        lights=[(each.code, each.label) for each in LIGHTS],
        signs=SIGNS,
        light_signs=LIGHT_SIGNS,
    )


@router.get("/ledger/print", name="ledger.print")
def show_on_paper(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    search = LedgerSearch.read(request.query_params)
    rows = db.execute(queries.rows(actor, search).limit(MOST_PRINTED + 1)).all()
    return page.show(
        "ledgers/print.html",
        lines=list(enumerate(shown.lines(db, rows[:MOST_PRINTED]), 1)),
        more=len(rows) > MOST_PRINTED,
        most=MOST_PRINTED,
        said=exports.in_words(db, actor, search),
        search=search,
    )


@router.post("/exports/ledger", name="ledger.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, exports.EXPORT, posted)


def _found(request: Request, db: Session, actor: User, search: LedgerSearch, total: int | None) -> ListPage[Any]:
    wanted = queries.rows(actor, search)
    number, size = page_asked(request.query_params)
    return page_of(db, wanted, number=number, size=size, total=queries.total(db, wanted) if total is None else total)


def _tabs(page: Pages, search: LedgerSearch, counts: dict[LineState, int]) -> list[Tab]:
    """All, then each state; the other filters stay."""
    return tabs_of(
        [ALL, *((state.code, state.label) for state in counts)],
        search.state,
        lambda code: page.url("ledger.show", query=search.but(state=code).given),
        with_all(counts),
    )
