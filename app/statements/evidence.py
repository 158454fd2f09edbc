"""The file that goes with a statement: kept among the firm's files, within their limits."""

from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.firms.access import FirmAccess
from app.firms.files import store
from app.firms.models import StoredFile
from app.statements.service import Attach

FIELD = "evidence"


def attaching(db: Session, seen: FirmAccess, posted: FormData) -> Attach:
    """What keeps the file of a form, once everything else of it has been found right; None where none was chosen."""

    def attach() -> StoredFile | None:
        given = posted.get(FIELD)
        if not isinstance(given, UploadFile) or not given.filename:
            return None
        return store(db, seen.actor, seen.firm, given, field=FIELD)

    return attach
