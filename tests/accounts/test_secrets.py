"""Passwords, session ids and one-time links are in no log, database file, dump, trail, temporary or exported file."""

import base64
import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.accounts import anchors, sessions, totp
from app.accounts.permissions import Role
from app.backup import make_backup
from app.core import clock
from app.core import db as database
from app.web.pages import Pages
from tests.browser import Visitor
from tests.factories import make_user
from tests.installation import installation

FIRST, SECOND, WRONG = "Canary-first-7316", "Canary-second-2958", "Canary-wrong-4471"
PHONE = "13900007316"
# 32 letters in groups of four.
GROUPS = 8

Enter = Callable[..., Visitor]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Everything the program may write to lies here."""
    with installation(DATA_DIR=tmp_path / "data") as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
        patch.setattr(anchors, "file", lambda: tmp_path / "data" / "audit-anchors.log")
        (tmp_path / "temp").mkdir()
        yield tmp_path


def link_of(page: Any) -> str:
    """The path of the one-time link that a page shows."""
    return "/welcome/" + str(page).partition("/welcome/")[2].split("<")[0].split('"')[0].strip()


def live(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A user is made, sets a password, mistypes it, changes it, and something breaks at each step; the secrets."""
    admin, person = enter(make_user(Role.ADMIN)), enter()
    page = admin.post("/users", {"username": "zhang", "name": "张三", "role": "bureau"}, status=200)
    link = link_of(page.page)
    elsewhere = {"sec-fetch-site": "cross-site"}
    person.post(link, {"password": FIRST, "repeat": FIRST}, status=403, headers=elsewhere)
    with broken(monkeypatch):
        person.post(link, {"password": FIRST, "repeat": FIRST}, status=500)
    person.post(link, {"password": FIRST, "repeat": WRONG}, status=422)
    person.post(link, {"password": FIRST, "repeat": FIRST})
    person.get(link, status=404)
    person.post("/sign-in", {"username": "zhang", "password": WRONG}, status=422)
    with broken(monkeypatch):
        person.post("/sign-in", {"username": "zhang", "password": FIRST}, status=500)
    person.post("/sign-in", {"username": "zhang", "password": FIRST})
    first_session = person.client.cookies["s"]
    person.post(
        "/password", {"current": FIRST, "password": SECOND, "repeat": SECOND, "csrf_token": "stale"}, status=403
    )
    person.post("/password", {"current": FIRST, "password": SECOND, "repeat": SECOND})
    factor = second_factor(person, monkeypatch)
    return [*factor, FIRST, SECOND, WRONG, link.removeprefix("/welcome/"), first_session, person.client.cookies["s"]]


def second_factor(person: Visitor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """It is turned on, after a fault, and used with a recovery code; the seed in each spelling, and the codes."""
    page = person.get("/account/second-factor")
    letters = "".join(next(each.text for each in page.all("dd") if len(each.text.split()) == GROUPS).split())
    seed = base64.b32decode(letters)
    entered = {"current": SECOND, "code": totp.code_at(seed, totp.step_of(clock.now().timestamp()))}
    with monkeypatch.context() as patch:
        patch.setattr(sessions, "end_all", fail)
        person.post("/account/second-factor", entered, status=500)
    shown = person.post("/account/second-factor", entered, status=200)
    codes = [each.text for each in shown.all("li code")]
    return [letters, seed.hex(), *codes]


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it lasts every change fails at its end."""
    with monkeypatch.context() as patch:
        patch.setattr(Pages, "go", fail)
        patch.setattr(Pages, "go_to", fail)
        yield


def fail(*_arguments: Any, **_more: Any) -> None:
    raise RuntimeError("seeded fault")


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that was written anywhere: name, content."""
    make_backup(folder / "backup.zip")
    with zipfile.ZipFile(folder / "backup.zip") as archive:
        for name in archive.namelist():
            yield f"backup: {name}", archive.read(name)
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".zip":
            yield str(path), path.read_bytes()
    if database.engine().dialect.name == "sqlite":
        file = Path(database.engine().url.database or "")
        for path in file.parent.glob(f"{file.name}*"):
            yield str(path), path.read_bytes()


def test_secrets_are_nowhere_they_should_not_be(
    visitor: Enter, folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="httpx2")  # the tests' own browser tells where it goes

    secrets = live(visitor, monkeypatch)

    everything = {"log": caplog.text.encode(), **dict(written(folder))}
    leaks = [(secret, name) for secret in secrets for name, content in everything.items() if secret.encode() in content]
    assert leaks == []
    assert "seeded fault" in caplog.text
    assert any("张三".encode() in content for content in everything.values()), "it was looked where things are written"


def test_what_was_typed_is_not_told_with_a_statement_that_failed(engine: sa.Engine) -> None:
    own = database.make_engine(engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))

    with pytest.raises(DBAPIError) as raised, own.begin() as connection:
        connection.execute(sa.text("INSERT INTO no_such_table VALUES (:phone)"), {"phone": PHONE})

    assert PHONE not in str(raised.value)
    own.dispose()
