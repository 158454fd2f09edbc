import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.core import clock
from app.core import db as database
from app.core.errors import Conflict, FieldError, Stale
from app.facts import queries, region, service, vouches
from app.facts.entry import Entry, record_facts
from app.facts.ledger import Origin
from app.facts.models import Fact, Record, RegionFact, Source
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from tests.factories import make_firm, make_user
from tests.facts.arrange import ENTERED, add, close, put

SALES = vocabulary().facts["sales"]
GROWTH = vocabulary().facts["gdp_growth"]


def together(*acts: Any) -> list[Exception]:
    """Run each act in a thread of its own, all at once; what they were refused with."""
    refused: list[Exception] = []
    start = threading.Barrier(len(acts))

    def run(act: Any) -> None:
        start.wait()
        try:
            with database.writing() as session:
                act(session)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            refused.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_a_value_ends_at_the_very_moment_its_successor_begins(db: Session) -> None:
    firm = make_firm()
    put(firm, "sales", "100", year=2025)
    put(firm, "sales", "120", year=2025)

    newer, older = queries.history_of_fact(db, firm.id, "sales", 2025)

    assert older.superseded_at == newer.recorded_at


def test_a_clock_set_back_ends_no_value_before_it_began(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = make_firm()
    first = put(firm, "sales", "100", year=2025)
    monkeypatch.setattr(clock, "now", lambda: first.recorded_at - timedelta(minutes=5))
    put(firm, "sales", "120", year=2025)

    newer, older = queries.history_of_fact(db, firm.id, "sales", 2025)

    assert older.superseded_at == newer.recorded_at == first.recorded_at


def test_writers_of_one_figure_take_turns(db: Session) -> None:
    firm = make_firm()

    def write(value: int) -> Any:
        def act(session: Session) -> None:
            own = session.get_one(Firm, firm.id)
            service.record_fact(session, None, own, "sales", Decimal(value), year=2025, origin=ENTERED)

        return act

    refused = together(*(write(value) for value in range(1, 7)))

    history = queries.history_of_fact(db, firm.id, "sales", 2025)
    assert refused == []
    assert len(history) == 6
    assert [row.superseded_at is None for row in history] == [True, *[False] * 5]


def test_of_two_who_saw_the_same_value_one_is_told(db: Session) -> None:
    firm = make_firm()
    seen = put(firm, "sales", "100", year=2025)

    def write(value: int) -> Any:
        def act(session: Session) -> None:
            own = session.get_one(Firm, firm.id)
            entry = Entry(SALES, Decimal(value), seen.id)
            record_facts(session, make_actor, own, [entry], year=2025, origin=ENTERED, confirm=False)

        return act

    make_actor = make_user()
    refused = together(write(1), write(2))

    assert [type(error) for error in refused] == [Stale]
    assert len(queries.history_of_fact(db, firm.id, "sales", 2025)) == 2


def test_a_sheet_is_written_whole_or_not_at_all(db: Session) -> None:
    firm, actor = make_firm(), make_user()
    put(firm, "sales", "100", year=2025)
    entries = [Entry(vocabulary().facts["costs"], Decimal(5), 0), Entry(SALES, Decimal(6), 0)]

    with pytest.raises(Stale), database.writing() as session:
        record_facts(session, actor, session.get_one(Firm, firm.id), entries, year=2025, origin=ENTERED, confirm=False)

    assert [fact.kind for fact in queries.facts_of(db, firm.id)] == ["sales"]


def test_of_two_corrections_of_one_entry_one_is_told(db: Session) -> None:
    firm = make_firm()
    record = add(firm, "ip", starts_on=date(2022, 5, 1), number="ZL1")

    def correct(number: str) -> Any:
        def act(session: Session) -> None:
            own, version = session.get_one(Firm, firm.id), session.get_one(Record, record.id)
            service.correct_record(session, None, own, version, {"number": number}, starts_on=None, origin=ENTERED)

        return act

    refused = together(correct("ZL2"), correct("ZL3"))

    assert [type(error) for error in refused] == [Stale]
    assert len(queries.records_of(db, firm.id)) == 1


def test_what_stands_no_longer_cannot_be_retracted(engine: sa.Engine) -> None:
    firm = make_firm()
    fact = put(firm, "sales", "100", year=2025)
    record = add(firm, "ip", number="ZL1")
    vouch = close(firm, "ip")

    with database.writing() as session:
        own = session.get_one(Firm, firm.id)
        service.retract_fact(session, None, own, session.get_one(Fact, fact.id), reason="错")
        service.retract_record(session, None, own, session.get_one(Record, record.id), reason="错")
        vouches.retract_vouch(session, None, own, session.get_one(type(vouch), vouch.id), reason="错")

    with database.writing() as session:
        own = session.get_one(Firm, firm.id)
        with pytest.raises(Conflict):
            service.retract_fact(session, None, own, session.get_one(Fact, fact.id), reason="错")
        with pytest.raises(Conflict):
            service.retract_record(session, None, own, session.get_one(Record, record.id), reason="错")
        with pytest.raises(Conflict):
            vouches.retract_vouch(session, None, own, session.get_one(type(vouch), vouch.id), reason="错")


@pytest.mark.parametrize(
    ("kind", "value", "year", "field"),
    [
        ("nothing", Decimal(1), 2025, "kind"),
        ("gdp_growth", Decimal("0.05"), 2025, "kind"),
        ("sales", Decimal(1), 0, "year"),
        ("sales", Decimal(1), 2027, "year"),
        ("resident", True, 2025, "year"),
        ("sales", Decimal(10) ** 12, 2025, "value"),
    ],
)
def test_what_the_ledger_cannot_hold_is_refused(
    engine: sa.Engine, kind: str, value: Any, year: int, field: str
) -> None:
    firm = make_firm()

    with pytest.raises(FieldError) as refused, database.writing() as session:
        service.record_fact(session, None, session.get_one(Firm, firm.id), kind, value, year=year, origin=ENTERED)

    assert refused.value.field == field


def test_a_patent_is_not_entered_twice(engine: sa.Engine) -> None:
    firm = make_firm()
    mine = add(firm, "ip", number="ZL2020 1001")

    with database.writing() as session:
        own = session.get_one(Firm, firm.id)
        with pytest.raises(FieldError):
            service.check_number_is_new(session, own, "ip", {"number": "zl20201001"})
        service.check_number_is_new(session, own, "ip", {"number": "zl20201001"}, but=mine.thread)
        service.check_number_is_new(session, own, "standards", {"number": "ZL20201001"})


def test_every_change_is_told_and_counted(db: Session) -> None:
    firm, actor = make_firm(), make_user(name="李科长")
    put(firm, "sales", "100", year=2025, by=actor)
    put(firm, "sales", "120", year=2025, by=actor)
    add(firm, "ip", number="ZL1", sort="发明专利", by=actor)
    close(firm, "ip", by=actor, sort="发明专利")

    told = [event.body for event in db.scalars(sa.select(Event).where(Event.firm_id == firm.id).order_by(Event.id))]

    assert '"数值":["100万元","120万元"]' in told[1]
    assert '"类别":"Ⅰ类"' in told[2]
    assert '"范围":"种类：发明专利"' in told[3]
    assert db.get_one(Firm, firm.id).revision == firm.revision + 4


def test_a_figure_of_the_region_concerns_every_firm(db: Session) -> None:
    firms = [make_firm(), make_firm()]
    with database.writing() as session:
        region.record_region_fact(session, None, "gdp_growth", Decimal("0.056"), year=2025, origin=ENTERED)

    assert [db.get_one(Firm, firm.id).revision for firm in firms] == [2, 2]


def test_writers_of_the_regions_figures_take_turns(db: Session) -> None:
    def write(value: str) -> Any:
        return lambda session: region.record_region_fact(
            session, None, "gdp_growth", Decimal(value), year=2025, origin=Origin(Source.STATISTICS)
        )

    assert together(write("0.05"), write("0.06"), write("0.07")) == []

    rows = db.scalars(sa.select(RegionFact)).all()
    assert sorted(row.superseded_at is None for row in rows) == [False, False, True]


def test_a_region_figure_seen_by_two_is_overwritten_by_one(db: Session) -> None:
    with database.writing() as session:
        seen = region.record_region_fact(session, None, "gdp_growth", Decimal("0.05"), year=2025, origin=ENTERED)

    def write(value: str) -> Any:
        entry = Entry(GROWTH, Decimal(value), seen.id)
        return lambda session: region.record_region_facts(session, None, [entry], year=2025, origin=ENTERED)

    assert [type(error) for error in together(write("0.06"), write("0.07"))] == [Stale]
    assert len(queries.history_of_region_fact(db, "gdp_growth", 2025)) == 2
