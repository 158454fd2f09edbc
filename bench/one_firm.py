"""One firm's explained 体检 over the full book, on the demo pool: `python -m bench.one_firm`."""

import os
import tempfile

os.environ.setdefault("TIDU_DATA_DIR", tempfile.mkdtemp(prefix="tidu-bench-"))

import statistics

import sqlalchemy as sa

from app.checks.sheet import sheet_of
from app.core import clock, collector, db, schema
from app.demo.load import load_demo
from app.firms.models import Firm
from app.policies.book import load_book
from app.policies.queries import RuleBook, rule_book
from app.rules import Anchors, FactSheet, evaluate, explain
from bench.timing import machine, median_ms

FIRMS = 40


def main() -> None:
    schema.upgrade(db.engine())
    with db.writing() as session:
        load_book(session)
    with db.writing() as session:
        load_demo(session)
    with db.reading() as session:
        book = rule_book(session)
        firms = list(session.scalars(sa.select(Firm).order_by(Firm.id).limit(FIRMS)))
        sheets = [sheet_of(session, firm) for firm in firms]
        loading = [median_ms(lambda firm=firm: sheet_of(session, firm))[0] for firm in firms]
    collector.settle()
    here = [median_ms(lambda sheet=sheet: judge(book, sheet, full=False))[0] for sheet in sheets]
    full = [median_ms(lambda sheet=sheet: judge(book, sheet, full=True))[0] for sheet in sheets]
    print(machine())
    print(f"{len(book.entries)} rules in the book, {len(book.here())} bind here; {FIRMS} firms, medians of 7 runs each")
    for name, times in (
        ("sheet from the database", loading),
        ("explained, rules of here", here),
        ("explained, full book", full),
    ):
        print(f"{name:28} median {statistics.median(times):7.2f} ms   slowest firm {max(times):7.2f} ms")


def judge(book: RuleBook, sheet: FactSheet, *, full: bool) -> None:
    """Every rule, from a sheet without anything remembered from an earlier run."""
    fresh = sheet.with_facts()
    day = clock.today()
    for entry in book.entries if full else book.here():
        explain(evaluate(entry.rule, fresh, Anchors(day, day)))


if __name__ == "__main__":
    main()
