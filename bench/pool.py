"""Many made-up firms by many rules, in columns: `python -m bench.pool --firms 100000`.

With openfisca-core and zen-engine installed (requirements-bench.lock) the same rules run in them as well.
"""

import argparse
import importlib.util
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from app.rules import FactSheet, Rule
from app.rules.pool import PoolFrame, PoolResult, compile_book, judge_pool
from app.rules.pool.columns import Columns
from app.rules.pool.judging import judge
from app.rules.vary import places, vary_rule
from bench.firms import ANCHORS, DAY, UNKNOWN, book, firms, vocabulary
from bench.spoken import sayable
from bench.timing import machine

SUBSET = 25
RUNS = 5
ZEN_FIRMS = 5_000


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--firms", type=int, default=100_000)
    given.add_argument("--subset", action="store_true", help="only the rules the peers can be told as well")
    options = given.parse_args()
    words = vocabulary()
    rules = book(words)
    few = sorted(sayable(rules, ANCHORS), key=_weight, reverse=True)[:SUBSET]
    chosen = few if options.subset else rules
    print(machine())
    frame = firms(words, chosen, options.firms)
    print(f"{options.firms:,} firms, {UNKNOWN:.0%} of the figures not known, {frame.facts.width} columns of figures")
    measure(chosen, frame)
    if importlib.util.find_spec("zen") is None or importlib.util.find_spec("openfisca_core") is None:
        print("openfisca-core and zen-engine are not installed here (requirements-bench.lock); they are left out.")
    else:
        compare(few, firms(words, few, options.firms, known=True))
    print(f"most memory held: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def measure(rules: list[Rule], frame: PoolFrame) -> None:
    """Our own times: preparing, judging, and judging again with one number changed."""
    report("rules compiled", lambda: compile_book(rules, ANCHORS), 1)
    compiled = list(compile_book(rules, ANCHORS).rules.values())
    roots = [root for rule in compiled for root in rule.roots]
    columns = Columns(frame)
    report("records and vouches counted", lambda: Columns(frame).prepare(roots), frame.height, runs=2)
    columns.prepare(roots)
    kept = dict(columns.kept)

    def again() -> None:
        columns.kept = dict(kept)
        columns.work_out(roots)

    report(f"{len(rules)} rules judged from columns, with amounts", again, frame.height)
    report("limit: figures read once, answers written", lambda: limit(columns, len(rules)), frame.height)
    result = judge_pool(rules, frame, ANCHORS, exact=nobody)
    pairs = frame.height * len(rules)
    alone = result.one_by_one()
    print(f"  judged one by one: {alone} of {pairs:,} pairs of firm and rule ({alone / pairs:.4%})")
    for code in ("isme", "t09_first", "hnte"):
        if code in result.rules:
            what_if(result, next(rule for rule in rules if rule.code == code))


def nobody(_: Any) -> FactSheet:
    """Made-up firms have no sheets: what goes to the one-firm evaluator is counted, not judged."""
    return FactSheet()


def limit(columns: Columns, rules: int) -> None:
    """Every figure the rules look at read once, and two columns of answers written for each rule."""
    table = pl.DataFrame([each.alias(str(place)) for place, each in enumerate(columns.kept.values())])
    table.select(pl.all().null_count())
    numbers = [name for name, kind in table.schema.items() if kind == pl.Float64]
    table.select(pl.col(numbers).sum())
    table.select((pl.col(numbers[place % len(numbers)]) > place).alias(str(place)) for place in range(2 * rules))


def what_if(result: PoolResult, rule: Rule) -> None:
    """One number of one rule changed, compiled and judged again over everybody."""
    version = rule.version_on(DAY)
    assert version is not None
    place, value = next(
        (each.place, each.value) for each in places(version) if isinstance(each.value, Decimal) and each.value
    )
    shifts = iter(range(1, 100))

    def again() -> None:
        changed = vary_rule(rule, date(2026, 6, 30), {place: value * (1 + Decimal(next(shifts)) / 1000)})
        compiled = result.book.with_rule(changed).rules[rule.code]
        judge([compiled], ANCHORS, result.columns, nobody)

    report(f"what if, {rule.code} with another {place.part} {place.name}", again, result.frame.height)


def compare(rules: list[Rule], frame: PoolFrame) -> None:
    """The same rules, the same firms, nothing unknown: times per firm, and where the answers differ."""
    from bench.peers import OpenFisca, Zen, inputs, told

    print(f"\nside by side: {len(rules)} rules, {frame.height:,} firms, all known, questions about records answered")
    said_numpy, said_zen = told(rules, ANCHORS)
    ours = judge_pool(rules, frame, ANCHORS, exact=nobody)
    compiled = list(ours.book.rules.values())
    roots = [root for rule in compiled for root in rule.roots]
    columns = Columns(frame)
    columns.prepare(roots)
    kept = dict(columns.kept)

    def again() -> None:
        columns.kept = dict(kept)
        columns.work_out(roots)

    mine = report("tidu, three-valued, exact, from columns", again, frame.height)
    peer = OpenFisca(said_numpy, inputs(said_numpy, frame, ANCHORS))
    filled = [peer.fill() for _ in range(RUNS + 2)]
    theirs = report(
        "openfisca-core, two-valued, float32, inputs set beforehand", lambda: peer.answer(filled.pop()), frame.height
    )
    differences("openfisca-core", ours, rules, peer.answer(peer.fill()))
    count = min(ZEN_FIRMS, frame.height)
    zen = Zen(said_zen, inputs(said_zen, frame, ANCHORS), count)
    zens = report(f"zen-engine, {count:,} firms, one decision in loop mode", zen.answer, count)
    found = pl.DataFrame(zen.answer(), infer_schema_length=None)
    differences("zen-engine", ours, rules, {name: found[name].cast(pl.Float64).to_numpy() for name in zen.asked})
    print(f"  throughput: {theirs / mine:.1f} x openfisca-core, {zens / mine:,.0f} x zen-engine")


def differences(peer: str, ours: PoolResult, rules: list[Rule], theirs: dict[str, Any]) -> None:
    """How many answers and amounts of a peer differ, rows on a threshold left aside."""
    answers = amounts = 0
    for place, rule in enumerate(rules):
        given = pl.Series(theirs[f"answer{place}"]).cast(pl.Float64)
        mine = ours.answers(rule.code).cast(pl.Float64).head(len(given))
        answers += int(((given != mine) & mine.is_not_null()).sum())
        if f"amount{place}" in theirs:
            low = ours.amounts(rule.code)["low"].head(len(given)).fill_null(0) / 100
            apart = (pl.Series(theirs[f"amount{place}"]).cast(pl.Float64) - low).abs()
            amounts += int((apart > 0.011).sum())
    print(f"  {peer}: {answers} answers and {amounts} amounts (by more than a 分) differ from ours")


def report(name: str, work: Callable[[], object], count: int, *, runs: int = RUNS) -> float:
    """Time some work after one run to warm up, print the medians, and return its nanoseconds per firm."""
    work()
    walls, processors = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    median, busy = statistics.median(walls), statistics.median(processors)
    per_firm = "" if count == 1 else f"{median / count * 1e9:12,.1f} ns a firm"
    print(f"  {name:68} {median * 1000:9.1f} ms, processors {busy * 1000:9.1f} ms {per_firm}")
    return median / count * 1e9


def _weight(rule: Rule) -> tuple[int, str]:
    version = rule.version_on(DAY)
    return len(version.nodes()) if version is not None else 0, rule.code


if __name__ == "__main__":
    main()
