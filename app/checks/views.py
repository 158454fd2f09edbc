"""体检 of one firm: at a glance, rule by rule, on paper, and kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.checks import queries, service, wording
from app.checks.check import Check, Result
from app.checks.forms import Dates, Keeping
from app.core.errors import FieldError, NotFound
from app.core.fields import sentences
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.policies.queries import rule_book
from app.rules import Anchors, Finding, combine, explain
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter(prefix="/firms/{firm_id}")
Reader = Annotated[FirmAccess, Depends(FirmGate("check:read"))]
Keeper = Annotated[FirmAccess, Depends(FirmGate("finding:keep"))]

MOST_QUESTIONS = 8
HERE = "checks.show"


@dataclass(frozen=True)
class Asked:
    """The dates a page was asked for, as typed and as understood."""

    form: Form[Dates]
    anchors: Anchors

    @property
    def given(self) -> dict[str, str]:
        """The dates as an address carries them, so that links keep them."""
        return {name: value for name, value in self.form.values.items() if value}


def read_dates(request: Request) -> Asked:
    """The dates in the address; ones that are no dates are shown as errors and today is used."""
    values = {name: request.query_params.get(name, "") for name in Dates.model_fields}
    form: Form[Dates] = Form(values=dict(values))
    try:
        form.data = Dates.model_validate(values)
    except ValidationError as error:
        form.errors = sentences(error)
    return Asked(form, (form.data or Dates()).anchors())


When = Annotated[Asked, Depends(read_dates)]


@router.get("/check", name="checks.show")
def show(page: Page, db: Db, seen: Reader, asked: When) -> Response:
    check = service.check_firm(db, seen.firm, asked.anchors)
    return page.show(
        "checks/show.html",
        **frame.context(page, db, seen, HERE),
        asked=asked,
        check=check,
        questions=check.questions()[:MOST_QUESTIONS],
        stacked=combine([each.finding for each in check.awards]),
        kept=queries.kept_findings(db, seen.firm.id),
    )


@router.get("/check/print", name="checks.print")
def show_on_paper(page: Page, db: Db, seen: Reader, asked: When) -> Response:
    check = service.check_firm(db, seen.firm, asked.anchors)
    explained = [(each, explain(each.finding)) for each in check.in_order]
    return page.show("checks/print.html", firm=seen.firm, asked=asked, check=check, explained=explained)


@router.get("/check/examples", name="checks.examples")
def show_examples(page: Page, db: Db, seen: Reader, asked: When) -> Response:
    """Other districts' rules, for comparison only."""
    entries = [each for each in rule_book(db, at=asked.anchors.known_at).entries if not each.applies_here]
    check = service.check_firm(db, seen.firm, asked.anchors, entries=entries)
    return page.show("checks/examples.html", **frame.context(page, db, seen, HERE), asked=asked, check=check)


@router.get("/check/{code}", name="checks.finding")
def show_finding(page: Page, db: Db, seen: Reader, asked: When, code: str) -> Response:
    result = _check(db, seen, asked.anchors, code).results[0]
    return page.show(
        "checks/finding.html",
        **frame.context(page, db, seen, HERE),
        **_finding_context(asked, result),
        form=Form(),
    )


@router.get("/check/{code}/gaps", name="checks.gaps")
def show_gaps(page: Page, db: Db, seen: Reader, asked: When, code: str) -> Response:
    """A page of its own, because the search for proposals may take a moment; the finding's page fetches its block."""
    check = _check(db, seen, asked.anchors, code)
    result = check.results[0]
    return page.show(
        "checks/gaps.html",
        fragment="gaps",
        **frame.context(page, db, seen, HERE),
        **_finding_context(asked, result),
        gaps=service.gaps_of(check, result),
    )


@router.post("/findings", name="findings.create")
def keep(page: Page, db: Db, seen: Keeper, posted: Posted) -> Response:
    form = Form.bind(Keeping, posted)
    if form.data:
        kept = service.keep_finding(
            db, seen.actor, seen.firm, form.data.rule, form.data.anchors(), reason=form.data.reason
        )
        return page.go("findings.show", firm_id=seen.firm.id, kept_id=kept.id, done="结论已存档。")
    return _show_again(page, db, seen, form)


@router.get("/findings/{kept_id}", name="findings.show")
def show_kept(page: Page, db: Db, seen: Reader, kept_id: int) -> Response:
    kept = queries.get_kept(db, seen.firm.id, kept_id)
    return page.show(
        "checks/kept.html",
        **frame.context(page, db, seen, HERE),
        **_said(kept.finding),
        kept=kept,
        same=service.replay(db, kept),
    )


def _show_again(page: Page, db: Db, seen: FirmAccess, form: Form[Keeping]) -> Response:
    code = str(form.values.get("rule", ""))
    dates = {name: str(form.values.get(name, "")) for name in Dates.model_fields}
    asked = Asked(Form(values=dict(dates)), Dates().anchors())
    try:
        result = _check(db, seen, asked.anchors, code).results[0]
    except NotFound as error:
        raise FieldError("rule", "没有这条规则。") from error
    context = _finding_context(asked, result)
    return page.show("checks/finding.html", status=422, **frame.context(page, db, seen, HERE), **context, form=form)


def _check(db: Db, seen: FirmAccess, anchors: Anchors, code: str) -> Check:
    """The firm judged by one rule."""
    entry = rule_book(db, at=anchors.known_at).entry(code)
    return service.check_firm(db, seen.firm, anchors, entries=[entry])


def _finding_context(asked: Asked, result: Result) -> Mapping[str, Any]:
    return {"asked": asked, "result": result, **_said(result.finding)}


def _said(finding: Finding) -> Mapping[str, Any]:
    """A finding with what its template needs to put it into words."""
    return {
        "finding": finding,
        "explanation": explain(finding),
        "parts": wording.parts_of(finding),
        "say": wording.Say,
        "shown": wording.show_used,
    }
