"""Contacts of a firm; a whole number is shown only to who asks for it, and asking is written down."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.core.errors import Stale
from app.firms import frame, queries, service
from app.firms.access import FirmAccess, FirmGate
from app.firms.forms import ContactFields, EditedContact, contact_values
from app.firms.models import Contact
from app.firms.overview import show_overview
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Writing = Annotated[FirmAccess, Depends(FirmGate("contact:write"))]
Revealing = Annotated[FirmAccess, Depends(FirmGate("contact:reveal"))]

LABELS = {"name": "姓名", "post": "职务", "phone": "电话", "note": "备注"}


@router.get("/firms/{firm_id}/contacts/new", name="contacts.new")
def new(page: Page, db: Db, seen: Writing) -> Response:
    return _edit_page(page, db, seen, Form())


@router.post("/firms/{firm_id}/contacts", name="contacts.create")
def create(page: Page, db: Db, seen: Writing, posted: Posted) -> Response:
    form = Form.bind(ContactFields, posted)
    if form.data is None:
        return _edit_page(page, db, seen, form, status=422)
    contact = service.add_contact(db, seen.actor, seen.firm, form.data)
    return page.go("firms.show", firm_id=seen.firm.id, done=f"已添加联系人{contact.name}。")


@router.get("/firms/{firm_id}/contacts/{contact_id}/edit", name="contacts.edit")
def edit(page: Page, db: Db, seen: Writing, contact_id: str) -> Response:
    contact = queries.get_contact(db, seen.firm, contact_id)
    return _edit_page(page, db, seen, Form(values=contact_values(contact)), contact=contact)


@router.post("/firms/{firm_id}/contacts/{contact_id}", name="contacts.update")
def update(page: Page, db: Db, seen: Writing, contact_id: str, posted: Posted) -> Response:
    contact = queries.get_contact(db, seen.firm, contact_id)
    form = Form.bind(EditedContact, posted)
    if form.data is None:
        return _edit_page(page, db, seen, form, status=422, contact=contact)
    try:
        service.edit_contact(db, seen.actor, contact, form.data)
    except Stale:
        return _edit_page(page, db, seen, form, status=409, contact=contact, conflict=_conflict(db, form, contact))
    return page.go("firms.show", firm_id=seen.firm.id, done=f"已保存联系人{contact.name}。")


@router.post("/firms/{firm_id}/contacts/{contact_id}/departure", name="contacts.end")
def end(page: Page, db: Db, seen: Writing, contact_id: str) -> Response:
    contact = queries.get_contact(db, seen.firm, contact_id)
    service.end_contact(db, seen.actor, contact)
    return page.go("firms.show", firm_id=seen.firm.id, done=f"{contact.name}已不再列为联系人。")


@router.post("/firms/{firm_id}/contacts/{contact_id}/disclosure", name="contacts.reveal")
def reveal(page: Page, db: Db, seen: Revealing, contact_id: str) -> Response:
    contact = queries.get_contact(db, seen.firm, contact_id)
    service.reveal_contact(db, seen.actor, contact)
    return show_overview(page, db, seen, fragment="contacts", revealed=contact.id)


def _edit_page(
    page: Pages, db: Session, seen: FirmAccess, form: Form[Any], *, status: int = 200, **more: Any
) -> Response:
    whole = {**frame.context(page, db, seen, "firms.show"), "form": form, "contact": None, "conflict": None, **more}
    return page.show("firms/contact.html", status=status, **whole)


def _conflict(db: Session, form: Form[EditedContact], contact: Contact) -> dict[str, Any]:
    """Both versions side by side; saving again goes by the version that is shown now."""
    mine, theirs = (
        {label: str(values.get(name) or "") for name, label in LABELS.items()}
        for values in (form.values, contact_values(contact))
    )
    form.values["version"] = contact.version
    return both_versions(db, contact, mine, theirs)
