"""区域基准: the figures of the region, the same for every firm, kept by the bureau."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError, NotFound, Stale
from app.facts import queries, region, service
from app.facts.figures_form import both_versions, entries, filled, said
from app.facts.forms import SOURCES, FiguresFields, RetractionFields, figures_fields, value_name
from app.facts.ledger import Origin
from app.facts.models import RegionFact, Source
from app.facts.page import RegionPages, known_moment, read_year, sheet_context
from app.facts.service import named
from app.facts.sheet import STANDING, make_cell, make_sheet, unit_shown
from app.facts.vocabulary import vocabulary
from app.rules import FactKind
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Reader = Annotated[User, Depends(Gate("region:read"))]
Writer = Annotated[User, Depends(Gate("region:write"))]


@router.get("/region-facts", name="regionfacts.index")
def index(page: Page, db: Db, actor: Reader, until: str = "", known: str = "") -> Response:
    day, moment = known_moment(known)
    facts = queries.region_facts(db, at=moment)
    shown = sheet_context(page, lambda years: make_sheet(facts, subject=region.SUBJECT, years=years, day=day), until)
    pages = RegionPages(page, actor.may("region:write") and moment is None)
    return page.show("facts/region.html", **shown, pages=pages, known=day if moment else None)


@router.get("/region-facts/edit", name="regionfacts.edit")
def edit(page: Page, db: Db, actor: Writer, year: str = "") -> Response:
    kinds, number = _asked(year)
    form = filled(kinds, queries.standing_region_facts(db, number), Source.STATISTICS)
    return _form_page(page, db, actor, kinds, number, form)


@router.post("/region-facts", name="regionfacts.record")
def record(page: Page, db: Db, actor: Writer, posted: Posted, year: str = "") -> Response:
    kinds, number = _asked(year)
    form, clashes, written = _submit(db, actor, kinds, number, posted)
    if written is None:
        return _form_page(page, db, actor, kinds, number, form, clashes)
    return page.go("regionfacts.index", done=said(written, kinds))


@router.get("/region-facts/{kind}/{year}", name="regionfacts.history")
def history(page: Page, db: Db, actor: Reader, kind: str, year: str) -> Response:
    declared, number = _one(kind, year)
    form = filled([declared], queries.standing_region_facts(db, number), Source.STATISTICS)
    return _history_page(page, db, actor, declared, number, form)


@router.post("/region-facts/{kind}/{year}", name="regionfacts.replace")
def replace(page: Page, db: Db, actor: Writer, posted: Posted, kind: str, year: str) -> Response:
    declared, number = _one(kind, year)
    form, clashes, written = _submit(db, actor, (declared,), number, posted)
    if written is None:
        return _history_page(page, db, actor, declared, number, form, clashes=clashes)
    return page.go("regionfacts.history", done=said(written, (declared,)), kind=kind, year=number)


@router.post("/region-facts/{kind}/{year}/retraction", name="regionfacts.retract")
def retract(page: Page, db: Db, actor: Writer, posted: Posted, kind: str, year: str) -> Response:
    declared, number = _one(kind, year)
    standing = queries.standing_region_facts(db, number)
    fact = standing.get(kind)
    form = Form.bind(RetractionFields, posted)
    if fact is None:
        raise NotFound("这个数据现在没有值，不需要撤回。")
    if form.data is None:
        own = filled([declared], standing, Source.STATISTICS)
        return _history_page(page, db, actor, declared, number, own, retraction=form)
    if form.data.seen != fact.id:
        raise Conflict("这个数据刚刚被他人更改，没有撤回。请返回后刷新页面，看过现值再决定。")
    region.retract_region_fact(db, actor, fact, reason=form.data.reason)
    return page.go("regionfacts.history", done=f"已撤回{named(declared, number)}。", kind=kind, year=number)


def _submit(
    db: Session, actor: User, kinds: tuple[FactKind, ...], year: int, posted: FormData
) -> tuple[Form[FiguresFields], dict[str, Any] | None, list[RegionFact] | None]:
    """The form, both versions after a lost race, and what was written; None when it was refused."""
    form: Form[FiguresFields] = Form.bind(figures_fields(kinds), posted)
    if form.data is None:
        return form, None, None
    origin = Origin(form.data.source, form.data.note or None)
    given = entries(kinds, form.data)
    try:
        done = region.record_region_facts(db, actor, given, year=year, origin=origin, confirm=form.data.confirm)
    except FieldError as error:
        form.reject(error)
    except Stale as error:
        return form, both_versions(db, form, error.current), None
    else:
        return form, None, done
    return form, None, None


def _asked(year: str) -> tuple[tuple[FactKind, ...], int]:
    """The kinds a form is about, and their year (the last closed one unless asked otherwise); NotFound for none."""
    number = _checked(read_year(year)) if year else clock.today().year - 1
    kinds = tuple(
        kind
        for kind in vocabulary().facts.values()
        if kind.subject == region.SUBJECT and kind.annual == (number != STANDING)
    )
    if not kinds:
        raise NotFound
    return kinds, number


def _one(kind: str, year: str) -> tuple[FactKind, int]:
    declared, number = vocabulary().facts.get(kind), _checked(read_year(year))
    if declared is None or declared.subject != region.SUBJECT or declared.annual != (number != STANDING):
        raise NotFound
    return declared, number


def _checked(year: int) -> int:
    if year != STANDING and not service.EARLIEST_YEAR <= year <= clock.today().year:
        raise NotFound
    return year


def _form_page(
    page: Pages,
    db: Session,
    actor: User,
    kinds: tuple[FactKind, ...],
    year: int,
    form: Form[FiguresFields],
    clashes: dict[str, Any] | None = None,
) -> Response:
    standing = queries.standing_region_facts(db, year)
    this = clock.today().year
    return page.show(
        "facts/region_edit.html",
        status=409 if clashes else 422 if form.errors else 200,
        pages=RegionPages(page, actor.may("region:write")),
        kinds=kinds,
        cells={kind.code: make_cell(kind, year, standing.get(kind.code), clock.today()) for kind in kinds},
        group=kinds[0].group,
        year=year,
        years=range(this, this - 10, -1),
        form=form,
        clashes=clashes,
        sources=SOURCES,
    )


def _history_page(
    page: Pages,
    db: Session,
    actor: User,
    kind: FactKind,
    year: int,
    form: Form[FiguresFields],
    *,
    clashes: dict[str, Any] | None = None,
    retraction: Form[RetractionFields] | None = None,
) -> Response:
    rows = queries.history_of_region_fact(db, kind.code, year)
    refused = bool(form.errors) or retraction is not None
    return page.show(
        "facts/region_history.html",
        status=409 if clashes else 422 if refused else 200,
        pages=RegionPages(page, actor.may("region:write")),
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
        writable=actor.may("region:write"),
    )
