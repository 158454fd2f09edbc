"""The pool as it is read for the columnar engine: equal to every firm's own sheet, in a fixed number of statements."""

from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from app.checks.pool import read_pool
from app.checks.queries import pool_state
from app.checks.sheet import sheet_of
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.policies.book import load_book
from app.policies.queries import rule_book
from app.rules import Anchors
from app.rules.pool import judge_pool
from tests.checks.conftest import FIGURES, FLAGS, LAST, give
from tests.factories import make_firm
from tests.facts.arrange import add, close, statements
from tests.reports.test_numbers import hold
from tests.rules.pool.compared import differences


def arrange() -> list[Firm]:
    """Firms that know much, little, and something too fine for columns; the district vouches for one collection."""
    with database.writing() as session:
        load_book(session)
    firms = [make_firm() for _ in range(3)]
    for kind, value in FIGURES.items():
        give(firms[0], kind, Decimal(value), year=LAST)
    for kind, flag in FLAGS.items():
        give(firms[0], kind, flag)
    give(firms[1], "sales", Decimal("12345678.91"), year=LAST)
    hold(firms[0], "hnte", until=clock.today() + timedelta(days=60))
    add(firms[1], "ip", starts_on=date(2022, 5, 1), sort="发明专利", number="ZL1")
    close(firms[0], "incidents")
    close(None, "equity")
    return firms


def test_a_pool_is_judged_as_the_sheets_of_its_firms_are(engine: sa.Engine) -> None:
    arrange()
    anchors = Anchors(clock.today(), clock.today())

    with database.reading() as db:
        rules = [entry.rule for entry in rule_book(db).entries if entry.judges_firms]
        pool = read_pool(db)
        sheets = {firm.id: sheet_of(db, firm) for firm in db.scalars(sa.select(Firm).order_by(Firm.id))}

    result = judge_pool(rules, pool.frame, anchors, exact=pool.sheets)
    assert list(differences(result, rules, sheets, anchors)) == []
    assert list(differences(result, rules, {id_: pool.sheets(id_) for id_ in sheets}, anchors)) == []


def test_a_pool_takes_as_many_statements_whatever_its_size(engine: sa.Engine) -> None:
    counts = []
    for _ in range(2):
        arrange()
        with database.reading() as db, statements(engine) as count:
            read_pool(db)
        counts.append(len(count))

    assert counts[0] == counts[1] <= 8


def test_the_state_of_a_pool_follows_every_change(engine: sa.Engine) -> None:
    firm = make_firm()
    states = []

    for change in (lambda: None, lambda: give(firm, "sales", Decimal(1), year=LAST), make_firm):
        change()
        with database.reading() as db:
            states.append(pool_state(db))

    assert len(set(states)) == 3
