"""A program killed in the middle of writing: what it had acknowledged is there, what it had not is whole or absent."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts import anchors, audit
from app.accounts.models import Event, Unit
from app.core import db as database
from app.core.keys import key_for
from app.settings import ROOT, settings

pytestmark = pytest.mark.slow

KILLS = 3
BEFORE_EACH = 5
# Adds units for ever and says the name of each after it was committed.
WRITER = """
import sys
from app.accounts import service
from app.accounts.forms import UnitFields
from app.core import db
for number in range(10_000):
    with db.writing() as session:
        service.create_unit(session, None, UnitFields(name=f"{sys.argv[1]}-{number}", kind="township"))
    print(f"{sys.argv[1]}-{number}", flush=True)
"""


@pytest.fixture
def killed(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Starts a writer on the test's database, kills it after some acknowledgements; what it had acknowledged."""
    monkeypatch.setattr(anchors, "file", lambda: tmp_path / "audit-anchors.log")
    assert key_for("audit"), "made before the writers start"
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    own = {"TIDU_DATABASE_URL": url, "TIDU_DATA_DIR": str(tmp_path), "TIDU_KEY_FILE": str(settings().keys)}

    def run(attempt: int) -> list[str]:
        command = [sys.executable, "-c", WRITER, str(attempt)]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            heard = [child.stdout.readline().strip() for _ in range(BEFORE_EACH + attempt)]
            child.send_signal(signal.SIGKILL)
            return [*heard, *child.stdout.read().split()]

    return run


def test_what_was_acknowledged_before_a_kill_is_there_with_its_event(
    killed: Callable[[int], list[str]], engine: sa.Engine
) -> None:
    acknowledged = [name for attempt in range(KILLS) for name in killed(attempt)]

    with database.reading() as session:
        kept = set(session.scalars(sa.select(Unit.name)))
        told = session.scalar(sa.select(sa.func.count()).where(Event.kind == "unit.created"))
        flaws = audit.verify(session)
    assert len(acknowledged) >= KILLS * BEFORE_EACH
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + KILLS, "of each writer at most the last was not heard of"
    assert told == len(kept)
    assert not flaws
