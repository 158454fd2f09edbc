"""How tests are answered, and how each comparison is put on record."""

from collections.abc import Callable
from typing import Any

from app.rules.answer import Answer, all_of, any_of, at_least
from app.rules.evaluate.compare import compare
from app.rules.evaluate.numbers import later, length_of, years_existed
from app.rules.evaluate.run import RULES, Result, Run, Trace, Words
from app.rules.finding import Comparison, Missing, Part
from app.rules.interval import LAST_DAY, Interval, calendar_day, subtract
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
    Number,
    Range,
    Shift,
    Within,
)
from app.rules.render import render
from app.rules.values import plain, show_date

_FLIPPED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}
_FLAGS = {Answer.MET: "是", Answer.UNMET: "否", Answer.UNKNOWN: "未知"}
_WRITTEN = (Number, Range)
_RECORDED_INSIDE = frozenset({Compare, Within, Named, All, AnyOf, Not, AtLeast, EachYear})


def judge(run: Run, node: Expr) -> Answer:
    """Answer a test and put it on record: comparisons with their values, composed tests with their parts."""
    if type(node) in _RECORDED_INSIDE:
        return run.test(node)
    before = run.begin()
    try:
        answer = run.test(node)
    finally:
        trace = run.end(before)
    _record(run, node, answer, trace, label=render(node))
    return answer


def show_result(result: Result, unit: str) -> str:
    """Words, flags and dates as people write them; an empty text for numbers."""
    if isinstance(result, Interval):
        is_day = unit == "date" and result.exact and 1 <= result.low <= LAST_DAY
        return show_date(calendar_day(result.low)) if is_day else ""
    if isinstance(result, Words):
        return "、".join(sorted(result.possible)) if result.possible is not None else "未知"
    return _FLAGS[result]


def _record(  # the parts of a comparison, one by one
    run: Run,
    node: Expr,
    answer: Answer,
    trace: Trace,
    *,
    label: str,
    operator: str = "",
    value: Result = Answer.UNKNOWN,
    threshold: Result = Answer.UNKNOWN,
    threshold_text: str = "",
    unit: str = "test",
) -> None:
    if run.silent:
        return
    run.parts.append(Part(render(node), "", answer, ()))
    # By place, not by name: this is done hundreds of times for one firm.
    run.comparisons.append(
        Comparison(
            label,
            operator,
            value if isinstance(value, Interval) else None,
            show_result(value if operator else answer, unit),
            threshold if isinstance(threshold, Interval) else None,
            threshold_text,
            unit,
            period_of(trace),
            answer,
            tuple(trace.used.values()),
            tuple(trace.missing.values()),
            tuple(trace.reasons),
        )
    )


def period_of(trace: Trace) -> str:
    """The accounting years a comparison looked at, as 2025年度 or 2023—2025年度."""
    years = [each.year for each in trace.used.values() if each.year]
    years += [each.year for each in trace.missing.values() if each.year]
    if not years:
        return ""
    first, last = min(years), max(years)
    return f"{last}年度" if first == last else f"{first}—{last}年度"


def _compare(run: Run, node: Compare) -> Answer:
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, _WRITTEN) and not isinstance(right, _WRITTEN):
        left, right, operator = right, left, _FLIPPED[operator]
    before = run.begin()
    try:
        value, threshold, answer = _weigh(run, operator, left, right)
    finally:
        trace = run.end(before)
    _record(
        run,
        node,
        answer,
        trace,
        label=render(left),
        operator=operator,
        value=value,
        threshold=threshold,
        threshold_text=_threshold_text(right, threshold),
        unit=left.unit or right.unit,
    )
    return answer


def _threshold_text(node: Expr, threshold: Result) -> str:
    if isinstance(threshold, Interval) and threshold.exact and not isinstance(node, Number):
        return ""
    return render(node)


def _weigh(run: Run, operator: str, left: Expr, right: Expr) -> tuple[Result, Result, Answer]:
    """Both sides and the answer; a stretch between two dates is held against 年 and 月 by the calendar."""
    if left.unit == "天" and right.unit in ("年", "月"):
        return _weigh_span(run, operator, left, right)
    if right.unit == "天" and left.unit in ("年", "月"):
        threshold, value, answer = _weigh_span(run, _FLIPPED[operator], right, left)
        return value, threshold, answer
    value, threshold = run.value(left), run.value(right)
    return value, threshold, compare(operator, value, threshold)


def _weigh_span(run: Run, operator: str, span: Expr, length: Expr) -> tuple[Result, Result, Answer]:
    while isinstance(span, Named) and span.name in run.version.terms:
        span = run.version.terms[span.name].value
    value = run.number(span)
    if not isinstance(span, Arithmetic):
        run.doubt("这段时间不能按年月比较，请改写成两个日期相减")
        return value, Answer.UNKNOWN, Answer.UNKNOWN
    end, start = run.number(span.left), run.number(span.right)
    count, unit = length_of(run, length)
    due = later(start, count, unit)
    return value, subtract(due, start), compare(operator, end, due)


def _within(run: Run, node: Within) -> Answer:
    before = run.begin()
    try:
        value = run.value(node.left)
        found = any_of([_fits(value, run.value(each)) for each in node.members] + [_covered(run, value, node)])
    finally:
        trace = run.end(before)
    answer = found.negated() if node.negated else found
    _record(
        run,
        node,
        answer,
        trace,
        label=render(node.left),
        operator="不属于" if node.negated else "属于",
        value=value,
        threshold_text="、".join(map(render, node.members)),
        unit=node.left.unit,
    )
    return answer


def _fits(value: Result, member: Result) -> Answer:
    return compare("=", value, member)


def _covered(run: Run, value: Result, node: Within) -> Answer:
    """A value that may be several words belongs for certain when all of them are members."""
    if not isinstance(value, Words) or value.possible is None:
        return Answer.UNMET
    members = [run.value(each) for each in node.members]
    words = {word for each in members if isinstance(each, Words) and each.possible for word in each.possible}
    return Answer.of(value.possible <= words)


def _composed(run: Run, node: Expr, how: str, work: Callable[[], Answer]) -> Answer:
    outer, run.parts = run.parts, []
    try:
        answer = work()
        inside = tuple(run.parts)
    finally:
        run.parts = outer
    if not run.silent:
        run.parts.append(Part(render(node), how, answer, inside))
    return answer


def _all(run: Run, node: All) -> Answer:
    return _composed(run, node, "且", lambda: all_of([judge(run, part) for part in node.parts]))


def _any(run: Run, node: AnyOf) -> Answer:
    return _composed(run, node, "或", lambda: any_of([judge(run, part) for part in node.parts]))


def _not(run: Run, node: Not) -> Answer:
    return _composed(run, node, "非", lambda: judge(run, node.body).negated())


def _at_least(run: Run, node: AtLeast) -> Answer:
    how = f"至少{node.count}"
    return _composed(run, node, how, lambda: at_least(node.count, [judge(run, part) for part in node.parts]))


def _each_year(run: Run, node: EachYear) -> Answer:
    """每年 / 任一年 over the years the firm has existed; open where the founding date leaves the number open."""
    least, most = years_existed(run, node.years)
    gather = all_of if node.how == "每年" else any_of

    def work() -> Answer:
        answers = [run.in_year(run.year - back, lambda: judge(run, node.body)) for back in range(most)]
        outcomes = {gather(answers[:count]) for count in range(least, most + 1)}
        return outcomes.pop() if len(outcomes) == 1 else Answer.UNKNOWN

    return _composed(run, node, node.how, work)


def _known(run: Run, node: Known) -> Answer:
    def ask() -> Answer:
        body = node.body.body if isinstance(node.body, Shift) else node.body
        return run.knows(body.kind) if isinstance(body, Fact) else Answer.UNKNOWN

    if isinstance(node.body, Shift):
        return Answer(run.in_year(run.year + 1 - node.body.back, ask))
    return ask()


def _manual(run: Run, node: Manual) -> Answer:
    reason = node.reason or "须人工核定"
    run.doubt(f"须人工核定：{reason}" if node.reason else reason)
    run.trace.missing["manual", reason] = Missing(reason, "", None, None, "主管部门")
    return Answer.UNKNOWN


_MINE: dict[type[Expr], Callable[[Run, Any], Result]] = {
    Compare: _compare,
    Within: _within,
    All: _all,
    AnyOf: _any,
    Not: _not,
    AtLeast: _at_least,
    EachYear: _each_year,
    Known: _known,
    Manual: _manual,
    Flag: lambda _, node: Answer.of(node.value),
}
RULES.update(_MINE)

__all__ = ["judge", "period_of", "plain", "show_result"]
