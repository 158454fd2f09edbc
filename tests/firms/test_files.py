"""Files of a firm: what is taken in, and how it is given out."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import db as database
from app.core.errors import FieldError
from app.core.filestore import path_of
from app.firms import files
from app.firms.models import Firm, StoredFile
from app.settings import settings
from tests.browser import Answer, Visitor
from tests.factories import make_firm, make_user

PDF = b"%PDF-1.7\n%%EOF"


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


def package(*parts: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for part in parts:
            made.writestr(part, "x")
    return content.getvalue()


@pytest.fixture
def bureau(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def send(guest: Visitor, firm: Firm, name: str, content: bytes, status: int = 303) -> Answer:
    upload = {"file": (name, content, "application/octet-stream")}
    return guest.post(f"/firms/{firm.id}/files", status=status, files=upload)


def on_disk() -> list[Path]:
    return [path for path in (settings().data_dir / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("证书.pdf", PDF),
        ("照片.JPG", b"\xff\xd8\xff\xe0rest"),
        ("图.png", b"\x89PNG\r\n\x1a\nrest"),
        ("表.xlsx", workbook()),
        ("文.docx", package("[Content_Types].xml", "word/document.xml")),
    ],
)
def test_a_file_comes_back_as_it_was_and_only_as_an_attachment(name: str, content: bytes, bureau: Visitor) -> None:
    firm = make_firm()
    send(bureau, firm, name, content)
    link = bureau.get(f"/firms/{firm.id}").one("#files tbody a")

    answer = bureau.get(link["href"])

    assert answer.response.content == content
    assert link.text == name
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("页面.html", b"<script>"),
        ("改名.pdf", b"<script>alert(1)</script>"),
        ("改名.png", PDF),
        ("改名.xlsx", PDF),
        ("空包.xlsx", package("readme.txt")),
        ("宏.xlsx", package("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
        ("文档.xlsx", package("[Content_Types].xml", "word/document.xml")),
        ("无扩展名", PDF),
        ("空.pdf", b""),
        ("", PDF),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, bureau: Visitor, db: Session) -> None:
    firm = make_firm()
    before = on_disk()

    page = send(bureau, firm, name, content, status=422)

    assert page.one("#file-error")
    assert db.scalars(sa.select(StoredFile)).all() == []
    assert on_disk() == before


@pytest.mark.parametrize("name", ["../../etc/证书.pdf", "C:\\temp\\证书.pdf", "证\u202e书.pdf", "长" * 500 + ".pdf"])
def test_a_name_leads_nowhere(name: str, bureau: Visitor, db: Session) -> None:
    firm = make_firm()

    send(bureau, firm, name, PDF)

    file = db.scalars(sa.select(StoredFile)).one()
    assert not set("/\\\u202e") & set(file.name)
    assert file.name.endswith(".pdf")
    assert len(file.name) <= 200
    assert path_of(file.key).read_bytes() == PDF


def test_another_firms_file_is_not_there(bureau: Visitor, db: Session) -> None:
    firm, other = make_firm(), make_firm()
    send(bureau, firm, "证书.pdf", PDF)
    key = db.scalars(sa.select(StoredFile.key)).one()

    bureau.get(f"/firms/{other.id}/files/{key}", status=404)


@pytest.mark.parametrize("role", [Role.UNIT, Role.COMMISSIONER, Role.FIRM])
def test_a_file_is_no_way_around_the_rows_one_may_see(role: Role, visitor: Callable[..., Visitor], db: Session) -> None:
    firm, own = make_firm(), make_firm()
    send(visitor(make_user(Role.BUREAU)), firm, "证书.pdf", PDF)
    key = db.scalars(sa.select(StoredFile.key)).one()

    visitor(make_user(role, firm_id=own.id)).get(f"/firms/{firm.id}/files/{key}", status=404)


def test_reading_a_file_is_written_down(bureau: Visitor, db: Session) -> None:
    firm = make_firm()
    send(bureau, firm, "证书.pdf", PDF)

    bureau.get(bureau.get(f"/firms/{firm.id}").one("#files tbody a")["href"])

    kinds = db.scalars(sa.select(Event.kind).where(Event.firm_id == firm.id).order_by(Event.id)).all()
    assert kinds == ["file.stored", "file.read"]


def test_a_transaction_given_up_leaves_no_bytes(engine: sa.Engine) -> None:
    firm, before = make_firm(), on_disk()

    def give_up() -> None:
        with database.writing() as session:
            files.store(session, None, firm, UploadFile(io.BytesIO(PDF), filename="证书.pdf"))
            assert on_disk() != before
            raise InterruptedError

    with pytest.raises(InterruptedError):
        give_up()

    assert on_disk() == before


@pytest.mark.parametrize(("limit", "said"), [("MOST_FILES", "上限"), ("MOST_BYTES", "500 MB"), ("LARGEST", "20 MB")])
def test_limits_hold(limit: str, said: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = make_firm()
    monkeypatch.setattr(files, limit, 1)

    with pytest.raises(FieldError, match=said):
        store_twice(firm)


def store_twice(firm: Firm) -> None:
    with database.writing() as session:
        for number in range(2):
            files.store(session, None, firm, UploadFile(io.BytesIO(PDF), filename=f"证书{number}.pdf"))


def test_a_file_sent_twice_is_kept_once(bureau: Visitor, db: Session) -> None:
    firm = make_firm()

    for _ in range(2):
        send(bureau, firm, "证书.pdf", PDF)

    assert len(db.scalars(sa.select(StoredFile)).all()) == 1


def test_who_only_reads_cannot_upload(visitor: Callable[..., Visitor]) -> None:
    firm = make_firm()

    send(visitor(make_user(Role.LEADER)), firm, "证书.pdf", PDF, status=403)


def test_a_file_the_disk_has_lost_is_said_so(bureau: Visitor, db: Session) -> None:
    firm = make_firm()
    send(bureau, firm, "证书.pdf", PDF)
    file = db.scalars(sa.select(StoredFile)).one()
    path_of(file.key).unlink()

    page = bureau.get(f"/firms/{firm.id}/files/{file.key}", status=404)

    assert "从备份中恢复" in page
