"""Each test has anchors of its own, as each has a database of its own."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from app.accounts import anchors
from tests.browser import Answer, Visitor
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def anchor_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(anchors, "file", lambda: tmp_path / "anchors.log")
    return tmp_path / "anchors.log"


@pytest.fixture
def clock() -> Iterator[Callable[..., None]]:
    """`clock(minutes=15)` winds the time on."""
    with time_machine.travel(datetime.fromisoformat("2026-11-23T02:00:00+00:00"), tick=False) as traveller:
        yield lambda **amount: traveller.shift(timedelta(**amount))


@pytest.fixture
def sign_in() -> Callable[..., Answer]:
    def enter(visitor: Visitor, username: str, password: str = PASSWORD, *, status: int = 303, **more: str) -> Answer:
        return visitor.post("/sign-in", {"username": username, "password": password, **more}, status=status)

    return enter
