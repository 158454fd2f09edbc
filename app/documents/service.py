"""Replacing a Word template, and going back to our own; nothing is taken that has not been tried."""

import hashlib
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError
from app.core.fields import ODD
from app.core.filestore import keep
from app.documents import queries
from app.documents.filling import fill
from app.documents.kinds import DocumentKind
from app.documents.models import DocumentTemplate

LARGEST = 5 * 1024 * 1024
LONGEST_NAME = 120


def replace_template(db: Session, actor: User, kind: DocumentKind, upload: UploadFile | None) -> DocumentTemplate:
    """Use an uploaded template from now on. FieldError (beside `file`) where it is refused; the old one stays then."""
    name, content = _received(upload)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.docx"
        path.write_bytes(content)
        fill(kind.sample(), path)
    lock(db, f"document template {kind.code}")
    _end(db, kind)
    made = DocumentTemplate(
        kind=kind.code,
        name=name,
        file_key=keep(db, content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        kept_at=clock.now(),
        kept_by_id=actor.id,
    )
    db.add(made)
    db.flush()
    audit.record(db, actor, "template.kept", made, changes={"种类": kind.label, "sha256": made.sha256})
    return made


def restore_own(db: Session, actor: User, kind: DocumentKind) -> None:
    lock(db, f"document template {kind.code}")
    ended = _end(db, kind)
    if ended is None:
        raise Conflict(f"{kind.label}现在用的就是默认模板。")
    audit.record(db, actor, "template.removed", ended, changes={"种类": kind.label})


def _end(db: Session, kind: DocumentKind) -> DocumentTemplate | None:
    current = queries.template_in_use(db, kind.code)
    if current is not None:
        current.ended_at = clock.now()
        db.flush()
    return current


def _received(upload: UploadFile | None) -> tuple[str, bytes]:
    name = PurePosixPath(((upload.filename if upload else None) or "").replace("\\", "/")).name.strip()
    if upload is None or not name:
        raise FieldError("file", "请选择一个 .docx 文件。")
    if not name.lower().endswith(".docx"):
        raise FieldError("file", "只能使用 .docx 文件；.doc、.docm、.dotx 请先另存为 .docx。")
    content = upload.file.read(LARGEST + 1)
    if not content:
        raise FieldError("file", "文件是空的，请重新选择。")
    if len(content) > LARGEST:
        raise FieldError("file", f"文件超过 {LARGEST // 1024**2} MB，请删去大图片后再上传。")
    return ODD.sub("", name)[-LONGEST_NAME:], content
