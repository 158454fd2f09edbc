"""Home, board, expiry radar, open questions: numbers that lead to exactly their rows."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import joinedload
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.accounts.permissions import Role
from app.checks.models import Standing
from app.core import clock
from app.core.errors import NotFound
from app.core.paging import paginate, stretch
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.policies.queries import rule_book
from app.reports import queries, todo
from app.reports.wording import LANES, STATES
from app.titles import ladder as ladders
from app.titles.models import Title
from app.web.database import Db
from app.web.pages import Page
from app.web.tabs import tabs_of

router = APIRouter()
AtHome = Annotated[User, Depends(Gate("home:read"))]
Reader = Annotated[User, Depends(Gate("board:read"))]

Number = Annotated[int, Query(alias="page")]

SHOWN_AT_HOME = 8


@router.get("/home", name="home.show")
def home(page: Page, db: Db, actor: AtHome) -> Response:
    if actor.role is Role.FIRM and actor.firm_id:
        return page.go("portal.show", firm_id=actor.firm_id)
    if not actor.may("board:read"):
        return page.show("reports/plain_home.html", waiting=todo.waiting_for(db, actor))
    soonest = stretch(db, queries.expiring(actor, "soon"), most=SHOWN_AT_HOME, along=[joinedload(Title.firm)])
    return page.show(
        "reports/home.html",
        waiting=todo.waiting_for(db, actor),
        firms=queries.firm_count(db, actor),
        counts=queries.rung_counts(db, actor),
        lanes=queries.lane_counts(db, actor, ""),
        lane_labels=LANES,
        soonest=soonest,
        kinds=vocabulary().titles,
        questions=queries.open_questions(db, actor)[:SHOWN_AT_HOME],
        question_url=lambda question: _question_url(page, question.what, question.year),
        as_of=queries.checked_as_of(db),
    )


@router.get("/todo", name="todo.show")
def todo_page(page: Page, db: Db, actor: AtHome) -> Response:
    return page.show("reports/todo.html", waiting=todo.waiting_for(db, actor))


@router.get("/board", name="board.show")
def board(page: Page, db: Db, actor: Reader) -> Response:
    counts = queries.rung_counts(db, actor)
    codes = [count.kind.code for count in counts]
    near = {
        code: stretch(db, queries.rows_on_board(actor, code, "near"), most=SHOWN_AT_HOME, along=()) for code in codes
    }
    standings = queries.standings_of_all(db, near)
    return page.show(
        "reports/board.html", counts=counts, near=near, standings=standings, as_of=queries.checked_as_of(db)
    )


@router.get("/board/{kind}/{state}", name="board.rows")
def board_rows(
    page: Page, db: Db, actor: Reader, kind: str, state: str, number: Number = 1, size: int = 20
) -> Response:
    declared = vocabulary().titles.get(kind)
    if declared is None or declared not in queries.rungs() or state not in STATES:
        raise NotFound
    found = paginate(
        db, queries.rows_on_board(actor, kind, state), number=number, size=size, along=[joinedload(Firm.unit)]
    )
    tabs = tabs_of(STATES.items(), state, lambda code: page.url("board.rows", kind=kind, state=code))
    return page.show(
        "reports/board_rows.html",
        kind=declared,
        state=state,
        states=STATES,
        tabs=tabs,
        found=found,
        standings=queries.standings_of(db, found.items, kind),
        stays=queries.stays_of(db, found.items),
    )


@router.get("/expiry", name="expiry.index")
def expiry(
    page: Page, db: Db, actor: Reader, lane: str = "30", kind: str = "", number: Number = 1, size: int = 20
) -> Response:
    lane = lane if lane in LANES else "30"
    counts = queries.lane_counts(db, actor, kind)
    address = page.url("expiry.index")
    tabs = tabs_of(LANES.items(), lane, lambda code: f"{address}?{urlencode({'lane': code, 'kind': kind})}", counts)
    wanted = queries.expiring(actor, lane, kind)
    found = paginate(db, wanted, number=number, size=size, total=counts[lane], along=[joinedload(Title.firm)])
    options = [(each.code, each.label) for each in vocabulary().titles.values()]
    return page.show(
        "reports/expiry.html",
        found=found,
        tabs=tabs,
        lane=lane,
        kind=kind,
        options=options,
        kinds=vocabulary().titles,
        days_left=lambda title: ladders.days_left(title, clock.today()),
    )


@router.get("/questions", name="questions.index")
def questions(page: Page, db: Db, actor: Reader) -> Response:
    found = queries.open_questions(db, actor)
    return page.show(
        "reports/questions.html",
        questions=found,
        question_url=lambda question: _question_url(page, question.what, question.year),
    )


@router.get("/questions/rows", name="questions.show")
def question(
    page: Page, db: Db, actor: Reader, what: str = "", year: int = 0, number: Number = 1, size: int = 20
) -> Response:
    wanted = queries.rows_of_question(db, actor, what, year or None)
    found = paginate(db, wanted, number=number, size=size, along=[joinedload(Standing.firm)])
    names = {entry.rule.code: entry.rule.name for entry in rule_book(db).here()}
    return page.show("reports/question.html", what=what, year=year, found=found, names=names)


def _question_url(page: Page, what: str, year: int | None) -> str:
    return f"{page.url('questions.show')}?{urlencode({'what': what, 'year': year or 0})}"
