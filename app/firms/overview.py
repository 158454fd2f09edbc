"""The first page of a firm, put together; several routes answer with it."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core import clock
from app.firms import files, frame, marks, queries
from app.firms.access import FirmAccess
from app.web.forms import Form
from app.web.pages import Pages


def show_overview(
    page: Pages, db: Session, seen: FirmAccess, *, fragment: str | None = None, status: int = 200, **more: Any
) -> Response:
    """`more` may say whose number is `revealed` (a contact's id) and carry the refused `upload` form."""
    contacts = queries.contacts_of(db, seen.firm)
    assignments = queries.assignments_of(db, seen.firm)
    day = clock.today()
    whole = {
        **frame.context(page, db, seen, "firms.show"),
        "contacts": [contact for contact in contacts if contact.ended_at is None],
        "former_contacts": [contact for contact in contacts if contact.ended_at is not None],
        "commissioners": [each for each in assignments if each.ends_on is None or each.ends_on >= day],
        "former_commissioners": [each for each in assignments if each.ends_on is not None and each.ends_on < day],
        "files": queries.files_of(db, seen.firm) if seen.may("file:read") else [],
        "accept": files.ACCEPT,
        "revealed": None,
        "upload": Form(),
        "marks": marks.marks_of(db, seen.firm, for_staff=seen.may("firm:list")),
        "answering": None,
        "answer": Form(),
        **more,
    }
    return page.show("firms/show.html", fragment=fragment, status=status, **whole)
