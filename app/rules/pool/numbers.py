"""How numbers, dates and tables are put into columns."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from app.rules.language import (
    Arithmetic,
    Bands,
    Day,
    Elapsed,
    Expr,
    Fact,
    Growth,
    IfElse,
    Member,
    Named,
    Negate,
    Number,
    Pick,
    Range,
    Shift,
    Today,
    Whole,
    YearOf,
    Years,
)
from app.rules.pool import op, span
from app.rules.pool.compiler import READERS, Compiler, Result, Wording
from app.rules.pool.dates import months_later, periods, years_of
from app.rules.pool.op import TRUE, ZERO, Op, number
from app.rules.pool.span import ANYTHING, NOTHING, End, NotColumnar, Span
from app.rules.pool.verdict import Verdict, branch, unanimous
from app.rules.pool.words import compare_any
from app.rules.values import MONTH_UNITS


def length_of(compiler: Compiler, node: Expr) -> tuple[Span, str]:
    """A period of time as a number of 天 or of 月; parameters are looked through."""
    parameters = compiler.version.parameters
    while isinstance(node, Named) and node.name in parameters:
        node = parameters[node.name].value
    count = compiler.number(node)
    if isinstance(node, Number) and node.measure in MONTH_UNITS:
        return span.multiply(count, span.point(MONTH_UNITS[node.measure])), "月"
    if node.unit in ("年", "月"):
        return span.multiply(count, span.point(12 if node.unit == "年" else 1)), "月"
    return count, "天"


def later(day: Span, count: Span, unit: str) -> Span:
    """A day some 天 or 月 later. Raises NotColumnar for a number of 月 that differs from firm to firm."""
    if unit == "天":
        return span.add(day, count)
    if count.value is None:
        raise NotColumnar
    return months_later(day, count.value.__floor__())


def years_existed(compiler: Compiler, years: int) -> list[Op]:
    """For each number of accounting years from 1 to `years`, whether a firm can have that many behind it."""
    kind = compiler.vocabulary.founding
    if years == 1 or kind is None:
        return [TRUE] * years
    founded = compiler.fact(kind)
    founded = founded if isinstance(founded, Span) else ANYTHING
    return [_may_have(compiler.year, founded, count, years) for count in range(1, years + 1)]


def _may_have(year: int, founded: Span, count: int, years: int) -> Op:
    """The last accounting year always counts; a firm founded earlier has all the years that are looked at."""
    enough = TRUE if count == years else op.holds(">=", founded.high.top, _new_year(year + 1 - count))
    return op.both(enough, TRUE if count == 1 else op.holds(">", _new_year(year + 2 - count), founded.low.top))


def _new_year(year: int) -> Op:
    return number(date(min(max(year, 1), 9999), 1, 1).toordinal())


def join(results: list[tuple[Op, Result]]) -> Result:
    """Whatever any of the possible results may be. Raises NotColumnar for words."""
    if all(isinstance(each, Span) for _, each in results):
        return _join_numbers([(possible, each) for possible, each in results if isinstance(each, Span)])
    verdicts = [(possible, each) for possible, each in results if isinstance(each, Verdict)]
    if len(verdicts) < len(results):
        raise NotColumnar
    return unanimous(verdicts)


def _join_numbers(results: list[tuple[Op, Span]]) -> Span:
    level = span.level(*(each for _, each in results))
    within = [
        span.Span(
            End(op.select(possible, each.low.top, op.BEYOND), scale=each.low.scale),
            End(op.select(possible, each.high.top, op.BELOW), scale=each.high.scale),
            each.unit,
            each.size,
            least=each.least,
            wild=each.wild,
        )
        for (possible, _), each in zip(results, level, strict=True)
    ]
    return span.join(within)


def _range(compiler: Compiler, node: Range) -> Span:
    compiler.spread = True
    return span.constant(Fraction(node.low.value), Fraction(node.high.value))


def _named(compiler: Compiler, node: Named) -> Result:
    key = node.name, compiler.year
    if key not in compiler.kept:
        compiler.kept[key] = _named_value(compiler, node.name)
    return compiler.kept[key]


def _named_value(compiler: Compiler, name: str) -> Result:
    version = compiler.version
    if name in version.parameters:
        return compiler.value(version.parameters[name].value)
    if name in version.terms:
        return compiler.value(version.terms[name].value)
    score = version.scores.get(name)
    value = _sum_of_parts(compiler, name) if score is None or score.value is None else compiler.number(score.value)
    limited = score is not None and score.max is not None
    return span.smallest([value, compiler.number(score.max)]) if limited else value  # type: ignore[union-attr, arg-type] # `limited` says so


def _sum_of_parts(compiler: Compiler, name: str) -> Span:
    total = NOTHING
    for part in compiler.version.scores.values():
        if part.part_of == name:
            total = span.add(total, compiler.number(Named(part.name)))
    return total


def _shift(compiler: Compiler, node: Shift) -> Result:
    found: Result = compiler.in_year(compiler.year + 1 - node.back, lambda: compiler.value(node.body))
    return found


def _arithmetic(compiler: Compiler, node: Arithmetic) -> Span:
    left = compiler.number(node.left)
    if node.unit == "date":
        count, unit = length_of(compiler, node.right)
        return later(left, count if node.operator == "+" else span.negate(count), unit)
    right = compiler.number(node.right)
    return _ARITHMETIC[node.operator](left, right)


_ARITHMETIC = {"+": span.add, "-": span.subtract, "*": span.multiply, "/": span.divide}


def _by_year(compiler: Compiler, node: Years | Growth, years: int) -> list[Span]:
    """The body in the last years, the latest first."""
    return [compiler.in_year(compiler.year - back, lambda: compiler.number(node.body)) for back in range(years)]


def _years(compiler: Compiler, node: Years) -> Span:
    """合计, 平均 … over the years the firm has existed, whatever number of years that may be."""
    possible = years_existed(compiler, node.years)
    values = _by_year(compiler, node, node.years)
    found = join(list(zip(possible, _aggregates(node.how, values), strict=True)))
    assert isinstance(found, Span)
    return found


def _aggregates(how: str, values: list[Span]) -> list[Span]:
    """The aggregate of the first value, of the first two, and so on."""
    match how:
        case "最高":
            return [span.largest(values[: count + 1]) for count in range(len(values))]
        case "最低":
            return [span.smallest(values[: count + 1]) for count in range(len(values))]
    totals = list(accumulate(values, span.add))
    if how == "合计":
        return totals
    return [span.multiply(total, span.point(Fraction(1, place))) for place, total in enumerate(totals, 1)]


def _growth(compiler: Compiler, node: Growth) -> Span:
    values = _by_year(compiler, node, 2 if node.how == "增长率" else node.years)[::-1]
    if any(value.wild for value in values):
        raise NotColumnar
    if node.how == "复合增长率":
        return _compound(values)
    positive = op.all_of(_positive(base) for base in values[:-1])
    ratios = [span.divide(later_one, earlier) for earlier, later_one in pairwise(values)]
    mean = span.multiply(_aggregates("合计", ratios)[-1], span.point(Fraction(1, len(ratios))))
    return _where(positive, span.subtract(mean, span.point(1)))


def _compound(values: list[Span]) -> Span:
    ratio = span.divide(values[-1], values[0])
    sound = op.both(_positive(values[0]), op.holds(">=", values[-1].low.top, ZERO, *span.unsure(values[-1].low)))
    ratio = span.rough(ratio)
    low, high = (_root(end, len(values) - 1) for end in (ratio.low, ratio.high))
    return _where(sound, span.subtract(Span(low, high), span.point(1)))


def _root(end: End, degree: int) -> End:
    """A root; the exact one is enclosed to twelve decimals, which the error of one more covers."""
    top = op.make("root", op.larger(end.top, ZERO), value=degree)
    return End(top, scale=op.add(top, op.ONE))


def _positive(value: Span) -> Op:
    return op.holds(">", value.low.top, ZERO, *span.unsure(value.low))


def _where(sound: Op, value: Span) -> Span:
    """The value where it can be worked out, else anything."""
    low, high = value.low, value.high
    return Span(
        End(op.select(sound, low.top, op.BELOW), low.under, low.scale),
        End(op.select(sound, high.top, op.BEYOND), high.under, high.scale),
        value.unit,
        value.size,
        value.under_size,
    )


def _bands(compiler: Compiler, node: Bands) -> Result:
    return _marginal(compiler, node) if node.how == "分段累计" else _first_band(compiler, node)


def _first_band(compiler: Compiler, node: Bands) -> Result:
    """Whatever the bands the subject can reach are worth."""
    subject = compiler.value(node.subject)
    found = compiler.value(node.other)
    for band in reversed(node.bands):
        fits = compare_any(band.operator, subject, compiler.value(band.limit))
        found = choose(fits, compiler.value(band.value), found)
    return found


def choose(test: Verdict, then: Result, other: Result) -> Result:
    """如果: one result or the other, or what both may be. Raises NotColumnar for words."""
    if isinstance(then, Span) and isinstance(other, Span):
        return span.choose(test.met, test.unmet, then, other)
    if isinstance(then, Verdict) and isinstance(other, Verdict):
        return branch(test, then, other)
    raise NotColumnar


def _marginal(compiler: Compiler, node: Bands) -> Span:
    """Each slice at its own rate."""
    subject, below, total = compiler.number(node.subject), NOTHING, NOTHING
    slices = [(compiler.number(band.limit), compiler.number(band.value)) for band in node.bands]
    for limit, rate in [*slices, (ANYTHING, compiler.number(node.other))]:
        end = Span(limit.high, limit.high, limit.unit, limit.size, limit.under_size)
        inside = span.subtract(span.smallest([subject, end]), below)
        total = span.add(total, span.multiply(span.largest([inside, NOTHING]), rate))
        below = limit
    return total


def _pick(compiler: Compiler, node: Pick) -> Span:
    parts = [compiler.number(part) for part in node.parts]
    return span.largest(parts) if node.how == "较大" else span.smallest(parts)


def _elapsed(compiler: Compiler, node: Elapsed) -> Span:
    since = compiler.number(node.since)
    until = compiler.number(node.until) if node.until is not None else span.point(compiler.today)
    return periods(since, until, 12 if node.how == "满年" else 1)


_MINE: dict[type[Expr], Callable[[Compiler, Any], Result]] = {
    Number: lambda _, node: span.point(Fraction(node.value)),
    Range: _range,
    Day: lambda _, node: span.point(node.day.toordinal()),
    Member: lambda _, node: Wording(None, node.word),
    Fact: lambda compiler, node: compiler.fact(node.kind),
    Named: _named,
    Today: lambda compiler, _: span.point(compiler.today),
    Shift: _shift,
    Negate: lambda compiler, node: span.negate(compiler.number(node.body)),
    Arithmetic: _arithmetic,
    IfElse: lambda compiler, node: choose(
        compiler.test(node.test), compiler.value(node.then), compiler.value(node.other)
    ),
    Years: _years,
    Growth: _growth,
    Bands: _bands,
    Pick: _pick,
    Whole: lambda compiler, node: span.floor(compiler.number(node.body)),
    Elapsed: _elapsed,
    YearOf: lambda compiler, node: years_of(compiler.number(node.body)),
}
READERS.update(_MINE)
