"""档案记录: the dated entries of a firm's collections, added, corrected and retracted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core import clock
from app.core.errors import Conflict, FieldError, NotFound, Stale
from app.facts import queries, service
from app.facts.archive import Item, collections, make_item, make_sections
from app.facts.forms import SOURCES, ReasonFields, RecordFields, record_fields, typed_attributes, value_name
from app.facts.ledger import Origin
from app.facts.links import address
from app.facts.models import Record
from app.facts.page import known_moment, row_id
from app.facts.record_form import both_versions, default_form, given_attributes
from app.facts.values import as_kind, entry_unit
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.rules import CollectionKind
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
TAB = "records.index"

Reader = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("record:write"))]


@router.get("/firms/{firm_id}/records", name="records.index")
def index(page: Page, db: Db, seen: Reader, known: str = "") -> Response:
    day, moment = known_moment(known)
    records = queries.records_of(db, seen.firm.id, at=moment)
    vouches = queries.vouches_of(db, seen.firm.id, at=moment)
    return page.show(
        "records/index.html",
        **frame.context(page, db, seen, TAB),
        sections=make_sections(records, vouches, day),
        people=queries.people(db, records),
        known=day if moment else None,
        writable=seen.may("record:write") and moment is None,
    )


@router.get("/firms/{firm_id}/records/new", name="records.new")
def new(page: Page, db: Db, seen: Writer, collection: str = "") -> Response:
    declared = find_collection(collection)
    return _new_page(page, db, seen, declared, default_form(seen.actor))


@router.post("/firms/{firm_id}/records", name="records.create")
def create(page: Page, db: Db, seen: Writer, posted: Posted, collection: str = "") -> Response:
    declared = find_collection(collection)
    form: Form[RecordFields] = Form.bind(record_fields(declared), posted)
    if form.data:
        try:
            _add(db, seen, declared, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go_to(_index(page, seen, declared), done=f"已新增一条{declared.label}记录。")
    return _new_page(page, db, seen, declared, form)


@router.get("/firms/{firm_id}/records/{record_id}", name="records.show")
def show(page: Page, db: Db, seen: Reader, record_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(record_id))
    return _record_page(page, db, seen, version)


@router.post("/firms/{firm_id}/records/{record_id}", name="records.correct")
def correct(page: Page, db: Db, seen: Writer, posted: Posted, record_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(record_id))
    declared = find_collection(version.collection)
    form: Form[RecordFields] = Form.bind(record_fields(declared), posted)
    if form.data is None:
        return _record_page(page, db, seen, version, form)
    try:
        corrected = _correct(db, seen, declared, version, form.data)
    except FieldError as error:
        form.reject(error)
        return _record_page(page, db, seen, version, form)
    except Stale as error:
        return _record_page(page, db, seen, _still_there(error), form, raced=True)
    return page.go(
        "records.show", done="已更正，原来的内容保留在历次版本里。", firm_id=seen.firm.id, record_id=corrected.id
    )


@router.post("/firms/{firm_id}/records/{record_id}/retraction", name="records.retract")
def retract(page: Page, db: Db, seen: Writer, posted: Posted, record_id: str) -> Response:
    version = queries.get_version(db, seen.firm.id, row_id(record_id))
    form = Form.bind(ReasonFields, posted)
    if form.data is None:
        return _record_page(page, db, seen, version, retraction=form)
    service.retract_record(db, seen.actor, seen.firm, version, reason=form.data.reason)
    declared = find_collection(version.collection)
    return page.go_to(_index(page, seen, declared), done=f"已撤回一条{declared.label}记录。")


def find_collection(code: str) -> CollectionKind:
    """A collection kept on these pages; NotFound for any other."""
    for collection in collections():
        if collection.code == code:
            return collection
    raise NotFound


def _add(db: Session, seen: FirmAccess, declared: CollectionKind, data: RecordFields) -> Record:
    attributes = given_attributes(declared, data)
    service.check_number_is_new(db, seen.firm, declared.code, attributes)
    return service.add_record(
        db,
        seen.actor,
        seen.firm,
        declared.code,
        attributes,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        origin=Origin(data.source, data.note or None),
    )


def _correct(db: Session, seen: FirmAccess, declared: CollectionKind, version: Record, data: RecordFields) -> Record:
    attributes = given_attributes(declared, data)
    service.check_number_is_new(db, seen.firm, declared.code, attributes, but=version.thread)
    return service.correct_record(
        db,
        seen.actor,
        seen.firm,
        version,
        attributes,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        origin=Origin(data.source, data.note or None),
    )


def _still_there(error: Stale) -> Record:
    if error.current is None:
        raise Conflict("这条记录刚刚被他人撤回，您的更正没有保存。如仍需要，请作为新记录登记。")
    current: Record = error.current
    return current


def _index(page: Pages, seen: FirmAccess, declared: CollectionKind) -> str:
    return address(page, TAB, anchor=declared.code, firm_id=seen.firm.id)


def _new_page(page: Pages, db: Session, seen: FirmAccess, declared: CollectionKind, form: Form[Any]) -> Response:
    return page.show(
        "records/new.html",
        status=422 if form.errors else 200,
        **frame.context(page, db, seen, TAB),
        **_form_context(declared),
        form=form,
    )


def _record_page(
    page: Pages,
    db: Session,
    seen: FirmAccess,
    version: Record,
    form: Form[Any] | None = None,
    *,
    retraction: Form[ReasonFields] | None = None,
    raced: bool = False,
) -> Response:
    """The page of an entry: its standing version, its history, and the forms to change it."""
    declared = find_collection(version.collection)
    versions = queries.history_of_record(db, seen.firm.id, version.thread)
    standing = next((each for each in versions if each.superseded_at is None), None)
    refused = form is not None or retraction is not None
    return page.show(
        "records/show.html",
        status=409 if raced else 422 if refused else 200,
        **frame.context(page, db, seen, TAB),
        **_form_context(declared),
        item=_shown(declared, standing or versions[0]),
        versions=[_shown(declared, each) for each in versions],
        standing=standing,
        # A refused form goes on replacing the version it was opened on, so that a race lost meanwhile is still seen.
        target=version if form and not raced else standing,
        names=queries.people(db, versions),
        form=form or default_form(seen.actor, declared, standing),
        retraction=retraction or Form(),
        clashes=both_versions(db, declared, form, version) if raced and form else None,
        writable=seen.may("record:write") and standing is not None,
    )


def _shown(declared: CollectionKind, record: Record) -> Item:
    return make_item(declared, record, clock.today())


def _form_context(declared: CollectionKind) -> dict[str, Any]:
    kinds = [as_kind(attribute) for attribute in typed_attributes(declared)]
    return {
        "collection": declared,
        "fields_of": [(value_name(kind.code), kind, entry_unit(kind)) for kind in kinds],
        "sources": SOURCES,
    }
