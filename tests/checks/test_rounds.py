"""Standings of the whole pool: the same however they are worked out, and never older than what they rest on."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session, selectinload

from app.checks import queries, rounds, service
from app.checks.check import distance_of
from app.checks.columnar import judge_rules
from app.checks.models import Checked, Round, Standing
from app.core import clock
from app.core import db as database
from app.facts.ledger import Origin
from app.facts.models import Source
from app.facts.region import record_region_fact
from app.firms.models import Firm
from app.firms.revision import touch, touch_all
from app.policies.models import Rule, RuleVersion
from app.policies.queries import rule_book
from app.rules import Anchors
from tests.checks.conftest import LAST, give
from tests.checks.test_pool import arrange
from tests.factories import make_firm
from tests.facts.arrange import add, close, statements
from tests.reports.test_numbers import hold

Rows = dict[tuple[int, str], tuple[Any, ...]]


def stored() -> Rows:
    with database.reading() as db:
        return {
            (row.firm_id, code): tuple(row)[2:]
            for code in db.scalars(sa.select(Standing.rule_code).distinct()).all()
            for row in queries.stored(db, code)
        }


def alone() -> Rows:
    """What every firm's own check says today."""
    today = Anchors(clock.today(), clock.today())
    found: Rows = {}
    with database.reading() as db:
        for firm in db.scalars(sa.select(Firm)):
            for result in service.check_firm(db, firm, today).results:
                far, amount = distance_of(result.finding), result.finding.amount
                low, high = (None if each is None else int(each * 100) for each in (amount.low, amount.high))
                said = result.finding.answer.code, far.unmet, far.unknown, far.total, amount.kind, low, high
                found[firm.id, result.entry.rule.code] = said
    return found


def touch_every() -> None:
    with database.writing() as db:
        touch_all(db)


@pytest.mark.parametrize(("limit", "many"), [(25, 2000), (0, 2000), (0, 0)])
def test_standings_are_the_same_alone_in_columns_and_rule_by_rule(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, limit: int, many: int
) -> None:
    firms = arrange()
    service.refresh_all()
    monkeypatch.setattr(rounds, "ALONE", limit)
    monkeypatch.setattr(service, "MANY", many)

    touch_every()
    service.refresh_all()

    assert stored() == alone()
    assert len(stored()) >= 8 * len(firms)
    with database.reading() as db:
        assert queries.count_behind(db) == 0


def in_ledger(work: Callable[[Session], object]) -> None:
    with database.writing() as db:
        work(db)


def gdp(db: Session) -> None:
    record_region_fact(db, None, "gdp_growth", Decimal("0.06"), year=LAST, origin=Origin(Source.STATISTICS))


def test_whatever_changes_in_the_ledger_moves_the_standings(engine: sa.Engine) -> None:
    first, second, third = arrange()
    service.refresh_all()
    changes: list[tuple[int, Callable[[], object]]] = [
        (1, lambda: give(first, "staff", Decimal(501), year=LAST)),
        (1, lambda: give(first, "sales", 1_000_000_000, year=LAST)),
        (1, lambda: add(first, "incidents", starts_on=date(LAST + 1, 1, 5), sort="安全事故", grade="重大")),
        (1, lambda: close(second, "incidents")),
        (1, lambda: in_ledger(lambda db: (hold(third, "tsme"), touch(db, third.id)))),
        (3, lambda: close(None, "ip")),
        (3, lambda: in_ledger(gdp)),
        (1, make_firm),
    ]
    for behind, change in changes:
        change()

        with database.reading() as db:
            assert queries.count_behind(db) == behind
        assert service.refresh_all() == behind
        assert stored() == alone()


def publish(code: str, name: str, value: str) -> None:
    """A new version of a rule in the place of the old one, with another parameter."""
    with database.writing() as db:
        rule = db.scalars(sa.select(Rule).where(Rule.code == code).options(selectinload(Rule.versions))).one()
        old = rule.versions[-1]
        old.superseded_at = clock.now()
        body = json.loads(json.dumps(old.body))
        body["parameters"] = [{**each, "value": value} if each["name"] == name else each for each in body["parameters"]]
        new = RuleVersion(rule_id=rule.id, starts_on=old.starts_on, ends_on=old.ends_on, body=body, digest=value)
        new.recorded_at = clock.now()
        db.add(new)


def judged(db: Session) -> dict[str, tuple[int | None, date, int]]:
    return {code: (each.rule_version_id, each.facts_on, each.turn) for code, each in queries.rounds(db).items()}


def test_a_new_version_of_a_rule_moves_that_rule_alone(engine: sa.Engine) -> None:
    arrange()
    service.refresh_all()
    with database.reading() as db:
        before, answers = judged(db), stored()

    publish("tsme", "人数上限", "50人")
    service.refresh_all()

    with database.reading() as db:
        after = judged(db)
    assert {code for code in after if after[code] != before[code]} == {"tsme"}
    assert stored() == alone() != answers


def test_a_new_day_is_a_new_round_that_rewrites_only_what_moved(engine: sa.Engine) -> None:
    arrange()
    service.refresh_all()
    with database.reading() as db:
        kept = set(db.scalars(sa.select(Standing.id)))

    with time_machine.travel(clock.now() + timedelta(days=70), tick=False):
        service.refresh_all()

        assert stored() == alone()
        with database.reading() as db:
            assert {each.facts_on for each in queries.rounds(db).values()} == {clock.today()}
            moved = set(db.scalars(sa.select(Standing.id))) - kept
            assert 0 < len(moved) < len(kept)
            assert db.scalar(sa.select(sa.func.count(Checked.id))) == 3


def test_a_rule_that_binds_no_longer_leaves_no_standings(engine: sa.Engine) -> None:
    arrange()
    service.refresh_all()

    with database.writing() as db:
        mine = RuleVersion.rule_id == sa.select(Rule.id).where(Rule.code == "tsme").scalar_subquery()
        db.execute(sa.update(RuleVersion).where(mine).values(superseded_at=clock.now()))
    service.refresh_all()

    assert "tsme" not in {code for _, code in stored()}
    with database.reading() as db:
        assert "tsme" not in queries.rounds(db)


def test_a_round_that_was_overtaken_writes_nothing(engine: sa.Engine) -> None:
    firm = arrange()[0]
    service.refresh_all()
    today = Anchors(clock.today(), clock.today())
    with database.reading() as db:
        late = judge_rules(db, rule_book(db).here(), today, every=True)
    give(firm, "staff", Decimal(501), year=LAST)
    service.refresh_all()

    late.write()

    assert stored() == alone()
    with database.reading() as db:
        assert queries.count_behind(db) == 0


def test_what_would_settle_an_answer_is_worked_out_afterwards(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange()
    service.refresh_all()
    monkeypatch.setattr(rounds, "ALONE", 0)
    touch_every()
    service.refresh_some()
    waiting = sa.select(Standing).where(Standing.answer == "unknown")

    with database.reading() as db:
        before = list(db.scalars(waiting))
        shown = service.missing_of_rows(db, before)
    asked = service.ask_some()

    with database.reading() as db:
        after = {each.id: each.missing for each in db.scalars(waiting)}
    assert [each.missing for each in before] == [[]] * asked
    assert after == shown
    assert all(after.values())
    assert service.ask_some() == 0


def test_a_round_takes_as_many_statements_whatever_the_number_of_firms(engine: sa.Engine) -> None:
    counts = []
    for day in (1, 2):
        arrange()
        service.refresh_all()
        with time_machine.travel(clock.now() + timedelta(days=day), tick=False), statements(engine) as count:
            service.refresh_some()
        counts.append(len(count))
        with database.writing() as db:
            db.execute(sa.delete(Round))

    assert counts[0] == counts[1]
