"""资质: a firm's place on the ladders, its certificates, and changing them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app.core import clock
from app.core.errors import Conflict, FieldError, Stale
from app.facts.archive import make_closures
from app.facts.forms import SOURCES, OriginFields, ReasonFields
from app.facts.ledger import Origin
from app.facts.models import Source
from app.facts.page import known_moment, row_id
from app.facts.queries import people
from app.facts.vocabulary import vocabulary
from app.firms import files, frame
from app.firms.access import FirmAccess, FirmGate
from app.rules.vocabulary import TITLES
from app.titles import queries, service
from app.titles.forms import CorrectionForm, RevocationFields, TitleFields, TitleForm
from app.titles.ladder import UNRANKED, ladders
from app.titles.models import Title
from app.titles.shown import make_place, show_title, show_titles, term
from app.titles.title_form import both_versions, filled
from app.web.database import Db
from app.web.forms import Form, Posted, without
from app.web.pages import Page, Pages

router = APIRouter()
TAB = "titles.index"
FILE = "file"

Reader = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("title:write"))]


@router.get("/firms/{firm_id}/titles", name="titles.index")
def index(page: Page, db: Db, seen: Reader, known: str = "") -> Response:
    day, moment = known_moment(known)
    titles = queries.titles_of(db, seen.firm.id, at=moment)
    vouches = queries.vouches_for_titles(db, seen.firm.id, at=moment)
    return page.show(
        "titles/index.html",
        **frame.context(page, db, seen, TAB),
        places=[make_place(titles, day, ladder) for ladder in ladders(vocabulary())],
        term=term,
        titles=show_titles(titles, day),
        closures=make_closures(vocabulary().collections[TITLES], vouches),
        known=day if moment else None,
        writable=seen.may("title:write") and moment is None,
        may_vouch=seen.may("record:write") and moment is None,
    )


@router.get("/firms/{firm_id}/place", name="titles.place")
def place(page: Page, db: Db, seen: Reader) -> Response:
    """The ladders alone: a fragment for other pages, or a small page of its own."""
    titles = queries.titles_of(db, seen.firm.id)
    places = [make_place(titles, clock.today(), ladder) for ladder in ladders(vocabulary())]
    context = frame.context(page, db, seen, TAB)
    return page.show("titles/place.html", fragment="place", **context, places=places)


@router.get("/firms/{firm_id}/titles/new", name="titles.new")
def new(page: Page, db: Db, seen: Writer, kind: str = "") -> Response:
    return _new_page(page, db, seen, Form(values={"kind": kind, "source": Source.PLATFORM.code}))


@router.post("/firms/{firm_id}/titles", name="titles.create")
def create(page: Page, db: Db, seen: Writer, posted: Posted) -> Response:
    form = Form.bind(TitleForm, without(posted, FILE))
    if form.data:
        try:
            title = service.record_title(
                db, seen.actor, seen.firm, form.data, origin=_origin(form.data), attach=_attach(db, seen, posted)
            )
        except FieldError as error:
            form.reject(error)
        else:
            return page.go(TAB, done=f"已登记{title}。", firm_id=seen.firm.id)
    return _new_page(page, db, seen, form)


@router.get("/firms/{firm_id}/titles/{title_id}", name="titles.show")
def show(page: Page, db: Db, seen: Reader, title_id: str) -> Response:
    return _title_page(page, db, seen, queries.get_version(db, seen.firm.id, row_id(title_id)))


@router.post("/firms/{firm_id}/titles/{title_id}", name="titles.correct")
def correct(page: Page, db: Db, seen: Writer, posted: Posted, title_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(title_id))
    form = Form.bind(CorrectionForm, without(posted, FILE))
    if form.data is None:
        return _title_page(page, db, seen, version, form)
    try:
        corrected = _correct(db, seen, version, form.data, posted)
    except FieldError as error:
        form.reject(error)
        return _title_page(page, db, seen, version, form)
    except Stale as error:
        return _title_page(page, db, seen, _still_there(error), form, raced=True)
    return page.go(
        "titles.show", done="已更正，原来的内容保留在历次版本里。", firm_id=seen.firm.id, title_id=corrected.id
    )


@router.get("/firms/{firm_id}/titles/{title_id}/revocation", name="titles.revocation")
def revocation(page: Page, db: Db, seen: Writer, title_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(title_id))
    return _revocation_page(page, db, seen, version, Form(values={"source": Source.DEPARTMENT.code}))


@router.post("/firms/{firm_id}/titles/{title_id}/revocation", name="titles.revoke")
def revoke(page: Page, db: Db, seen: Writer, posted: Posted, title_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(title_id))
    form = Form.bind(RevocationFields, posted)
    if form.data:
        try:
            revoked = _revoke(db, seen, version, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale as error:
            raise Conflict("这项资质刚刚被他人更改，撤销没有登记。请返回后刷新页面，看过现在的内容再登记。") from error
        else:
            done = f"已登记{revoked}被撤销。"
            return page.go("titles.show", done=done, firm_id=seen.firm.id, title_id=revoked.id)
    return _revocation_page(page, db, seen, version, form)


@router.post("/firms/{firm_id}/titles/{title_id}/retraction", name="titles.retract")
def retract(page: Page, db: Db, seen: Writer, posted: Posted, title_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(title_id))
    form = Form.bind(ReasonFields, posted)
    if form.data is None:
        return _title_page(page, db, seen, version, retraction=form)
    service.retract_title(db, seen.actor, seen.firm, version, reason=form.data.reason)
    return page.go(TAB, done=f"已撤回{version}。", firm_id=seen.firm.id)


def kind_options() -> list[tuple[str, str]]:
    """(code, label) of every kind of title, with its ladder where it has one."""
    kinds = vocabulary().titles.values()
    return [(kind.code, kind.label if kind.ladder == UNRANKED else f"{kind.label}（{kind.ladder}）") for kind in kinds]


def _attach(db: Session, seen: FirmAccess, posted: FormData) -> service.Attach | None:
    given = posted.get(FILE)
    if not isinstance(given, UploadFile) or not given.filename:
        return None
    return lambda: files.store(db, seen.actor, seen.firm, given, field=FILE)


def _origin(data: OriginFields) -> Origin:
    return Origin(data.source, data.note or None)


def _correct(db: Session, seen: FirmAccess, version: Title, data: CorrectionForm, posted: FormData) -> Title:
    fields = TitleFields(**{name: getattr(data, name) for name in TitleFields.model_fields})
    return service.correct_title(
        db,
        seen.actor,
        seen.firm,
        version,
        fields,
        revoked_on=data.revoked_on,
        revoke_reason=data.revoke_reason,
        origin=_origin(data),
        attach=_attach(db, seen, posted),
    )


def _revoke(db: Session, seen: FirmAccess, version: Title, data: RevocationFields) -> Title:
    return service.revoke_title(
        db, seen.actor, seen.firm, version, revoked_on=data.revoked_on, reason=data.reason, origin=_origin(data)
    )


def _still_there(error: Stale) -> Title:
    if error.current is None:
        raise Conflict("这项资质刚刚被他人撤回，您的修改没有保存。如仍需要，请重新登记。")
    current: Title = error.current
    return current


def _new_page(page: Pages, db: Session, seen: FirmAccess, form: Form[Any]) -> Response:
    return page.show(
        "titles/new.html",
        status=422 if form.errors else 200,
        **frame.context(page, db, seen, TAB),
        form=form,
        kinds=kind_options(),
        sources=SOURCES,
        accept=files.ACCEPT,
    )


def _title_page(
    page: Pages,
    db: Session,
    seen: FirmAccess,
    version: Title,
    form: Form[Any] | None = None,
    *,
    retraction: Form[Any] | None = None,
    raced: bool = False,
) -> Response:
    """The page of a certificate: its standing version, its history, and the forms to change it."""
    versions = queries.history_of(db, seen.firm.id, version.thread)
    standing = next((each for each in versions if each.superseded_at is None), None)
    refused = form is not None or retraction is not None
    return page.show(
        "titles/show.html",
        status=409 if raced else 422 if refused else 200,
        **frame.context(page, db, seen, TAB),
        shown=show_title(standing or versions[0], clock.today()),
        standing=standing,
        # A refused form goes on replacing the version it was opened on, so that a race lost meanwhile is still seen.
        target=version if form and not raced else standing,
        versions=versions,
        names=people(db, versions),
        form=form or filled(standing or versions[0]),
        retraction=retraction or Form(),
        clashes=both_versions(db, form, version) if raced and form else None,
        kinds=kind_options(),
        sources=SOURCES,
        accept=files.ACCEPT,
        writable=seen.may("title:write") and standing is not None,
    )


def _revocation_page(page: Pages, db: Session, seen: FirmAccess, version: Title, form: Form[Any]) -> Response:
    return page.show(
        "titles/revoke.html",
        status=422 if form.errors else 200,
        **frame.context(page, db, seen, TAB),
        title=version,
        form=form,
        sources=SOURCES,
    )
