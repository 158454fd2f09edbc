"""Puts things into the ledger for a test; each function commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.core import clock, db
from app.facts import service, vouches
from app.facts.ledger import Origin
from app.facts.models import Fact, Record, Source, Vouch
from app.facts.values import read_typed
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm

ENTERED = Origin(Source.ENTERED)


def put(
    firm: Firm, kind: str, text: str, *, year: int = 0, source: Source = Source.ENTERED, by: User | None = None
) -> Fact:
    """A figure, typed in as on a page."""
    value = read_typed(vocabulary().facts[kind], text)
    with db.writing() as session:
        return service.record_fact(session, by, _same(session, firm), kind, value, year=year, origin=Origin(source))


def add(firm: Firm, collection: str, *, starts_on: date | None = None, by: User | None = None, **values: Any) -> Record:
    """An entry of a collection, with typed attributes by code."""
    with db.writing() as session:
        return service.add_record(
            session, by, _same(session, firm), collection, values, starts_on=starts_on, origin=ENTERED
        )


def close(firm: Firm | None, collection: str, *, by: User | None = None, **scope: str) -> Vouch:
    """Someone vouches for a collection up to today."""
    with db.writing() as session:
        return vouches.vouch(
            session,
            by,
            _same(session, firm) if firm else None,
            collection,
            scope=scope,
            since=None,
            until=clock.today(),
            voucher="区市场监督管理局",
            origin=Origin(Source.DEPARTMENT),
        )


def at(monkeypatch: pytest.MonkeyPatch, *moment: int) -> None:
    """From now on the clock stands still at a moment (UTC): year, month, day, hour …"""
    stopped = datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]
    monkeypatch.setattr(clock, "now", lambda: stopped)


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """The SQL statements run inside the block."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def _same(session: Any, firm: Firm) -> Firm:
    found = session.get(Firm, firm.id)
    assert found is not None
    return found
