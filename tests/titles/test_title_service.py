import threading
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.core import db as database
from app.core.errors import Conflict, FieldError, Stale
from app.firms.models import Firm
from app.titles import queries, service
from app.titles.forms import TitleFields
from app.titles.models import Title
from tests.factories import make_firm
from tests.facts.arrange import ENTERED, at


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 11, 23, 2)


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    return make_firm()


def fields(
    kind: str = "hnte", number: str = "GR202465000111", issued: date = date(2024, 10, 28), **more: Any
) -> TitleFields:
    return TitleFields(kind=kind, number=number, issued_on=issued, **more)


def record(firm: Firm, given: TitleFields | None = None) -> Title:
    with database.writing() as session:
        return service.record_title(session, None, session.get_one(Firm, firm.id), given or fields(), origin=ENTERED)


def correct(firm: Firm, title: Title, given: TitleFields, **more: Any) -> Title:
    with database.writing() as session:
        own, version = session.get_one(Firm, firm.id), session.get_one(Title, title.id)
        return service.correct_title(session, None, own, version, given, origin=ENTERED, **more)


def revoke(firm: Firm, title: Title, day: date) -> Title:
    with database.writing() as session:
        own, version = session.get_one(Firm, firm.id), session.get_one(Title, title.id)
        return service.revoke_title(session, None, own, version, revoked_on=day, reason="公告", origin=ENTERED)


def test_the_end_follows_from_the_kind(firm: Firm) -> None:
    assert record(firm).valid_until == date(2027, 10, 27)
    assert record(firm, fields("tsme", "20256501", date(2025, 7, 1))).valid_until == date(2025, 12, 31)


def test_an_end_that_is_given_stands(firm: Firm) -> None:
    assert record(firm, fields(valid_until=date(2026, 1, 1))).valid_until == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (fields(valid_until=date(2024, 1, 1)), "valid_until"),
        (fields(), "number"),
        (fields(issued=date(2024, 1, 1)), "number"),
    ],
)
def test_what_cannot_be_is_refused(firm: Firm, given: TitleFields, field: str) -> None:
    record(firm)

    with pytest.raises(FieldError) as refused:
        record(firm, given)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "given",
    [
        fields(number="GR202465000999"),
        fields("isme"),
        fields(issued=date(2021, 10, 28)),
    ],
)
def test_another_number_kind_or_time_is_another_certificate(firm: Firm, db: Session, given: TitleFields) -> None:
    record(firm)
    record(firm, given)

    assert len(queries.titles_of(db, firm.id)) == 2


def test_two_certificates_without_a_number_at_the_same_time_are_one_too_many(firm: Firm) -> None:
    record(firm, fields(number=""))

    with pytest.raises(FieldError):
        record(firm, fields(number=""))


def test_of_two_who_record_the_same_certificate_one_is_refused(firm: Firm, db: Session) -> None:
    refused: list[Exception] = []

    def act() -> None:
        try:
            record(firm)
        except FieldError as error:
            refused.append(error)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 3
    assert len(queries.titles_of(db, firm.id)) == 1


def test_a_correction_keeps_what_was(firm: Firm, db: Session) -> None:
    title = record(firm)
    correct(firm, title, fields(number="GR202465000112"))

    newer, older = queries.history_of(db, firm.id, title.thread)

    assert (newer.number, older.number) == ("GR202465000112", "GR202465000111")
    assert older.superseded_at == newer.recorded_at
    assert newer.valid_until is None, "a correction that leaves the end out says that there is none"


def test_of_two_corrections_the_second_is_told(firm: Firm) -> None:
    title = record(firm)
    newer = correct(firm, title, fields(number="1"))

    with database.writing() as session:
        own, version = session.get_one(Firm, firm.id), session.get_one(Title, title.id)
        with pytest.raises(Stale) as refused:
            service.correct_title(session, None, own, version, fields(number="2"), origin=ENTERED)

        assert refused.value.current.id == newer.id


def test_a_revoked_title_counts_to_the_day_before(firm: Firm, db: Session) -> None:
    revoke(firm, record(firm), date(2026, 5, 31))

    title = queries.titles_of(db, firm.id)[0]
    assert queries.in_force([title], date(2026, 5, 30)) == [title]
    assert queries.in_force([title], date(2026, 5, 31)) == []


@pytest.mark.parametrize("day", [date(2024, 10, 27), date(2026, 11, 24)])
def test_a_revocation_before_the_issue_or_in_the_future_is_refused(firm: Firm, day: date) -> None:
    title = record(firm)

    with pytest.raises(FieldError):
        revoke(firm, title, day)


def test_a_title_is_revoked_once_and_a_mistake_is_undone_by_correction(firm: Firm, db: Session) -> None:
    revoked = revoke(firm, record(firm), date(2026, 5, 31))
    with pytest.raises(Conflict):
        revoke(firm, revoked, date(2026, 6, 1))

    correct(firm, revoked, fields(valid_until=date(2027, 10, 27)))

    assert queries.titles_of(db, firm.id)[0].revoked_on is None


def test_a_retracted_title_is_gone_and_remembered(firm: Firm, db: Session) -> None:
    title = record(firm)
    with database.writing() as session:
        own, version = session.get_one(Firm, firm.id), session.get_one(Title, title.id)
        service.retract_title(session, None, own, version, reason="重复登记")
        with pytest.raises(Conflict):
            service.retract_title(session, None, own, version, reason="重复登记")

    assert queries.titles_of(db, firm.id) == []
    assert len(queries.history_of(db, firm.id, title.thread)) == 1
    assert record(firm).id != title.id, "the same certificate can be recorded again"


def test_every_change_is_told_and_counted(firm: Firm, db: Session) -> None:
    title = correct(firm, record(firm), fields(number="新"))
    revoke(firm, title, date(2026, 5, 31))

    events = db.scalars(sa.select(Event).where(Event.firm_id == firm.id).order_by(Event.id)).all()
    assert [event.kind for event in events] == ["title.recorded", "title.corrected", "title.revoked"]
    assert '"编号":["GR202465000111","新"]' in events[1].body
    assert db.get_one(Firm, firm.id).revision == firm.revision + 3


def test_a_file_is_kept_only_when_everything_else_is_in_order(firm: Firm) -> None:
    record(firm)

    def attach() -> Any:
        raise AssertionError("the file of a refused certificate was kept")

    with database.writing() as session:
        own = session.get_one(Firm, firm.id)
        with pytest.raises(FieldError):
            service.record_title(session, None, own, fields(), origin=ENTERED, attach=attach)
