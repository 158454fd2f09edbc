"""How tests are put into columns."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Compare,
    EachYear,
    Expr,
    Fact,
    Flag,
    Known,
    Manual,
    Named,
    Not,
    Shift,
    Within,
)
from app.rules.pool import verdict
from app.rules.pool.compiler import READERS, Compiler, Result, Wording
from app.rules.pool.numbers import later, length_of, years_existed
from app.rules.pool.op import FALSE, make
from app.rules.pool.verdict import OPEN, Verdict, all_of, any_of, certain, unanimous
from app.rules.pool.words import compare_any, within

_FLIPPED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}


def _compare(compiler: Compiler, node: Compare) -> Verdict:
    """A comparison; a stretch between two dates is held against 年 and 月 by the calendar."""
    left, right = node.left, node.right
    if left.unit == "天" and right.unit in ("年", "月"):
        return _compare_span(compiler, node.operator, left, right)
    if right.unit == "天" and left.unit in ("年", "月"):
        return _compare_span(compiler, _FLIPPED[node.operator], right, left)
    return compare_any(node.operator, compiler.value(left), compiler.value(right))


def _compare_span(compiler: Compiler, operator: str, stretch: Expr, length: Expr) -> Verdict:
    terms = compiler.version.terms
    while isinstance(stretch, Named) and stretch.name in terms:
        stretch = terms[stretch.name].value
    if not isinstance(stretch, Arithmetic):
        return OPEN
    end, start = compiler.number(stretch.left), compiler.number(stretch.right)
    return verdict.compare(operator, end, later(start, *length_of(compiler, length)))


def _within(compiler: Compiler, node: Within) -> Verdict:
    subject = compiler.value(node.left)
    members = [compiler.value(each) for each in node.members]
    words = [each.word for each in members if isinstance(each, Wording) and each.column is None]
    if isinstance(subject, Wording) and len(words) == len(members):
        found = within(subject, words)
    else:
        found = any_of([compare_any("=", subject, each) for each in members])
    return found.negated() if node.negated else found


def _each_year(compiler: Compiler, node: EachYear) -> Verdict:
    """每年 / 任一年 over the years the firm has existed; open where their number is and makes a difference."""
    possible = years_existed(compiler, node.years)
    answers = [compiler.in_year(compiler.year - back, lambda: compiler.test(node.body)) for back in range(node.years)]
    pair = all_of if node.how == "每年" else any_of
    return unanimous(list(zip(possible, accumulate(answers, lambda one, two: pair((one, two))), strict=True)))


def _known(compiler: Compiler, node: Known) -> Verdict:
    """已有: a figure not on file may come, so it is 待核, never 不符合."""

    def ask() -> Verdict:
        body = node.body.body if isinstance(node.body, Shift) else node.body
        if not isinstance(body, Fact):
            return OPEN
        return Verdict(make("present", compiler.column(body.kind)), FALSE)

    if isinstance(node.body, Shift):
        found: Verdict = compiler.in_year(compiler.year + 1 - node.body.back, ask)
        return found
    return ask()


_MINE: dict[type[Expr], Callable[[Compiler, Any], Result]] = {
    Compare: _compare,
    Within: _within,
    All: lambda compiler, node: all_of(map(compiler.test, node.parts)),
    AnyOf: lambda compiler, node: any_of(map(compiler.test, node.parts)),
    Not: lambda compiler, node: compiler.test(node.body).negated(),
    AtLeast: lambda compiler, node: verdict.at_least(node.count, list(map(compiler.test, node.parts))),
    EachYear: _each_year,
    Known: _known,
    Manual: lambda *_: OPEN,
    Flag: lambda _, node: certain(node.value),
}
READERS.update(_MINE)
