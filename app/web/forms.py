"""Forms: bind what was posted to Fields, keep what was typed, show each error beside its field."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from app.core.errors import BadInput, FieldError
from app.core.fields import Fields, sentences

F = TypeVar("F", bound=Fields)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD = "csrf_token"  # noqa: S105 - the field's name
MOST_FIELDS = 600
MOST_FILES = 5
LONGEST_PART = 256 * 1024


async def read_posted(request: Request) -> FormData:
    """The posted form, within limits; empty for a safe method."""
    if request.method in SAFE:
        return FormData()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data", ""}:
        raise BadInput("请通过页面上的表单提交。")
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LONGEST_PART)


Posted = Annotated[FormData, Depends(read_posted)]


@dataclass
class Form(Generic[F]):
    """What a template needs of a form: typed values, errors by field, and the data once valid."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    data: F | None = None

    @classmethod
    def bind(cls, fields: type[F], posted: FormData) -> "Form[F]":
        form = cls(values=_typed(fields, posted))
        try:
            form.data = fields.model_validate(form.values)
        except ValidationError as error:
            form.errors = sentences(error)
        return form

    def reject(self, error: FieldError) -> None:
        self.errors[error.field] = error.message
        self.data = None


def without(posted: FormData, name: str) -> FormData:
    """What was typed, without an upload that came beside it."""
    return FormData([pair for pair in posted.multi_items() if pair[0] != name])


def _typed(fields: type[Fields], posted: FormData) -> dict[str, Any]:
    """What was typed, by field; several values only where the model asks for a list."""
    names = [name for name in posted if name != TOKEN_FIELD]
    return {name: _value(fields, posted, name) for name in dict.fromkeys(names)}


def _value(fields: type[Fields], posted: FormData, name: str) -> Any:
    known = fields.model_fields.get(name)
    if known is not None and getattr(known.annotation, "__origin__", None) in (list, tuple):
        return posted.getlist(name)
    value = posted.get(name)
    return value.filename if isinstance(value, UploadFile) and known is None else value
