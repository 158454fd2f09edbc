"""A backup restores to an equal system on either database, and a bad one is noticed."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts import audit
from app.backup import make_backup, restore_backup
from app.core import db as database
from app.core.errors import Conflict
from app.firms.models import Firm
from app.settings import settings
from tests.backup.arrange import contents
from tests.factories import make_firm, make_unit, make_user
from tests.facts.arrange import add, close, put
from tests.installation import installation

KEY = "feed" * 16
PAIRS = [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite"), ("postgres", "postgres")]


class Places:
    """Two installations: what is asked of the application goes to the one chosen last."""

    def __init__(self, engines: tuple[sa.Engine, sa.Engine], folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.engines, self.folder, self.patch = engines, folder, patch

    def go_to(self, number: int) -> None:
        self.patch.setattr(database, "engine", lambda: self.engines[number])
        self.patch.setenv("TIDU_DATA_DIR", str(self.folder / str(number)))
        self.patch.setenv("TIDU_KEY_FILE", str(self.folder / "key"))
        settings.cache_clear()


@pytest.fixture(params=PAIRS, ids=lambda pair: f"{pair[0]} to {pair[1]}")
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    with ExitStack() as stack, installation() as patch:
        copies = [stack.enter_context(request.getfixturevalue(f"{kind}_template").copy()) for kind in request.param]
        found = Places((copies[0], copies[1]), tmp_path, patch)
        found.go_to(0)
        yield found


def fill() -> Firm:
    """A bit of everything, with odd values, and a parent unit that is younger than its child."""
    child, parent = make_unit("镇"), make_unit("区")
    with database.writing() as session:
        session.execute(sa.text(f"UPDATE unit SET parent_id = {parent.id} WHERE id = {child.id}"))  # noqa: S608
    firm = make_firm("达坂城“引号”'n 𠮷有限公司")
    user = make_user(name="李科长", unit_id=child.id)
    put(firm, "sales", "123456.78", year=2025, by=user)
    put(firm, "sales", "0.29", year=2025, by=user)
    add(firm, "ip", number="ZL1")
    close(None, "incidents")
    stored = settings().data_dir / "files" / "ab" / "cdef"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"%PDF-\x00\xff")
    return firm


def test_what_is_restored_equals_what_was_there(places: Places, tmp_path: Path) -> None:
    firm = fill()
    before = contents()
    make_backup(tmp_path / "kit.zip")

    places.go_to(1)
    restore_backup(tmp_path / "kit.zip")

    assert contents() == before
    assert (settings().data_dir / "files" / "ab" / "cdef").read_bytes() == b"%PDF-\x00\xff"
    with database.reading() as session:
        assert audit.verify(session) == []
    assert make_firm().id > firm.id


def test_a_number_once_given_is_not_given_again_after_a_restore(places: Places, tmp_path: Path) -> None:
    last = make_firm()
    with database.writing() as session:
        session.delete(session.get_one(Firm, last.id))
    make_backup(tmp_path / "kit.zip")

    places.go_to(1)
    restore_backup(tmp_path / "kit.zip")

    assert make_firm().id > last.id


@pytest.fixture
def kit(engine: sa.Engine, tmp_path: Path) -> Iterator[Path]:
    with installation(DATA_DIR=tmp_path / "data"):
        (tmp_path / "data" / "files").mkdir(parents=True)
        (tmp_path / "data" / "tidu.key").write_text(KEY)
        make_firm()
        put(make_firm(), "sales", "5", year=2025)
        make_backup(tmp_path / "kit.zip")
        yield tmp_path / "kit.zip"


@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_truncated_backup_is_refused(kit: Path, share: float) -> None:
    kit.write_bytes(kit.read_bytes()[: int(kit.stat().st_size * share)])

    with pytest.raises(Conflict, match="不完整或已损坏"):
        restore_backup(kit)


def test_a_backup_with_one_byte_changed_is_refused(kit: Path) -> None:
    content = bytearray(kit.read_bytes())
    with zipfile.ZipFile(kit) as archive:
        member = archive.getinfo("rows/firm.jsonl")
    content[member.header_offset + 100] ^= 1
    kit.write_bytes(content)

    with pytest.raises(Conflict, match="不完整或已损坏"):
        restore_backup(kit)


def test_a_backup_whose_rows_were_exchanged_is_refused(kit: Path) -> None:
    other = kit.with_name("other.zip")
    with zipfile.ZipFile(kit) as archive, zipfile.ZipFile(other, "w") as forged:
        for name in archive.namelist():
            forged.writestr(name, archive.read(name).replace("有限公司".encode(), "无限公司".encode()))

    with pytest.raises(Conflict, match="不完整或已损坏"):
        restore_backup(other)


def test_a_backup_is_never_restored_over_what_is_there(kit: Path) -> None:
    before = contents()

    with pytest.raises(Conflict, match="里已经有内容"):
        restore_backup(kit)

    assert contents() == before


def test_a_backup_never_overwrites_another(kit: Path) -> None:
    before = kit.read_bytes()

    with pytest.raises(Conflict, match="已经存在"):
        make_backup(kit)

    assert kit.read_bytes() == before


def test_a_backup_that_breaks_off_leaves_nothing_that_looks_like_one(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        make_backup(tmp_path / "later" / "kit.zip")

    assert list((tmp_path / "later").iterdir()) == []


def test_a_backup_holds_no_key_and_is_nobody_elses_to_read(kit: Path) -> None:
    with zipfile.ZipFile(kit) as archive:
        assert all(KEY.encode() not in archive.read(name) for name in archive.namelist())
    assert kit.stat().st_mode & 0o077 == 0
