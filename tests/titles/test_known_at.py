"""What was known on a day stays what it was, whatever is learnt afterwards: for figures, records and titles."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core import clock
from app.core import db as database
from app.core.errors import AppError
from app.facts import queries, service, vouches
from app.facts.archive import make_sections
from app.facts.models import Fact, Record, Vouch
from app.facts.sheet import make_sheet, years_until
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.titles import queries as title_queries
from app.titles import service as title_service
from app.titles.forms import TitleFields
from app.titles.ladder import ladders, place
from app.titles.models import Title
from tests.factories import make_firm
from tests.facts.arrange import ENTERED

EXAMPLES = int(os.environ.get("TIDU_TEST_HISTORIES", "5"))
START = datetime(2026, 1, 5, 2, tzinfo=UTC)
DAY = date(2026, 11, 23)


@dataclass
class History:
    """A firm, the steps taken so far, and what was seen after each."""

    firm: Firm
    moment: datetime = START
    seen: list[tuple[datetime, Any]] = field(default_factory=list)

    def now(self) -> datetime:
        """A clock that moves on whenever it is looked at, as real ones do."""
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def take(self, step: Callable[[Session, Firm, int], None], number: int) -> None:
        self.moment += timedelta(hours=7)
        try:
            with database.writing() as session:
                step(session, session.get_one(Firm, self.firm.id), number)
        except AppError:
            pass  # A refused step changes nothing, which is what the snapshots then show.
        self.seen.append((self.now(), snapshot(self.firm, None)))


def snapshot(firm: Firm, at: datetime | None) -> Any:
    """Everything the pages show of a firm, as known at a moment."""
    with database.reading() as session:
        facts = queries.facts_of(session, firm.id, at=at)
        sheet = make_sheet(facts, subject="firm", years=years_until(2025), day=DAY)
        sections = make_sections(
            queries.records_of(session, firm.id, at=at), queries.vouches_of(session, firm.id, at=at), DAY
        )
        titles = title_queries.titles_of(session, firm.id, at=at)
        return (
            [(fact.kind, fact.year) for fact in facts],
            [[cell.exact for cell in row.cells] for group in sheet.groups for row in group.rows],
            [(each.state, [(item.record.id, item.name) for item in each.items]) for each in sections],
            [(title.id, title.number, title.valid_until, title.revoked_on) for title in titles],
            [place(titles, DAY, ladder).rung for ladder in ladders(vocabulary())],
        )


def moments_of_change(firm: Firm) -> list[datetime]:
    """Every moment at which a row of the firm's ledger began or ended."""
    with database.reading() as session:
        tables = (Fact, Record, Vouch, Title)
        rows = [row for table in tables for row in session.scalars(sa.select(table).where(table.firm_id == firm.id))]
        return sorted({moment for row in rows for moment in (row.recorded_at, row.superseded_at) if moment})


def put(session: Session, firm: Firm, number: int) -> None:
    kind = ("sales", "staff")[number % 2]
    service.record_fact(session, None, firm, kind, Decimal(number), year=2024 + number % 2, origin=ENTERED)


def unput(session: Session, firm: Firm, number: int) -> None:
    facts = queries.facts_of(session, firm.id)
    if facts:
        service.retract_fact(session, None, firm, facts[number % len(facts)], reason="填错")


def add(session: Session, firm: Firm, number: int) -> None:
    service.add_record(session, None, firm, "ip", {"number": f"ZL{number}"}, starts_on=None, origin=ENTERED)


def correct(session: Session, firm: Firm, number: int) -> None:
    records = queries.records_of(session, firm.id)
    if records:
        record = records[number % len(records)]
        service.correct_record(session, None, firm, record, {"name": f"名{number}"}, starts_on=None, origin=ENTERED)


def remove(session: Session, firm: Firm, number: int) -> None:
    records = queries.records_of(session, firm.id)
    if records:
        service.retract_record(session, None, firm, records[number % len(records)], reason="不是本企业的")


def close(session: Session, firm: Firm, number: int) -> None:
    until = date(2025, 1, 1) + timedelta(days=number)
    vouches.vouch(session, None, firm, "ip", scope={}, since=None, until=until, voucher="甲", origin=ENTERED)


def reopen(session: Session, firm: Firm, number: int) -> None:
    standing = queries.vouches_of(session, firm.id)
    if standing:
        vouches.retract_vouch(session, None, firm, standing[number % len(standing)], reason="有遗漏")


def certify(session: Session, firm: Firm, number: int) -> None:
    kind = ("tsme", "isme", "hnte")[number % 3]
    fields = TitleFields(kind=kind, number=str(number), issued_on=date(2023, 1, 1) + timedelta(days=number * 40))
    title_service.record_title(session, None, firm, fields, origin=ENTERED)


def amend(session: Session, firm: Firm, number: int) -> None:
    titles = title_queries.titles_of(session, firm.id)
    if titles:
        title = titles[number % len(titles)]
        fields = TitleFields(kind=title.kind, number=f"改{number}", issued_on=title.issued_on)
        title_service.correct_title(session, None, firm, title, fields, origin=ENTERED)


def revoke(session: Session, firm: Firm, number: int) -> None:
    titles = title_queries.titles_of(session, firm.id)
    if titles:
        title, day = titles[number % len(titles)], date(2025, 12, 1)
        title_service.revoke_title(session, None, firm, title, revoked_on=day, reason="公告", origin=ENTERED)


def withdraw(session: Session, firm: Firm, number: int) -> None:
    titles = title_queries.titles_of(session, firm.id)
    if titles:
        title_service.retract_title(session, None, firm, titles[number % len(titles)], reason="不是本企业的")


STEPS = (put, put, unput, add, correct, remove, close, reopen, certify, certify, amend, revoke, withdraw)


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), min_size=4, max_size=14))
def test_as_known_at_any_moment_is_what_was_seen_then(
    engine: sa.Engine, steps: list[tuple[Callable[[Session, Firm, int], None], int]]
) -> None:
    history = History(make_firm())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", history.now)
        for step, number in steps:
            history.take(step, number)

    for moment, seen in history.seen:
        assert snapshot(history.firm, moment) == seen
    ever = [snapshot(history.firm, START), *(seen for _, seen in history.seen)]
    for moment in moments_of_change(history.firm):
        assert snapshot(history.firm, moment) in ever, "a moment between two steps shows what was never so"
