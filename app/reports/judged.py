"""The whole pool against the whole book: for each rule how many are 符合, 不符合 and 待核, and which firms they are."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.checks.models import Standing
from app.checks.service import missing_of_rows
from app.core.errors import NotFound
from app.core.paging import paginate
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.policies.queries import LADDER, Entry, rule_book
from app.reports import queries
from app.reports.wording import ANSWERS, question_words
from app.rules import Answer
from app.web.database import Db
from app.web.pages import Page
from app.web.tabs import tabs_of

router = APIRouter()
Reader = Annotated[User, Depends(Gate("board:read"))]
Number = Annotated[int, Query(alias="page")]
SAID = 2


@router.get("/judged", name="judged.index")
def index(page: Page, db: Db, actor: Reader) -> Response:
    counts = queries.answer_counts(db, actor)
    return page.show(
        "reports/judged.html",
        groups=_groups(db),
        counts=counts,
        answers=ANSWERS,
        unchecked=queries.unchecked_count(db, actor),
        as_of=queries.checked_as_of(db),
    )


@router.get("/judged/{code}/{answer}", name="judged.rows")
def rows(page: Page, db: Db, actor: Reader, code: str, answer: str, number: Number = 1, size: int = 20) -> Response:
    entry = rule_book(db).entry(code)
    if answer not in ANSWERS or entry not in rule_book(db).here():
        raise NotFound
    held = queries.answer_counts(db, actor, code).get(code, {})
    counts = {each: held.get(each, 0) for each in ANSWERS}
    wanted = queries.judged(actor, code, answer)
    tabs = tabs_of(ANSWERS.items(), answer, lambda each: page.url("judged.rows", code=code, answer=each), counts)
    firm_and_unit = (joinedload(Standing.firm).joinedload(Firm.unit),)
    found = paginate(db, wanted, number=number, size=size, total=counts[answer], along=firm_and_unit)
    asked = _asked(page, queries.questions_of_rule(db, actor, code)) if answer == Answer.UNKNOWN.code else []
    missing = {key: _said(each) for key, each in missing_of_rows(db, found.items).items()}
    return page.show(
        "reports/judged_rows.html", entry=entry, answer=answer, tabs=tabs, found=found, asked=asked, missing=missing
    )


def _groups(db: Session) -> list[tuple[str, list[Entry]]]:
    """The rules that bind here: each ladder from its lowest rung, then the awards."""
    kinds = vocabulary().titles
    here = rule_book(db).here()
    rungs = sorted((each for each in here if each.group == LADDER), key=lambda each: kinds[each.rule.title].rung or 0)
    names = dict.fromkeys(kinds[each.rule.title].ladder for each in rungs)
    groups = [(name, [each for each in rungs if kinds[each.rule.title].ladder == name]) for name in names]
    return [*groups, ("奖补条款", [each for each in here if each.group != LADDER])]


def _asked(page: Page, questions: list[queries.OpenQuestion]) -> list[dict[str, str]]:
    return [
        {
            "label": question_words(each.what, each.year),
            "url": f"{page.url('questions.show')}?{urlencode({'what': each.what, 'year': each.year or 0})}",
            "note": f"可定 {each.answers} 家" + (f"，由{each.by}提供" if each.by else ""),
        }
        for each in questions
    ]


def _said(missing: list[dict[str, Any]]) -> str:
    """The first two things missing, and how many there are."""
    words = [question_words(each["what"], each["year"]) for each in missing]
    more = f" 等 {len(words)} 项" if len(words) > SAID else ""
    return "；".join(words[:SAID]) + more
