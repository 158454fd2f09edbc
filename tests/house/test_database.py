"""What the database promises under us."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.core import db as database
from app.core import schema
from app.firms.models import Firm
from tests.factories import make_firm, make_unit


def test_models_and_schema_agree(engine: sa.Engine) -> None:
    schema.check(engine)


def test_a_reading_session_cannot_write(engine: sa.Engine) -> None:
    firm = make_firm()

    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(sa.text("UPDATE firm SET name = 'x' WHERE id = :id"), {"id": firm.id})


def test_a_reading_session_cannot_lock_rows(engine: sa.Engine) -> None:
    firm = make_firm()

    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(sa.select(Firm.id).where(Firm.id == firm.id).with_for_update())


# Each dialect's own way of writing over a row, besides the two that all know.
OVERWRITING = {
    "sqlite": "INSERT OR REPLACE INTO event (id, at, kind, result, body, previous, mac) "
    "SELECT id, at, kind, result, 'x', previous, mac FROM event",
    "postgresql": "TRUNCATE event",
}


def test_the_database_refuses_to_change_the_audit_trail(engine: sa.Engine) -> None:
    for statement in ("UPDATE event SET body = 'x'", "DELETE FROM event", OVERWRITING[engine.dialect.name]):
        with database.writing() as session:
            session.add(Event(at=sa.func.now(), kind="k", result="done", body="{}", previous="", mac=""))
        with pytest.raises(DBAPIError), database.writing() as session:
            session.execute(sa.text(statement))


def test_writers_wait_for_each_other_and_lose_nothing(engine: sa.Engine) -> None:
    unit = make_unit()

    def add_one() -> None:
        for _ in range(10):
            with database.writing() as session:
                database.lock(session, "counter")
                path = session.scalar(sa.text("SELECT path FROM unit WHERE id = :id"), {"id": unit.id})
                session.execute(
                    sa.text("UPDATE unit SET path = :path WHERE id = :id"), {"path": path + "x", "id": unit.id}
                )

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(engine) as session:
        assert session.scalar(sa.text("SELECT path FROM unit")).count("x") == 40
