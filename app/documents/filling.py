"""Filling a Word template with content in words, by a process of its own."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core import child
from app.core.errors import Conflict, FieldError
from app.core.filestore import path_of
from app.documents import queries
from app.documents.filling_child import NO, OK, PICTURE
from app.documents.kinds import Content, DocumentKind

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECONDS = 15
STOPPED = "模板用时或占用内存超出限度，没有生成。请删去模板里的循环嵌套和大图片。"


@dataclass(frozen=True)
class Picture:
    """A picture of ours among the content; a template places it by `{{ … }}` and can do nothing else with it."""

    path: Path


def rendered(db: Session, kind: DocumentKind, content: Content) -> bytes:
    """The document by the template in use, or by our own. Conflict where that fails."""
    template = queries.template_in_use(db, kind.code)
    try:
        return fill(content, path_of(template.file_key)) if template else by_own(kind, content)
    except FieldError as error:
        words = f"没有生成 Word 文件：{error.message}请管理员检查“{kind.label}”的模板，或恢复默认模板。"
        raise Conflict(words) from error


def by_own(kind: DocumentKind, content: Content) -> bytes:
    """The document by our own template. FieldError as by `fill`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.docx"
        path.write_bytes(kind.own_template())
        return fill(content, path)


def fill(content: Content, template: Path) -> bytes:
    """Fill a template in a limited process. FieldError (beside `file`) says what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        given = Path(folder) / "content.json"
        given.write_text(json.dumps(content, ensure_ascii=False, default=_told), encoding="utf-8")
        child.run("app.documents.filling_child", str(given), str(template), output=output, seconds=SECONDS)
        output.seek(0)
        told = output.read()
    if told.startswith(OK):
        return told.removeprefix(OK)
    raise FieldError("file", told.removeprefix(NO).decode("utf-8", "replace") if told.startswith(NO) else STOPPED)


def _told(value: Any) -> dict[str, str]:
    assert isinstance(value, Picture), f"{type(value).__name__} cannot be told to a template"
    return {PICTURE: str(value.path)}
