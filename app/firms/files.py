"""Uploaded files: five kinds whose content is what the name says, kept under a generated name, within a quota."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import FieldError, NotFound
from app.core.fields import ODD
from app.core.filestore import keep, path_of
from app.firms import queries
from app.firms.models import Firm, StoredFile
from app.firms.revision import touch

FIELD = "file"
MOST_FILES = 100
MOST_BYTES = 500 * 1024 * 1024
LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 200


@dataclass(frozen=True)
class Kind:
    """A kind of file: its type on the wire, and how its content is recognised."""

    media_type: str
    recognises: Callable[[bytes], bool]


def store(db: Session, actor: User | None, firm: Firm, upload: UploadFile | None, *, field: str = FIELD) -> StoredFile:
    """Keep an uploaded file for a firm; FieldError (beside `field`) says what is wrong with one that is refused.

    The bytes are written first; when the transaction is given up, they are removed again. Sent a second time,
    a file is kept once.
    """
    name = _plain_name(upload)
    if upload is None or not name:
        raise FieldError(field, "请选择一个文件。")
    content = _read(upload, field)
    kind = _kind_of(name, content, field)
    sha256 = hashlib.sha256(content).hexdigest()
    lock(db, f"files:{firm.id}")
    held = queries.file_with(db, firm, name, sha256)
    if held is not None:
        return held
    _check_quota(db, firm, len(content), field)
    file = StoredFile(
        key=keep(db, content),
        firm_id=firm.id,
        name=name,
        kind=kind.media_type,
        size=len(content),
        sha256=sha256,
        stored_at=clock.now(),
        stored_by_id=actor.id if actor else None,
    )
    db.add(file)
    db.flush()  # the event, and whoever refers to the file, need its id
    touch(db, firm.id)
    audit.record(db, actor, "file.stored", file, changes={"名称": name, "大小": len(content), "sha256": sha256})
    return file


def stored_path(file: StoredFile) -> Path:
    """Where a file's bytes lie; NotFound when the disk has lost it."""
    path = path_of(file.key)
    if not path.is_file():
        raise NotFound(f"“{file.name}”有登记，但存储中找不到它的内容。请联系系统管理员从备份中恢复。")
    return path


def _plain_name(upload: UploadFile | None) -> str:
    """The last part of the name, without characters that mislead or cannot be saved."""
    given = (upload.filename if upload else None) or ""
    name = ODD.sub("", PurePosixPath(given.replace("\\", "/")).name).replace("\n", " ").strip()
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - 10]}{dot}{ending[:9]}" if len(name) > LONGEST_NAME else name


def _read(upload: UploadFile, field: str) -> bytes:
    upload.file.seek(0)
    content = upload.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FieldError(field, "文件超过 20 MB，请压缩或拆分后上传。")
    return content


def _kind_of(name: str, content: bytes, field: str) -> Kind:
    ending = name.rpartition(".")[2].lower()
    kind = KINDS.get(ending)
    if kind is None:
        raise FieldError(field, "只能上传 PDF、JPG、PNG、XLSX 或 DOCX 文件；其他格式请先转换。")
    if not kind.recognises(content):
        raise FieldError(field, f"“{name}”的内容不是 {ending.upper()} 格式，可能改过扩展名或已损坏，请重新导出后上传。")
    return kind


def _check_quota(db: Session, firm: Firm, size: int, field: str) -> None:
    held = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(StoredFile.size), 0))
    count, total = db.execute(held.where(StoredFile.firm_id == firm.id)).one()
    if count >= MOST_FILES:
        raise FieldError(field, f"该企业已有 {count} 个文件，达到 {MOST_FILES} 个的上限。")
    if total + size > MOST_BYTES:
        raise FieldError(field, "该企业的文件合计将超过 500 MB 的上限，请压缩后上传。")


def _starts_with(signature: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signature)


def _office(part: str) -> Callable[[bytes], bool]:
    """An Office Open XML package that holds this part and no macros."""

    def recognises(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                names = set(package.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        return {"[Content_Types].xml", part} <= names and not any(name.endswith("vbaProject.bin") for name in names)

    return recognises


OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = Kind("image/jpeg", _starts_with(b"\xff\xd8\xff"))
KINDS = {
    "pdf": Kind("application/pdf", _starts_with(b"%PDF-")),
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": Kind("image/png", _starts_with(b"\x89PNG\r\n\x1a\n")),
    "xlsx": Kind(f"{OFFICE}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    "docx": Kind(f"{OFFICE}.wordprocessingml.document", _office("word/document.xml")),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)
