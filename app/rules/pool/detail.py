"""The details of one rule over a pool, worked out when they are asked for."""

from collections.abc import Mapping, Sequence

import polars as pl

from app.rules.answer import Answer
from app.rules.evaluate import evaluate
from app.rules.finding import Anchors
from app.rules.language import Compare
from app.rules.pool.book import CompiledRule, doubts_of
from app.rules.pool.columns import Columns
from app.rules.pool.compiler import Compiler
from app.rules.pool.judging import Exact, doubtful
from app.rules.pool.lay import placed
from app.rules.pool.op import Op
from app.rules.pool.span import NotColumnar, Span, rough, subtract
from app.rules.pool.verdict import Verdict


class Detail:
    """One rule of a result; `exact` gives the sheets of the firms that columns cannot decide."""

    def __init__(self, rule: CompiledRule, anchors: Anchors, columns: Columns, exact: Exact) -> None:
        self.rule = rule
        self.anchors = anchors
        self.columns = columns
        self.exact = exact

    def conditions(self) -> pl.DataFrame:
        """By firm and condition: true 符合, false 不符合, null 待核."""
        verdicts = self.rule.conditions
        roots = [each for verdict in verdicts.values() for each in (verdict.met, verdict.unmet)]
        doubts = doubts_of(roots)
        found = dict(zip([*roots, *doubts], self.columns.work_out([*roots, *doubts]), strict=True))
        frame = self.columns.frame
        rows = tuple(range(frame.height)) if self.rule.left_out else doubtful(self.rule, doubts, found, frame)
        corrected = self._one_by_one(rows)
        return pl.DataFrame([self._condition(name, each, found, rows, corrected) for name, each in verdicts.items()])

    def _one_by_one(self, rows: Sequence[int]) -> list[Mapping[str, Answer]]:
        firms = self.columns.frame.firms
        findings = (evaluate(self.rule.rule, self.exact(firms[row]), self.anchors) for row in rows)
        return [{each.id: each.answer for each in finding.conditions} for finding in findings]

    def _condition(
        self,
        name: str,
        verdict: Verdict,
        found: Mapping[Op, pl.Series],
        rows: Sequence[int],
        corrected: Sequence[Mapping[str, Answer]],
    ) -> pl.Series:
        met = placed(found[verdict.met], rows, [each[name] is Answer.MET for each in corrected])
        unmet = placed(found[verdict.unmet], rows, [each[name] is Answer.UNMET for each in corrected])
        return three_valued(name, met, unmet)

    def shortfall(self, condition: str) -> pl.Series:
        """By firm, for a failed condition that is one comparison of numbers: the value less the threshold, roughly.

        In 元, fractions, counts or days; null where the condition is not 不符合 or is no such comparison. For people to
        sort by: nothing is decided by it.
        """
        gap = self._gap(condition)
        if gap is None:
            return pl.Series(condition, [None], dtype=pl.Float64).new_from_index(0, self.columns.frame.height)
        failed, low, high = self.columns.work_out([self.rule.conditions[condition].unmet, gap.low.top, gap.high.top])
        sure = pl.when(pl.lit(failed) & pl.lit((high - low).abs() < low.abs() / 10**6 + 10**-9))
        return pl.select(sure.then(pl.lit(low)).alias(condition)).to_series()

    def _gap(self, condition: str) -> Span | None:
        version = self.rule.version
        test = version.conditions[condition].test if version is not None else None
        if version is None or not isinstance(test, Compare):
            return None
        compiler = Compiler(version, self.anchors)
        try:
            left, right = compiler.value(test.left), compiler.value(test.right)
            return rough(subtract(left, right)) if isinstance(left, Span) and isinstance(right, Span) else None
        except NotColumnar:
            return None


def three_valued(name: str, met: pl.Series, unmet: pl.Series) -> pl.Series:
    """Two columns of answers as one with nulls for 待核."""
    return pl.select(pl.when(met | unmet).then(met).alias(name)).to_series()
