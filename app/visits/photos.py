"""Photos of visits: made anew in a process of their own, counted, kept under generated names."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.accounts import audit
from app.accounts.models import User
from app.core import child, clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, NotFound
from app.core.filestore import keep, path_of
from app.visits.models import Visit, VisitPhoto
from app.visits.photo_child import SECONDS

FIELD = "photo"
MOST_PHOTOS = 9
LARGEST = 8 * 1024 * 1024
NONE = "请选择一张照片。"
TOO_LARGE = "照片超过 8 MB，请缩小后再上传。"
UNREADABLE = "读不出这张照片。请用 JPG、PNG 或 WebP 格式，重新拍摄或选择。"
FULL = f"一次走访最多 {MOST_PHOTOS} 张照片。"
SAME_ID = "这张照片的编号已用于另一张照片，没有保存。请重新选择照片。"


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept."""

    content: bytes
    width: int
    height: int


def store(db: Session, actor: User, visit: Visit, content: bytes, *, key: str) -> VisitPhoto:
    """Keep a photo of a visit; sent again under its key, it is kept once.

    Raises:
        Conflict: under this key another photo was received.
        FieldError: it cannot be read, is too large, or one too many.
    """
    sent = hashlib.sha256(content).hexdigest()
    lock(db, f"visit_photos:{visit.id}")
    held = db.scalar(sa.select(VisitPhoto).where(VisitPhoto.key == key))
    if held is not None:
        if (held.visit_id, held.sent_sha256) != (visit.id, sent):
            raise Conflict(SAME_ID)
        return held
    if (db.scalar(sa.select(sa.func.count()).where(VisitPhoto.visit_id == visit.id)) or 0) >= MOST_PHOTOS:
        raise FieldError(FIELD, FULL)
    picture = made_anew(content)
    photo = VisitPhoto(
        visit_id=visit.id,
        key=key,
        sent_sha256=sent,
        file_key=keep(db, picture.content),
        sha256=hashlib.sha256(picture.content).hexdigest(),
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
        stored_at=clock.now(),
        stored_by_id=actor.id,
    )
    db.add(photo)
    db.flush()  # the event needs its id
    audit.record(db, actor, "visit.photographed", visit, changes={"sha256": photo.sha256})
    return photo


def read(upload: object) -> bytes:
    """The bytes of an upload; FieldError where they are too many or none."""
    if not isinstance(upload, UploadFile):
        raise FieldError(FIELD, NONE)
    upload.file.seek(0)
    content = upload.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FieldError(FIELD, TOO_LARGE)
    if not content:
        raise FieldError(FIELD, NONE)
    return content


def made_anew(content: bytes) -> Picture:
    """The same picture as a plain JPEG without anything hidden; FieldError where it is none."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        path = Path(folder) / "photo"
        path.write_bytes(content)
        ended = child.run("app.visits.photo_child", str(path), output=output, seconds=SECONDS)
        output.seek(0)
        size, _, picture = output.read().partition(b"\n")
    if not ended or not picture:
        raise FieldError(FIELD, UNREADABLE)
    width, height = (int(each) for each in size.split())
    return Picture(picture, width, height)


def stored_path(photo: VisitPhoto) -> Path:
    """Where a photo lies; NotFound when the disk has lost it."""
    path = path_of(photo.file_key)
    if not path.is_file():
        raise NotFound("这张照片有登记，但存储中找不到它。请联系系统管理员从备份中恢复。")
    return path
