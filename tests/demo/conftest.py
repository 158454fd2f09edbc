from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts import anchors
from app.core import db as database
from app.demo import accounts
from app.demo.load import load_demo
from app.policies.book import load_book


@contextmanager
def files_in(folder: Path) -> Iterator[pytest.MonkeyPatch]:
    """A data directory of its own, so that no test finds another's password or anchors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_file", lambda: folder / accounts.FILE)
        patch.setattr(anchors, "file", lambda: folder / "anchors.log")
        yield patch


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    with files_in(tmp_path):
        yield tmp_path


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The loaded district, made once for tests that only look at it."""
    with (
        request.getfixturevalue(f"{request.param}_template").copy() as copy,
        files_in(tmp_path_factory.mktemp("demo")) as patch,
    ):
        patch.setattr(database, "engine", lambda: copy)
        with database.writing() as db:
            load_book(db)
            load_demo(db)
        yield copy
