"""Taking in what a form or a device sends about visits, and answering it: with a page, or with a receipt."""

import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, Response

from app.accounts.models import User
from app.core.errors import BadInput, FieldError
from app.core.fields import Fields, sentences
from app.firms.access import FirmAccess
from app.visits import photos, service
from app.visits.content import KEY, PHOTOS, Pairs, content_of, values_in
from app.visits.forms import PhotoFields, VisitFields, answers_in, own_values
from app.visits.models import Visit, VisitPhoto
from app.web.forms import F, Form
from app.web.pages import Pages

JSON = "application/json"


def is_from_device(request: Request) -> bool:
    """Whether the sender is our own script, which keeps a draft until it holds a receipt for it."""
    return request.headers.get("accept", "") == JSON


def receive(db: Session, seen: FirmAccess, posted: FormData) -> tuple[Form[VisitFields], Visit | None]:
    """The form as it was typed, and the visit once it is written, now or before."""
    content, key = content_of(posted), key_of(posted)
    form = bind(VisitFields, content)
    held = service.received(db, seen.actor, seen.firm, key, content)
    if held is not None:
        return form, held
    answers, errors = answers_in(content)
    form.errors |= errors
    if form.data is None or errors:
        return form, None
    try:
        with db.begin_nested():
            visit = service.record_visit(db, seen.actor, seen.firm, form.data, answers, key=key, content=content)
            take_photos(db, seen.actor, visit, posted)
    except FieldError as error:
        form.reject(error)
        return form, None
    return form, visit


def receive_photo(db: Session, actor: User, visit: Visit, form: Form[PhotoFields]) -> VisitPhoto | None:
    """A photo that came by itself; None where it was refused, and the form says why."""
    if form.data is None:
        return None
    try:
        with db.begin_nested():
            return photos.store(db, actor, visit, photos.read(form.data.photo), key=form.data.key)
    except FieldError as error:
        form.reject(error)
        return None


def take_photos(db: Session, actor: User, visit: Visit, posted: FormData) -> None:
    """Keep the photos that came with a form of a browser without scripts; a device sends them one by one."""
    for given in posted.getlist(PHOTOS):
        if isinstance(given, UploadFile) and given.filename:
            try:
                photos.store(db, actor, visit, photos.read(given), key=str(uuid.uuid4()))
            except FieldError as error:
                raise FieldError(PHOTOS, error.message) from error


def bind(fields: type[F], content: Pairs) -> Form[F]:
    """A form of canonical content: what was typed stays in its values, whatever is wrong with it."""
    own = own_values(content, fields)
    form: Form[F] = Form(values={**values_in(content), **own})
    try:
        form.data = fields.model_validate(own)
    except ValidationError as error:
        form.errors = sentences(error)
    return form


def key_of(posted: FormData) -> str:
    """The id drawn on the device, or by us where the form has no script."""
    try:
        return str(uuid.UUID(str(posted.get(KEY, ""))))
    except ValueError as error:
        raise BadInput("这份走访记录没有编号，请回到走访页面重新打开表单。") from error


def receipt(page: Pages, visit: Visit) -> Response:
    address = page.url("visits.show", firm_id=visit.firm_id, visit_id=visit.id)
    return JSONResponse({"key": visit.key, "digest": visit.digest, "address": address})


def photo_receipt(photo: VisitPhoto) -> Response:
    return JSONResponse({"key": photo.key, "digest": photo.sent_sha256})


def refusal(errors: Mapping[str, str]) -> Response:
    """What a device is told to show beside its draft."""
    return JSONResponse({"errors": dict(errors)}, status_code=422)


def blank(**values: Any) -> Form[Fields]:
    """A form to begin with, under an id of its own."""
    return Form(values={KEY: str(uuid.uuid4()), **values})
