"""The demonstration's whole pool: what is stored of every firm and rule is what the one-firm evaluator says."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.check import distance_of
from app.checks.pool import read_pool
from app.checks.queries import COLUMNS
from app.checks.sheet import sheet_of
from app.checks.standings import standings
from app.core import clock
from app.firms.models import Firm
from app.policies.queries import rule_book
from app.rules import Anchors, Finding, evaluate
from app.rules.pool import judge_pool

LARGEST_SHARE = 0.02
# All of them where tests are quick; the rows are read alike on PostgreSQL, which a few firms show.
EVERY = {"sqlite": 1, "postgresql": 60}


@pytest.mark.slow
def test_every_firm_is_judged_by_every_rule_as_alone(loaded: sa.Engine) -> None:
    with Session(loaded) as db:
        rules = [entry.rule for entry in rule_book(db).entries if entry.judges_firms]
        firms = db.scalars(sa.select(Firm).order_by(Firm.id)).all()[:: EVERY[loaded.dialect.name]]
        sheets = {firm.id: sheet_of(db, firm) for firm in firms}
        pool = read_pool(db).of(sheets)
    anchors = Anchors(clock.today(), clock.today())

    result = judge_pool(rules, pool.frame, anchors, exact=pool.sheets)

    assert len(rules) > 100  # an empty book would agree about nothing
    assert result.one_by_one() <= LARGEST_SHARE * len(rules) * len(sheets)
    with _nothing_collected():
        for rule in rules:
            stored = standings(result, rule.code).select("firm_id", *COLUMNS).rows()
            alone = [(firm, *_stored(evaluate(rule, sheet, anchors))) for firm, sheet in sheets.items()]
            assert stored == alone, rule.code


def _stored(finding: Finding) -> tuple[str | int | None, ...]:
    """The answer, the conditions in the way, and the amount as its kind and ends in 分: what is kept of a finding."""
    away, amount = distance_of(finding), finding.amount
    low, high = (None if each is None else int(each * 100) for each in (amount.low, amount.high))
    return finding.answer.code, away.unmet, away.unknown, away.total, amount.kind, low, high


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Findings have no cycles; looking for some among 35,000 of them takes a third of the time."""
    gc.disable()
    yield
    gc.enable()
