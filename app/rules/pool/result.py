"""A pool judged: answers, amounts and counts by rule, bit masks by firm, and the details of one rule on demand."""

from collections.abc import Iterable, Mapping

import polars as pl

from app.rules.finding import Anchors
from app.rules.pool.amounts import KINDS
from app.rules.pool.book import CompiledBook, compile_book
from app.rules.pool.columns import Columns
from app.rules.pool.detail import Detail, three_valued
from app.rules.pool.frame import PoolFrame
from app.rules.pool.judging import Exact, Judged, judge
from app.rules.rule import Rule

# So many rules to a word, that a signed number of a database holds it.
BITS = 60


class PoolResult:
    """Every rule of a book over every firm of a frame; rows are in the order of `frame.firms`."""

    def __init__(self, book: CompiledBook, columns: Columns, exact: Exact, rules: Mapping[str, Judged]) -> None:
        self.book = book
        self.columns = columns
        self.exact = exact
        self.rules = rules

    @property
    def frame(self) -> PoolFrame:
        return self.columns.frame

    def answers(self, code: str) -> pl.Series:
        """By firm: true 符合, false 不符合, null 待核. Raises KeyError for a rule that is not in the book."""
        judged = self.rules[code]
        return three_valued(code, judged.met, judged.unmet)

    def amounts(self, code: str) -> pl.DataFrame:
        """By firm: `kind` (none, hole, value or range), `low` and `high` in 分; no `high` where there is no ceiling."""
        judged = self.rules[code]
        if judged.amounts is not None:
            return judged.amounts.table()
        kind = pl.when(pl.lit(judged.unmet)).then(pl.lit("none")).otherwise(pl.lit(judged.kind)).cast(KINDS)
        nothing = pl.lit(None, dtype=pl.Int64)
        return pl.select(kind=kind).with_columns(low=nothing, high=nothing)

    def counts(self) -> pl.DataFrame:
        """A row for each rule: how many firms are 符合, 不符合 and 待核, and how many were judged one by one."""
        height = self.frame.height
        rows = [
            (
                code,
                met := int(each.met.sum()),
                unmet := int(each.unmet.sum()),
                height - met - unmet,
                len(each.one_by_one),
            )
            for code, each in self.rules.items()
        ]
        return pl.DataFrame(rows, schema=["rule", "met", "unmet", "unknown", "one_by_one"], orient="row")

    def masks(self) -> pl.DataFrame:
        """By firm, for every sixty rules in the order of the book, whole numbers `met 0` and `unknown 0`, …: bit n is
        the answer of the n-th of them.
        """
        words = [list(self.rules.values())[start : start + BITS] for start in range(0, len(self.rules), BITS)]
        named = {f"met {place}": [each.met for each in word] for place, word in enumerate(words)}
        named |= {f"unknown {place}": [~(each.met | each.unmet) for each in word] for place, word in enumerate(words)}
        return pl.DataFrame([_packed(name, bits) for name, bits in named.items()])

    def conditions(self, code: str) -> pl.DataFrame:
        """By firm, the answer of each condition of a rule: true 符合, false 不符合, null 待核."""
        return self._detail(code).conditions()

    def shortfall(self, code: str, condition: str) -> pl.Series:
        """By firm, the value less the threshold of a failed comparison of numbers; rough, for sorting."""
        return self._detail(code).shortfall(condition)

    def one_by_one(self) -> int:
        """How many pairs of firm and rule the one-firm evaluator decided."""
        return sum(len(each.one_by_one) for each in self.rules.values())

    def with_rule(self, rule: Rule) -> "PoolResult":
        """The result with one rule changed or added; nothing else is worked out again."""
        book = self.book.with_rule(rule)
        judged = judge([book.rules[rule.code]], book.anchors, self.columns, self.exact)
        return PoolResult(book, self.columns, self.exact, {**self.rules, **judged})

    def _detail(self, code: str) -> Detail:
        return Detail(self.book.rules[code], self.book.anchors, self.columns, self.exact)


def judge_pool(rules: Iterable[Rule] | CompiledBook, frame: PoolFrame, anchors: Anchors, *, exact: Exact) -> PoolResult:
    """Judge every firm of a frame by every rule, each as `evaluate` would on its sheet.

    `exact` gives the sheet of a firm by its id; it is asked only for firms with a value on a threshold that columns
    cannot tell apart, or with one that does not fit them.
    """
    book = rules if isinstance(rules, CompiledBook) else compile_book(rules, anchors)
    columns = Columns(frame)
    return PoolResult(book, columns, exact, judge(list(book.rules.values()), book.anchors, columns, exact))


def _packed(name: str, bits: list[pl.Series]) -> pl.Series:
    found = pl.Series(name, [0]).new_from_index(0, len(bits[0]))
    for place, bit in enumerate(bits):
        found = found + bit.cast(pl.Int64) * (1 << place)
    return found
