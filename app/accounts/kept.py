"""What somebody had typed when their form could not be taken: carried along, to be posted again."""

import re
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.web.forms import MOST_FIELDS, TOKEN_FIELD
from app.web.pages import is_own_path

SECRET_FIELDS = frozenset({"password", "current", "repeat", "code", TOKEN_FIELD})
# The sign-in form carries it in one field, whose size the form reader limits.
MOST_BYTES = 240_000
CODE = re.compile(r"[a-z_]+|\d{1,3}")


class Kept(BaseModel):
    """A form on its way back: where it goes, its text fields, and the names of its file fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    pairs: Annotated[list[tuple[str, str]], Field(max_length=MOST_FIELDS)]
    files: list[str] = []

    def __str__(self) -> str:
        return self.model_dump_json()

    @property
    def texts(self) -> list[str]:
        """What a person would recognise of it: not the codes of selects and the numbers of rows."""
        return [value for _, value in self.pairs if value.strip() and not CODE.fullmatch(value)]


def keep(request: Request) -> Kept | None:
    """What was typed, never secrets or file contents; None where there is nothing a person would miss."""
    posted: FormData = getattr(request, "_form", None) or FormData()
    items = [(name, value) for name, value in posted.multi_items() if name not in SECRET_FIELDS]
    pairs = [(name, value) for name, value in items if isinstance(value, str)]
    files = sorted({name for name, value in items if isinstance(value, UploadFile)})
    if not any(value for _, value in pairs) and not files:
        return None
    kept = Kept(path=address(request), pairs=pairs, files=files)
    return kept if len(str(kept).encode()) <= MOST_BYTES else None


def read(text: str) -> Kept | None:
    """What the sign-in form carried; None where it was not written by `keep`."""
    try:
        kept = Kept.model_validate_json(text)
    except ValidationError:
        return None
    return kept if is_own_path(kept.path) else None


def address(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
