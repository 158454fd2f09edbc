"""A process that dies in the middle of an import leaves all of it or nothing, and the next one finishes it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.firms.models import Firm
from app.imports import service
from app.imports.models import Fate, Row
from app.settings import ROOT
from tests.browser import Visitor
from tests.factories import make_user
from tests.imports.corpus import plain
from tests.imports.journey import mapped
from tests.work import work_off

FIRMS = 12
PATIENCE = 60

pytestmark = pytest.mark.slow


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


@pytest.fixture
def killed_at(engine: sa.Engine, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Does the waiting job in a process of its own that is killed at a stage of it."""
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    started: list[subprocess.Popen[bytes]] = []

    def kill(stage: str) -> None:
        sign = tmp_path / stage
        command = [sys.executable, "-m", "tests.imports.halting", stage, str(sign)]
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TIDU_DATABASE_URL": url})
        started.append(child)
        until(sign.exists)
        child.send_signal(signal.SIGKILL)
        child.wait()

    yield kill
    for child in started:
        child.kill()
        child.wait()


def until(happened: Callable[[], object]) -> None:
    """Look again and again until it has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def count(db: Session, what: sa.ColumnElement[bool] | type) -> int:
    db.rollback()
    statement = sa.select(sa.func.count())
    return db.scalar(statement.select_from(what) if isinstance(what, type) else statement.where(what)) or 0


def test_an_import_killed_while_it_writes_is_written_once_and_whole(
    officer: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch, killed_at: Callable[[str], None]
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)
    batch = mapped(officer, "list.xlsx", plain(FIRMS))
    version = officer.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
    officer.post(f"/imports/{batch}/application", {"version": version})

    killed_at("writing")
    assert (count(db, Firm), count(db, Row.fate.is_not(None))) == (0, 0)
    until(work_off)

    assert (count(db, Firm), count(db, Row.fate == Fate.APPLIED)) == (FIRMS, FIRMS)
    assert count(db, Event.kind == "import.applied") == 1


def test_a_file_killed_while_it_is_read_is_read_once_and_whole(
    officer: Visitor, db: Session, killed_at: Callable[[str], None]
) -> None:
    content = {"file": ("list.xlsx", plain(FIRMS))}
    sent = officer.post("/imports", {"kind": "firms", "source": "registry"}, files=content)

    killed_at("reading")
    assert count(db, Row) == FIRMS
    until(work_off)

    assert count(db, Row) == FIRMS
    assert f"{FIRMS} 行" in officer.get(sent.headers["location"].replace("progress", "mapping"))
