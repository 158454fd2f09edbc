"""Running compiled rules over columns, and putting right by the one-firm evaluator what columns cannot decide."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from app.rules.answer import Answer
from app.rules.evaluate import answer_of, evaluate
from app.rules.finding import AmountFinding, Anchors
from app.rules.pool.amounts import Amounts
from app.rules.pool.book import CompiledRule
from app.rules.pool.columns import Columns
from app.rules.pool.frame import PoolFrame
from app.rules.pool.lay import placed
from app.rules.pool.op import Op
from app.rules.sheet import FactSheet

Exact = Callable[[Hashable], FactSheet]


@dataclass(frozen=True)
class Judged:
    """One rule over the pool; `one_by_one` are the rows that the one-firm evaluator decided.

    `kind` is none, hole or value, and `amounts` the columns of a value, made when they are asked for.
    """

    met: pl.Series
    unmet: pl.Series
    one_by_one: tuple[int, ...]
    kind: str
    amounts: Amounts | None


def judge(rules: list[CompiledRule], anchors: Anchors, columns: Columns, exact: Exact) -> dict[str, Judged]:
    """Each rule over every firm, by its code; the answers are kept among the columns for later runs."""
    roots = list(dict.fromkeys(root for rule in rules for root in rule.roots))
    found = dict(zip(roots, columns.work_out(roots), strict=True))
    columns.keep({root: column for root, column in found.items() if column.dtype == pl.Boolean})
    rows = {rule.rule.code: doubtful(rule, rule.doubts, found, columns.frame) for rule in rules}
    corrections = _one_by_one(rules, rows, anchors, columns.frame, exact)
    return {
        rule.rule.code: _corrected(rule, found, rows[rule.rule.code], corrections.get(rule.rule.code, []))
        for rule in rules
    }


def doubtful(
    rule: CompiledRule, doubts: Iterable[Op], found: Mapping[Op, pl.Series], frame: PoolFrame
) -> tuple[int, ...]:
    """The rows for which columns cannot decide a rule: on a threshold, or with a value outside the scheme."""
    rows: set[int] = set()
    for doubt in doubts:
        rows.update(found[doubt].arg_true().to_list())
    for source in rule.sources:
        rows |= frame.misfits.get(source, frozenset())
    return tuple(sorted(rows))


Correction = tuple[int, Answer, AmountFinding | None]


def _one_by_one(
    rules: list[CompiledRule], rows: Mapping[str, tuple[int, ...]], anchors: Anchors, frame: PoolFrame, exact: Exact
) -> dict[str, list[Correction]]:
    """The doubtful rows judged on their sheets, each sheet fetched once."""
    by_row: dict[int, list[CompiledRule]] = {}
    for rule in rules:
        for row in rows[rule.rule.code]:
            by_row.setdefault(row, []).append(rule)
    found: dict[str, list[Correction]] = {}
    for row, doubted in sorted(by_row.items(), key=lambda item: item[0]):
        sheet = exact(frame.firms[row])
        for rule in doubted:
            found.setdefault(rule.rule.code, []).append((row, *_decide(rule, sheet, anchors)))
    return found


def _decide(rule: CompiledRule, sheet: FactSheet, anchors: Anchors) -> tuple[Answer, AmountFinding | None]:
    if rule.kind != "value":
        return answer_of(rule.rule, sheet, anchors), None
    finding = evaluate(rule.rule, sheet, anchors)
    return finding.answer, finding.amount


def _corrected(
    rule: CompiledRule, found: Mapping[Op, pl.Series], rows: tuple[int, ...], corrections: list[Correction]
) -> Judged:
    met, unmet = found[rule.answer.met], found[rule.answer.unmet]
    met = placed(met, rows, [answer is Answer.MET for _, answer, _ in corrections])
    unmet = placed(unmet, rows, [answer is Answer.UNMET for _, answer, _ in corrections])
    amounts = None
    if rule.kind == "value":
        amounts = Amounts(rule.paid, found, met, unmet, rows, [each for _, _, each in corrections if each is not None])
    return Judged(met, unmet, rows, rule.kind, amounts)
