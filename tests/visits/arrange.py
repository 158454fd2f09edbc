"""Visits as tests need them: the fields of a short one, a made one, a photo."""

import io
import uuid
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.visits import photos, sending, service
from app.visits.content import digest_of
from app.visits.forms import VisitFields, answers_in
from app.visits.models import Visit


def short(**more: Any) -> dict[str, Any]:
    """The least a visit says, under an id of its own."""
    return {"key": str(uuid.uuid4()), "visited_on": clock.today().isoformat(), "topics": "政策宣讲", **more}


def pairs(fields: dict[str, Any]) -> list[list[str]]:
    said = ((name, value) for name, value in fields.items() if name != "key" and value)
    return sorted([name, str(each)] for name, value in said for each in (value if isinstance(value, list) else [value]))


def visit(user: User, firm: Firm, **more: Any) -> Visit:
    fields = short(**more)
    content = pairs(fields)
    form = sending.bind(VisitFields, content)
    answers, _ = answers_in(content)
    assert form.data, form.errors
    with database.writing() as session:
        actor, held = session.get_one(User, user.id), session.get_one(Firm, firm.id)
        made = service.record_visit(session, actor, held, form.data, answers, key=fields["key"], content=content)
        assert made.digest == digest_of(content)
        return made


def photo_bytes(size: tuple[int, int] = (60, 40), colour: str = "green") -> bytes:
    """A picture that says where it was taken, by whom, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG", exif=exif, comment=b"SECRETCOMMENT")
    return written.getvalue()


def photo(user: User, made: Visit, content: bytes = b"") -> int:
    with database.writing() as session:
        actor: User = session.get_one(User, user.id)
        return _stored(session, actor, made, content or photo_bytes())


def _stored(session: Session, actor: User, made: Visit, content: bytes) -> int:
    held = session.get_one(Visit, made.id)
    return photos.store(session, actor, held, content, key=str(uuid.uuid4())).id
