"""A database that is held up, full, or gone: a 503 that says so, nothing half done, and back by itself."""

import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Unit
from app.accounts.permissions import Role
from app.core import db as database
from app.core.db import Model
from app.firms.models import Firm
from app.settings import Settings
from tests.browser import Answer, Visitor
from tests.factories import make_code, make_firm, make_unit, make_user

BUSY = "数据库暂时繁忙"
NEW = {"name": "新镇", "kind": "township", "parent_id": ""}
ONE_PAGE = 4096
PLAINLY: dict[str, Any] = {"headers": {"sec-fetch-site": "same-origin"}, "follow_redirects": False}


@pytest.fixture
def hasty(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The same database behind a small pool that waits for nothing, so that a test need not wait either."""
    monkeypatch.setattr(database, "POOL_WAIT", 0.05)
    monkeypatch.setattr(database, "LOCK_WAIT", 50)
    monkeypatch.setattr(database, "BUSY_WAIT", 50)
    monkeypatch.setattr(database, "settings", lambda: Settings(pool_size=1))
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    own = database.make_engine(url)
    yield own
    own.dispose()


@pytest.fixture
def admin(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.ADMIN))


def names(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(sa.select(Unit.name)))


def is_busy(answer: Answer) -> bool:
    return BUSY in answer and answer.headers["retry-after"] == "2"


@contextmanager
def held(engine: sa.Engine) -> Iterator[None]:
    """Somebody else is in the middle of writing units."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE unit IN SHARE ROW EXCLUSIVE MODE"))
        yield


def test_a_lock_that_is_held_is_a_503_and_reading_goes_on(
    admin: Visitor, engine: sa.Engine, hasty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held(engine):
        monkeypatch.setattr(database, "engine", lambda: hasty)
        refused = admin.post("/units", NEW, status=503)
        admin.get("/units")

    assert is_busy(refused)
    assert names(engine) == set()
    admin.post("/units", NEW)


def test_an_exhausted_pool_is_a_503_and_recovers_by_itself(
    admin: Visitor, hasty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "engine", lambda: hasty)
    taken = [hasty.connect() for _ in range(6)]

    refused = admin.get("/units", status=503)
    for connection in taken:
        connection.close()

    assert is_busy(refused)
    admin.get("/units")


def test_writers_queue_behind_a_long_one_and_readers_do_not(visitor: Callable[..., Visitor], engine: sa.Engine) -> None:
    people = [visitor(make_user(Role.ADMIN)) for _ in range(4)]
    statuses: list[int] = []

    def write(number: int) -> None:
        answer = people[number].client.post(
            "/units",
            data={**NEW, "name": f"镇{number}", "csrf_token": people[number].form_token()},
            headers={"sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    with held(engine):
        for thread in threads:
            thread.start()
        reading = visitor(None).get("/sign-in")
    for thread in threads:
        thread.join()

    assert reading.status == 200
    assert statuses == [303] * 4
    assert names(engine) == {f"镇{number}" for number in range(4)}


def test_a_full_disk_is_a_503_and_ends_when_there_is_room(
    admin: Visitor, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite can be told that its disk is full; for PostgreSQL it takes a small disk of its own")
    limit = {"pages": 1}
    small = database.make_engine(str(engine.url))
    sa.event.listen(small, "begin", lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={limit['pages']}"))
    monkeypatch.setattr(database, "engine", lambda: small)

    answers = [_fill(admin, number) for number in range(60)]
    admin.get("/units")
    limit["pages"] = 100_000
    admin.post("/units", NEW)

    full = [answer for answer in answers if answer.status_code == 503]
    assert full
    assert {answer.status_code for answer in answers} <= {303, 503}
    kept = {f"第{number}镇" + "长" * 80 for number, answer in enumerate(answers) if answer.status_code == 303}
    assert names(engine) == kept | {"新镇"}
    small.dispose()


def test_a_disk_that_fails_in_the_middle_of_writing_is_a_503_and_nothing_stays(
    admin: Visitor, engine: sa.Engine
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the files of PostgreSQL are written by processes of its own")
    token = {"csrf_token": admin.form_token()}
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)

    # Beyond a file's first page every write fails with EFBIG, which SQLite can only take for a fault of the disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (ONE_PAGE, allowed[1]))
    try:
        answers = [admin.client.post("/units", data={**NEW, **token}, **PLAINLY) for _ in range(3)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)

    assert [answer.status_code for answer in answers] == [503] * 3
    assert names(engine) == set()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    admin.post("/units", NEW)


def _fill(admin: Visitor, number: int) -> Any:
    fields = {**NEW, "name": f"第{number}镇" + "长" * 80, "csrf_token": admin.form_token()}
    headers = {"sec-fetch-site": "same-origin"}
    return admin.client.post("/units", data=fields, headers=headers, follow_redirects=False)


def changes_of(statement: str) -> bool:
    return statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))


@contextmanager
def fault_at(engine: sa.Engine, number: int) -> Iterator[list[str]]:
    """The change of that number (from 0) fails; the changes that were tried."""
    tried: list[str] = []

    def fail(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not changes_of(statement):
            return
        tried.append(statement)
        if len(tried) == number + 1:
            raise RuntimeError("seeded fault")

    sa.event.listen(engine, "before_cursor_execute", fail)
    yield tried
    sa.event.remove(engine, "before_cursor_execute", fail)


def contents(engine: sa.Engine) -> dict[str, list[str]]:
    """Every table with its rows, the trail included."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(sa.select(table)))
            for table in Model.metadata.sorted_tables
        }


FAULTY: dict[str, Callable[[Firm], tuple[str, dict[str, Any]]]] = {
    "a unit": lambda _: ("/units", NEW),
    "a firm": lambda _: ("/firms", {"name": "新登记科技有限公司", "credit_code": make_code(777)}),
    "figures": lambda firm: (
        f"/firms/{firm.id}/facts?group=收入&year=2025",
        {"source": "tax", "value_revenue": "5000", "value_sales": "4000"},
    ),
    "a title": lambda firm: (
        f"/firms/{firm.id}/titles",
        {"kind": "hnte", "number": "GR202465000999", "issued_on": "2024-10-01", "source": "platform"},
    ),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_fault_at_any_change_leaves_nothing_half_done(
    visitor: Callable[..., Visitor], engine: sa.Engine, what: str
) -> None:
    browser = visitor(make_user(Role.ADMIN if what == "a unit" else Role.BUREAU))
    address, fields = FAULTY[what](make_firm())
    before = contents(engine)

    for number in range(100):
        with fault_at(engine, number) as tried:
            answer = browser.client.post(address, data={**fields, "csrf_token": browser.form_token()}, **PLAINLY)
        if answer.status_code == 303:
            break
        assert answer.status_code == 500
        assert contents(engine) == before, f"after a fault at {tried[-1][:80]}"

    assert answer.status_code == 303
    assert 0 < number == len(tried), "every change was made to fail once"


@pytest.fixture
def server(engine: sa.Engine) -> sa.Engine:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could go away")
    return engine


def test_connections_that_died_while_idle_are_noticed_before_use(admin: Visitor, server: sa.Engine) -> None:
    admin.get("/units")
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    admin.get("/units")


def test_a_server_that_goes_away_in_the_middle_is_a_503_and_nothing_stays(admin: Visitor, server: sa.Engine) -> None:
    def go_away(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO event"):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    sa.event.listen(server, "before_cursor_execute", go_away)
    refused = admin.post("/units", NEW, status=503)
    sa.event.remove(server, "before_cursor_execute", go_away)

    assert is_busy(refused)
    assert names(server) == set()
    make_unit()
    admin.post("/units", NEW)
