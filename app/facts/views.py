"""数据: the figures of a firm, their history, and entering them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from app.core import clock
from app.core.errors import Conflict, FieldError, NotFound, Stale
from app.facts import queries, service
from app.facts.entry import record_facts
from app.facts.figures_form import both_versions, entries, filled, said
from app.facts.forms import SOURCES, FiguresFields, RetractionFields, figures_fields, value_name
from app.facts.ledger import Origin
from app.facts.models import Fact
from app.facts.page import FirmPages, known_moment, read_year, sheet_context
from app.facts.record_form import default_source
from app.facts.service import named
from app.facts.sheet import STANDING, editable_kinds, is_registration, make_cell, make_sheet, unit_shown
from app.facts.vocabulary import vocabulary
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.rules import FactKind
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
SUBJECT = "firm"
TAB = "facts.index"

Reader = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("fact:write"))]


@router.get("/firms/{firm_id}/facts", name="facts.index")
def index(page: Page, db: Db, seen: Reader, until: str = "", known: str = "") -> Response:
    day, moment = known_moment(known)
    facts = queries.facts_of(db, seen.firm.id, at=moment)
    shown = sheet_context(
        page,
        lambda years: make_sheet(facts, subject=SUBJECT, years=years, day=day, founded_on=seen.firm.founded_on),
        until,
    )
    writable = seen.may("fact:write") and moment is None
    return page.show(
        "facts/index.html",
        **shown,
        **frame.context(page, db, seen, TAB),
        pages=FirmPages(page, seen.firm.id, writable),
        known=day if moment else None,
    )


@router.get("/firms/{firm_id}/facts/edit", name="facts.edit")
def edit(page: Page, db: Db, seen: Writer, group: str = "", year: str = "") -> Response:
    kinds, number = _asked(group, year)
    standing = queries.standing_facts(db, seen.firm.id, [kind.code for kind in kinds], number)
    return _form_page(page, db, seen, kinds, number, filled(kinds, standing, default_source(seen.actor)))


@router.post("/firms/{firm_id}/facts", name="facts.record")
def record(page: Page, db: Db, seen: Writer, posted: Posted, group: str = "", year: str = "") -> Response:
    kinds, number = _asked(group, year)
    form, clashes, written = _submit(db, seen, kinds, number, posted)
    if written is None:
        return _form_page(page, db, seen, kinds, number, form, clashes)
    return page.go_to(_pages(page, seen).index(group), done=said(written, kinds))


@router.get("/firms/{firm_id}/facts/{kind}/{year}", name="facts.history")
def history(page: Page, db: Db, seen: Reader, kind: str, year: str) -> Response:
    declared, number = _one(kind, year)
    standing = queries.standing_facts(db, seen.firm.id, [kind], number)
    form = filled([declared], standing, default_source(seen.actor))
    return _history_page(page, db, seen, declared, number, form)


@router.post("/firms/{firm_id}/facts/{kind}/{year}", name="facts.replace")
def replace(page: Page, db: Db, seen: Writer, posted: Posted, kind: str, year: str) -> Response:
    declared, number = _one(kind, year)
    form, clashes, written = _submit(db, seen, (declared,), number, posted)
    if written is None:
        return _history_page(page, db, seen, declared, number, form, clashes=clashes)
    return page.go_to(_pages(page, seen).history(kind, number), done=said(written, (declared,)))


@router.post("/firms/{firm_id}/facts/{kind}/{year}/retraction", name="facts.retract")
def retract(page: Page, db: Db, seen: Writer, posted: Posted, kind: str, year: str) -> Response:
    declared, number = _one(kind, year)
    fact = queries.standing_fact(db, seen.firm.id, kind, number)
    form = Form.bind(RetractionFields, posted)
    if fact is None:
        raise NotFound("这个数据现在没有值，不需要撤回。")
    if form.data is None:
        own = filled([declared], {kind: fact}, default_source(seen.actor))
        return _history_page(page, db, seen, declared, number, own, retraction=form)
    if form.data.seen != fact.id:
        raise Conflict("这个数据刚刚被他人更改，没有撤回。请返回后刷新页面，看过现值再决定。")
    service.retract_fact(db, seen.actor, seen.firm, fact, reason=form.data.reason)
    return page.go_to(_pages(page, seen).history(kind, number), done=f"已撤回{named(declared, number)}。")


def _pages(page: Pages, seen: FirmAccess) -> FirmPages:
    return FirmPages(page, seen.firm.id, seen.may("fact:write"))


def _submit(
    db: Session, seen: FirmAccess, kinds: tuple[FactKind, ...], year: int, posted: FormData
) -> tuple[Form[FiguresFields], dict[str, Any] | None, list[Fact] | None]:
    """The form, both versions after a lost race, and what was written; None when it was refused."""
    form: Form[FiguresFields] = Form.bind(figures_fields(kinds), posted)
    if form.data is None:
        return form, None, None
    origin = Origin(form.data.source, form.data.note or None)
    given = entries(kinds, form.data)
    try:
        done = record_facts(db, seen.actor, seen.firm, given, year=year, origin=origin, confirm=form.data.confirm)
    except FieldError as error:
        form.reject(error)
    except Stale as error:
        return form, both_versions(db, form, error.current), None
    else:
        return form, None, done
    return form, None, None


def _asked(group: str, year: str) -> tuple[tuple[FactKind, ...], int]:
    """The kinds a form is about, and their year; NotFound where there are none."""
    number = _year(year)
    kinds = editable_kinds(SUBJECT, group, number)
    if not kinds:
        raise NotFound
    return kinds, number


def _one(kind: str, year: str) -> tuple[FactKind, int]:
    declared, number = vocabulary().facts.get(kind), _year(year)
    if declared is None or declared.subject != SUBJECT or is_registration(declared):
        raise NotFound
    if declared.annual != (number != STANDING):
        raise NotFound
    return declared, number


def _year(text: str) -> int:
    number = read_year(text)
    if number != STANDING and not service.EARLIEST_YEAR <= number <= clock.today().year:
        raise NotFound
    return number


def _form_page(
    page: Pages,
    db: Session,
    seen: FirmAccess,
    kinds: tuple[FactKind, ...],
    year: int,
    form: Form[FiguresFields],
    clashes: dict[str, Any] | None = None,
) -> Response:
    standing = queries.standing_facts(db, seen.firm.id, [kind.code for kind in kinds], year)
    cells = {kind.code: make_cell(kind, year, standing.get(kind.code), clock.today()) for kind in kinds}
    return page.show(
        "facts/edit.html",
        status=409 if clashes else 422 if form.errors else 200,
        **frame.context(page, db, seen, TAB),
        pages=_pages(page, seen),
        kinds=kinds,
        cells=cells,
        group=kinds[0].group,
        year=year,
        years=range(clock.today().year, clock.today().year - 10, -1),
        form=form,
        clashes=clashes,
        sources=SOURCES,
    )


def _history_page(
    page: Pages,
    db: Session,
    seen: FirmAccess,
    kind: FactKind,
    year: int,
    form: Form[FiguresFields],
    *,
    clashes: dict[str, Any] | None = None,
    retraction: Form[RetractionFields] | None = None,
) -> Response:
    rows = queries.history_of_fact(db, seen.firm.id, kind.code, year)
    refused = bool(form.errors) or retraction is not None
    return page.show(
        "facts/history.html",
        status=409 if clashes else 422 if refused else 200,
        **frame.context(page, db, seen, TAB),
        pages=_pages(page, seen),
        kind=kind,
        year=year,
        title=named(kind, year),
        unit=unit_shown(kind),
        field=value_name(kind.code),
        versions=[(row, make_cell(kind, year, row, clock.today())) for row in rows],
        names=queries.people(db, rows),
        form=form,
        retraction=retraction or Form(),
        clashes=clashes,
        sources=SOURCES,
        writable=seen.may("fact:write"),
    )
