"""What every test may ask for: a database of each kind, visitors who check pages, and a cast of people."""

import os
import tempfile
from pathlib import Path

# Before anything of ours is imported: tests never touch the developer's own data.
os.environ["TIDU_ENV"] = "test"
os.environ["TIDU_DATA_DIR"] = tempfile.mkdtemp(prefix="tidu-test-")
os.environ.pop("TIDU_DATABASE_URL", None)

from collections.abc import Callable, Iterator
from functools import cache

# Read before any thread runs: CPython 3.11.7 can fail to parse a module while another thread parses one (gh-106905),
# and pytest reads this one only when everything is done.
import hypothesis  # noqa: F401
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from app.core import db as database_module
from app.main import create_app
from tests.browser import HEADERS, Visitor
from tests.databases import OFF, VARIABLE, PostgresTemplate, SqliteTemplate, bring_postgres, remove_postgres
from tests.factories import sign_in_directly


def pytest_configure(config: pytest.Config) -> None:
    # With several workers, the first process brings the server and the workers inherit its address.
    if not hasattr(config, "workerinput") and VARIABLE not in os.environ:
        os.environ[VARIABLE] = bring_postgres()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        remove_postgres()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    url = os.environ[VARIABLE]
    if url == OFF or url.startswith("!"):
        terminalreporter.write_line(f"PostgreSQL tests were skipped: {url}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    url = os.environ[VARIABLE]
    if url == OFF or url.startswith("!"):
        pytest.skip(f"no PostgreSQL: {url}")
    template = PostgresTemplate(url)
    yield template
    template.drop()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """An empty, migrated database of its own for each test, on both engines."""
    with request.getfixturevalue(f"{request.param}_template").copy() as copy:
        monkeypatch.setattr(database_module, "engine", lambda: copy)
        yield copy


@pytest.fixture
def db(engine: sa.Engine) -> Iterator[Session]:
    """A session for looking at what the product wrote; arrange through tests.factories instead."""
    with database_module.reading() as session:
        yield session


@sa.event.listens_for(sa.Engine, "before_execute")
def _refuse_locks_while_reading(connection: sa.Connection, statement: object, *_: object) -> None:
    """SQLite leaves FOR UPDATE out of what it is sent; here it refuses it like PostgreSQL, so any test can see it."""
    locks = getattr(statement, "_for_update_arg", None) is not None
    if locks and connection.get_execution_options().get("read_only"):
        raise sa.exc.InternalError(str(statement), {}, Exception("cannot lock rows in a read-only transaction"))


@cache
def served() -> ASGIApp:
    """The application, built once: its hundred routes take half a second."""
    return create_app()


@pytest.fixture
def visitor(engine: sa.Engine) -> Callable[..., Visitor]:
    """`visitor()` is a stranger; `visitor(user)` is that user, signed in."""

    def enter(user: object = None) -> Visitor:
        client = TestClient(served(), base_url="http://127.0.0.1:8321", raise_server_exceptions=False)
        client.headers.update(HEADERS)
        if user is not None:
            client.cookies.set("s", sign_in_directly(user), domain="127.0.0.1")
        return Visitor(client)

    return enter


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parent.parent
