"""From the database to stored standings, over many copies of the demo pool's firms: `python -m bench.stored`.

SQLite in a folder of its own, or the empty PostgreSQL database that TIDU_DATABASE_URL names.
"""

import argparse
import os
import tempfile

os.environ.setdefault("TIDU_DATA_DIR", tempfile.mkdtemp(prefix="tidu-bench-"))

import resource
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import time_machine

from app.checks import service, snapshot
from app.checks.standings import standings
from app.core import clock, db
from app.firms.models import Firm
from app.policies.queries import rule_book
from app.rules import Anchors
from app.rules.pool import judge_pool
from bench.district import fill
from bench.pool import report
from bench.timing import machine


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--firms", type=int, default=100_000)
    given.add_argument("--runs", type=int, default=5)
    options = given.parse_args()
    print(machine(), db.engine().dialect.name)
    fill(options.firms)
    measure(options.firms, options.runs)
    print(f"most memory held: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def measure(count: int, runs: int) -> None:
    """Each step by itself, then the whole."""
    today = Anchors(clock.today(), clock.today())
    with db.reading() as session:
        entries = rule_book(session).here()
        rules = [entry.rule for entry in entries]
        report("pool read cold", lambda: _cold(session), count, runs=min(runs, 3))
        report("pool kept, nothing changed", lambda: snapshot.fresh_pool(session), count, runs=runs)
        pool = snapshot.fresh_pool(session)
        report(
            f"{len(rules)} rules judged",
            lambda: judge_pool(rules, pool.frame, today, exact=pool.sheets),
            count,
            runs=runs,
        )
        result = judge_pool(rules, pool.frame, today, exact=pool.sheets)
        print(f"  judged one by one: {result.one_by_one():,} of {count * len(rules):,}")
        report("rows of standings made", lambda: [standings(result, rule.code) for rule in rules], count, runs=runs)
    days = iter(range(1, 1000))
    report("first standings, all written", _anew, count, runs=min(runs, 3))
    report("a new day, what differs written", lambda: _tomorrow(next(days)), count, runs=runs)
    report("1,000 firms changed", lambda: _changed(1000), 1000, runs=runs)
    report("one firm changed", lambda: _changed(1), 1, runs=runs)


def _cold(session: Any) -> None:
    snapshot.forget()
    snapshot.fresh_pool(session)


def _anew() -> None:
    with db.writing() as session:
        for table in ("standing", "round", "checked"):
            session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own
    service.refresh_some()


def _tomorrow(days: int) -> None:
    with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
        service.refresh_some()


def _changed(count: int) -> None:
    with db.writing() as session:
        chosen = sa.select(Firm.id).order_by(Firm.id).limit(count).scalar_subquery()
        session.execute(
            sa.update(Firm.__table__)
            .where(Firm.__table__.c.id.in_(chosen))
            .values(revision=Firm.__table__.c.revision + 1)
        )
    # The clock is back at today, so the rules are brought back to today first.
    while service.refresh_some():
        pass


if __name__ == "__main__":
    main()
