"""Files of a firm: taken in through the first page, given out as attachments only."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from app.accounts import audit
from app.accounts.gate import writing_apart
from app.core.errors import FieldError
from app.firms import files, queries
from app.firms.access import FirmAccess, FirmGate
from app.firms.overview import show_overview
from app.web.database import Db
from app.web.downloads import ATTACHMENT_HEADERS
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()

Reading = Annotated[FirmAccess, Depends(FirmGate("file:read"))]
Writing = Annotated[FirmAccess, Depends(FirmGate("file:write"))]


@router.post("/firms/{firm_id}/files", name="files.create")
def create(page: Page, db: Db, seen: Writing, posted: Posted) -> Response:
    given = posted.get(files.FIELD)
    form: Form[Any] = Form()
    try:
        file = files.store(db, seen.actor, seen.firm, given if isinstance(given, UploadFile) else None)
    except FieldError as error:
        form.reject(error)
        return show_overview(page, db, seen, status=422, upload=form)
    return page.go("firms.show", firm_id=seen.firm.id, done=f"已上传{file.name}。")


@router.get("/firms/{firm_id}/files/{key}", name="files.show")
def show(request: Request, db: Db, seen: Reading, key: str) -> Response:
    file = queries.get_file(db, seen.firm, key)
    path = files.stored_path(file)
    with writing_apart(request) as own:
        audit.record(own, seen.actor, "file.read", file)
    return FileResponse(path, media_type=file.kind, filename=file.name, headers=ATTACHMENT_HEADERS)
