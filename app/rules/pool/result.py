"""A pool judged: answers, amounts and counts by rule, bit masks by firm, and the details of one rule on demand."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from app.rules.answer import Answer
from app.rules.evaluate import answer_of, evaluate
from app.rules.finding import AmountFinding, Anchors
from app.rules.pool.book import CompiledBook, CompiledRule, compile_book
from app.rules.pool.columns import Columns
from app.rules.pool.frame import PoolFrame
from app.rules.pool.lay import placed
from app.rules.pool.op import Op
from app.rules.pool.scheme import Slot
from app.rules.rule import Rule
from app.rules.sheet import FactSheet

Exact = Callable[[Hashable], FactSheet]
KINDS = pl.Enum(["none", "hole", "value", "range"])
# So many rules to a word, that a signed number of a database holds it.
BITS = 60


@dataclass(frozen=True)
class Judged:
    """One rule over the pool; `one_by_one` are the rows that the one-firm evaluator decided."""

    met: pl.Series
    unmet: pl.Series
    one_by_one: tuple[int, ...]
    kind: str
    low: pl.Series | None
    high: pl.Series | None
    point: pl.Series | None


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
        return _three_valued(code, judged.met, judged.unmet)

    def amounts(self, code: str) -> pl.DataFrame:
        """By firm: `kind` (none, hole, value or range), `low` and `high` in 分; no `high` where there is no ceiling."""
        judged = self.rules[code]
        nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, self.frame.height)
        low, high = (nothing if each is None else each for each in (judged.low, judged.high))
        point = judged.unmet if judged.point is None else judged.point
        table = pl.DataFrame({"unmet": judged.unmet, "low": low, "high": high, "point": point})
        kind = pl.lit(judged.kind)
        if judged.kind == "value":
            kind = pl.when("point").then(pl.lit("value")).otherwise(pl.lit("range"))
        return table.select(
            pl.when("unmet").then(pl.lit("none")).otherwise(kind).cast(KINDS).alias("kind"), "low", "high"
        )

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

    def one_by_one(self) -> int:
        """How many pairs of firm and rule the one-firm evaluator decided."""
        return sum(len(each.one_by_one) for each in self.rules.values())

    def with_rule(self, rule: Rule) -> "PoolResult":
        """The result with one rule changed or added; nothing else is worked out again."""
        book = self.book.with_rule(rule)
        judged = _judge([book.rules[rule.code]], book.anchors, self.columns, self.exact)
        return PoolResult(book, self.columns, self.exact, {**self.rules, **judged})


def judge_pool(rules: Iterable[Rule] | CompiledBook, frame: PoolFrame, anchors: Anchors, *, exact: Exact) -> PoolResult:
    """Judge every firm of a frame by every rule, each as `evaluate` would on its sheet.

    `exact` gives the sheet of a firm by its id; it is asked only for firms with a value on a threshold that columns
    cannot tell apart, or with one that does not fit them.
    """
    book = rules if isinstance(rules, CompiledBook) else compile_book(rules, anchors)
    columns = Columns(frame)
    return PoolResult(book, columns, exact, _judge(list(book.rules.values()), book.anchors, columns, exact))


def _judge(rules: list[CompiledRule], anchors: Anchors, columns: Columns, exact: Exact) -> dict[str, Judged]:
    roots = list(dict.fromkeys(root for rule in rules for root in rule.roots))
    found = dict(zip(roots, columns.work_out(roots), strict=True))
    columns.keep({root: column for root, column in found.items() if column.dtype == pl.Boolean})
    rows = {rule.rule.code: _doubtful(rule, found, columns.frame) for rule in rules}
    corrections = _one_by_one(rules, rows, anchors, columns.frame, exact)
    return {
        rule.rule.code: _corrected(rule, found, rows[rule.rule.code], corrections.get(rule.rule.code, []))
        for rule in rules
    }


def _doubtful(rule: CompiledRule, found: Mapping[Op, pl.Series], frame: PoolFrame) -> tuple[int, ...]:
    """The rows of a rule that columns cannot decide for certain."""
    rows: set[int] = set()
    for doubt in rule.doubts:
        rows.update(found[doubt].arg_true().to_list())
    if frame.misfits:
        for source in rule.sources():
            rows |= frame.misfits.get(_column(source), frozenset())
    return tuple(sorted(rows))


def _column(source: Op) -> str:
    """The column or the collection a source lies in."""
    value = source.value
    if isinstance(value, Slot):
        return value.column
    return value if isinstance(value, str) else str(value[0])  # type: ignore[index] # a coverage starts with its collection


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
    if rule.kind != "value":
        return Judged(met, unmet, rows, rule.kind, None, None, None)
    amounts = [amount for _, _, amount in corrections if amount is not None]
    low, high, point = _amount_columns(rule, found, len(met))
    low = placed(low, rows, [_in_cents(amount.low) for amount in amounts])
    high = placed(high, rows, [_in_cents(amount.high) for amount in amounts])
    point = placed(point, rows, [amount.kind == "value" for amount in amounts])
    return Judged(met, unmet, rows, rule.kind, low, high, point)


def _amount_columns(
    rule: CompiledRule, found: Mapping[Op, pl.Series], height: int
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The ends and their equality; empty columns where the amount could not be put into columns."""
    if rule.paid is not None:
        return found[rule.paid.low], found[rule.paid.high], found[rule.paid.point]
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, height)
    return nothing, nothing, pl.Series([False]).new_from_index(0, height)


def _in_cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def _three_valued(name: str, met: pl.Series, unmet: pl.Series) -> pl.Series:
    return pl.select(pl.when(met | unmet).then(met).alias(name)).to_series()


def _packed(name: str, bits: list[pl.Series]) -> pl.Series:
    found = pl.Series(name, [0]).new_from_index(0, len(bits[0]))
    for place, bit in enumerate(bits):
        found = found + bit.cast(pl.Int64) * (1 << place)
    return found
