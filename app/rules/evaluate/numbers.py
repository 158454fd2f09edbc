"""How numbers, dates and tables are evaluated on intervals."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.rules.answer import Answer
from app.rules.evaluate.compare import compare
from app.rules.evaluate.run import RULES, Noted, Result, Run, Words
from app.rules.interval import (
    ANYTHING,
    LAST_DAY,
    Bound,
    Infinity,
    Interval,
    add,
    calendar_day,
    divide,
    exact_number,
    floor,
    hull,
    largest,
    multiply,
    negate,
    point,
    root,
    smallest,
    subtract,
    whole,
)
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
from app.rules.values import MONTH_UNITS

ONE = point(1)
MOST_MONTHS = 12 * 10_000


def add_months(bound: Bound, months: int) -> Bound:
    """The same day some months on (the last of the month where there is no such day), as an ordinal."""
    if isinstance(bound, Infinity) or not 1 <= bound <= LAST_DAY:
        return bound
    day = date.fromordinal(int(bound))
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    # Beyond the calendar a day stands just outside it, so that the order of days is kept.
    if not date.min.year <= year <= date.max.year:
        return LAST_DAY + 1 if year > date.max.year else 0
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).toordinal()


def length_of(run: Run, node: Expr) -> tuple[Interval, str]:
    """A period of time as a number of 天 or of 月; parameters are looked through."""
    while isinstance(node, Named) and node.name in run.version.parameters:
        node = run.version.parameters[node.name].value
    count = run.number(node)
    if isinstance(node, Number) and node.measure in MONTH_UNITS:
        return multiply(count, point(MONTH_UNITS[node.measure])), "月"
    if node.unit in ("年", "月"):
        return multiply(count, point(12 if node.unit == "年" else 1)), "月"
    return count, "天"


def later(day: Interval, count: Interval, unit: str) -> Interval:
    """A day some 天 or 月 later (earlier for a negative count)."""
    if unit == "天":
        return add(day, count)
    if count.low < -MOST_MONTHS or count.high > MOST_MONTHS:
        return ANYTHING
    low, high = (whole(bound) for bound in floor(count))
    return Interval(add_months(day.low, low), add_months(day.high, high))


def fallback(run: Run, reason: str) -> Interval:
    """A value nobody can work out, with the reason."""
    run.doubt(reason)
    return ANYTHING


def join(results: list[Result]) -> Result:
    """Whatever any of the results may be."""
    if all(isinstance(each, Interval) for each in results):
        return hull([each for each in results if isinstance(each, Interval)])
    if all(isinstance(each, Answer) for each in results):
        answers = {each for each in results if isinstance(each, Answer)}
        return answers.pop() if len(answers) == 1 else Answer.UNKNOWN
    sets = [each.possible if isinstance(each, Words) else None for each in results]
    known = [each for each in sets if each is not None]
    return Words(frozenset().union(*known) if len(known) == len(sets) else None)


def _written(make: Callable[[Any], Result]) -> Callable[[Run, Any], Result]:
    """What is written in the rule never changes, so its value is kept beside the node's fields."""

    def value(_: Run, node: Expr) -> Result:
        kept: Result | None = vars(node).get("_value")
        if kept is None:
            kept = vars(node)["_value"] = make(node)
        return kept

    return value


def _range(run: Run, node: Range) -> Result:
    run.doubt(node.reason or f"{node.low.digits:f}~{node.high.digits:f} 之间的取值须由评审确定")
    return _ends(run, node)


_ends = _written(lambda node: Interval(exact_number(node.low.value), exact_number(node.high.value)))


def _fact(run: Run, node: Fact) -> Result:
    return run.fact(node.kind)


def named(run: Run, name: str) -> Result:
    """A parameter, term or score, worked out once for each year it is read in."""
    noted: Noted = run.recall_for(run.version, "named", name, lambda: _noted(run, name))
    if not run.silent:
        run.comparisons += noted.comparisons
        run.parts += noted.parts
    return noted.result


def named_number(run: Run, name: str) -> Interval:
    """The same where a number is wanted."""
    found = named(run, name)
    return found if isinstance(found, Interval) else ANYTHING


def _noted(run: Run, name: str) -> Noted:
    outer = run.comparisons, run.parts, run.silent
    run.comparisons, run.parts, run.silent = [], [], False
    try:
        return Noted(_named_value(run, name), run.comparisons, run.parts)
    finally:
        run.comparisons, run.parts, run.silent = outer


def _named_value(run: Run, name: str) -> Result:
    version = run.version
    if name in version.parameters:
        return run.value(version.parameters[name].value)
    if name in version.terms:
        return run.value(version.terms[name].value)
    score = version.scores.get(name)
    value = _sum_of_parts(run, name) if score is None or score.value is None else run.number(score.value)
    return smallest([value, run.number(score.max)]) if score is not None and score.max is not None else value


def _sum_of_parts(run: Run, name: str) -> Interval:
    total = point(0)
    for part in run.version.scores.values():
        if part.part_of == name:
            total = add(total, named_number(run, part.name))
    return total


def _shift(run: Run, node: Shift) -> Result:
    found: Result = run.in_year(run.year + 1 - node.back, lambda: run.value(node.body))
    return found


def _arithmetic(run: Run, node: Arithmetic) -> Interval:
    left = run.number(node.left)
    if node.unit == "date":
        count, unit = length_of(run, node.right)
        return later(left, count if node.operator == "+" else negate(count), unit)
    right = run.number(node.right)
    match node.operator:
        case "+":
            return add(left, right)
        case "-":
            return subtract(left, right)
        case "*":
            return multiply(left, right)
    if right.low <= 0 <= right.high:
        return fallback(run, "除数为零") if right.exact else ANYTHING
    return divide(left, right)


def _years(run: Run, node: Years) -> Interval:
    """合计, 平均 … over the years the firm has existed; the last accounting year always counts.

    When the founding date is not known, the result is whatever any possible number of years gives.
    """
    least, most = years_existed(run, node.years)
    values: list[Interval] = [run.in_year(run.year - back, lambda: run.number(node.body)) for back in range(most)]
    return hull([_aggregate(node.how, values[:count]) for count in range(least, most + 1)])


def years_existed(run: Run, years: int) -> tuple[int, int]:
    """The least and the most accounting years a firm can have behind it, of the last `years`."""
    if years == 1:
        return 1, 1
    earliest, latest = (_year_of(bound) for bound in run.founding())
    least = years if latest is None else run.year - latest + 1
    most = years if earliest is None else run.year - earliest + 1
    if latest is None:
        least = 1
    return min(max(least, 1), years), min(max(most, 1), years)


def _year_of(bound: Bound) -> int | None:
    if isinstance(bound, Infinity):
        return None
    return calendar_day(bound).year


def _aggregate(how: str, values: list[Interval]) -> Interval:
    match how:
        case "最高":
            return largest(values)
        case "最低":
            return smallest(values)
    total = values[0]
    for value in values[1:]:
        total = add(total, value)
    return total if how == "合计" else multiply(total, point(Fraction(1, len(values))))


def _growth(run: Run, node: Growth) -> Interval:
    count = 2 if node.how == "增长率" else node.years
    values: list[Interval] = []
    for back in range(count):
        values.insert(0, run.in_year(run.year - back, lambda: run.number(node.body)))
    bases = values[:1] if node.how == "复合增长率" else values[:-1]
    for base in bases:
        if base.low <= 0:
            return fallback(run, "基期不是正数，增长率没有意义") if base.high <= 0 else ANYTHING
    if node.how == "复合增长率":
        ratio = divide(values[-1], values[0])
        if ratio.low < 0:
            return fallback(run, "末期是负数，复合增长率没有意义") if ratio.high < 0 else ANYTHING
        return subtract(root(ratio, count - 1), ONE)
    ratios = [divide(later_one, earlier) for earlier, later_one in pairwise(values)]
    return subtract(_aggregate("平均", ratios), ONE)


def _bands(run: Run, node: Bands) -> Result:
    return _marginal(run, node) if node.how == "分段累计" else _first_band(run, node)


def _first_band(run: Run, node: Bands) -> Result:
    """Whatever the bands the subject can reach are worth."""
    subject = run.value(node.subject)
    reached: list[Result] = []
    for band in node.bands:
        fits = compare(band.operator, subject, run.value(band.limit))
        if fits is not Answer.UNMET:
            reached.append(run.value(band.value))
        if fits is Answer.MET:
            return join(reached)
    return join([*reached, run.value(node.other)])


def _marginal(run: Run, node: Bands) -> Interval:
    """Each slice at its own rate; rates are never negative, so the ends of the subject give the ends of the sum."""
    subject = run.number(node.subject)
    slices, below = [], point(0)
    for band in node.bands:
        limit = run.number(band.limit)
        slices.append((below, limit, run.number(band.value)))
        below = limit
    slices.append((below, ANYTHING, run.number(node.other)))
    total = point(0)
    for start, end, rate in slices:
        inside = subtract(smallest([subject, Interval(end.high, end.high)]), start)
        total = add(total, multiply(largest([inside, point(0)]), rate))
    return total


def _if(run: Run, node: IfElse) -> Result:
    match run.quiet_test(node.test):
        case Answer.MET:
            return run.value(node.then)
        case Answer.UNMET:
            return run.value(node.other)
    return join([run.value(node.then), run.value(node.other)])


def _pick(run: Run, node: Pick) -> Interval:
    parts = [run.number(part) for part in node.parts]
    return largest(parts) if node.how == "较大" else smallest(parts)


def _elapsed(run: Run, node: Elapsed) -> Interval:
    since = run.number(node.since)
    until = run.number(node.until) if node.until is not None else point(run.today)
    size = 12 if node.how == "满年" else 1
    return Interval(full_periods(since.high, until.low, size), full_periods(since.low, until.high, size))


def full_periods(since: Bound, until: Bound, size: int) -> Bound:
    """The full years or months between two ordinals; negative when the second comes first."""
    if isinstance(since, Infinity) or isinstance(until, Infinity):
        return ANYTHING.high if until > since else ANYTHING.low
    one, two = (calendar_day(each) for each in (since, until))
    months = (two.year - one.year) * 12 + two.month - one.month
    count = months // size
    if add_months(one.toordinal(), count * size) > two.toordinal():
        count -= 1
    return count


def _year(run: Run, node: YearOf) -> Interval:
    low, high = run.number(node.body)
    years = (_year_of(low), _year_of(high))
    return Interval(ANYTHING.low if years[0] is None else years[0], ANYTHING.high if years[1] is None else years[1])


_MINE: dict[type[Expr], Callable[[Run, Any], Result]] = {
    Number: _written(lambda node: point(exact_number(node.value))),
    Range: _range,
    Day: _written(lambda node: point(node.day.toordinal())),
    Member: _written(lambda node: Words(frozenset({node.word}))),
    Fact: _fact,
    Named: lambda run, node: named(run, node.name),
    Today: lambda run, _: point(run.today),
    Shift: _shift,
    Negate: lambda run, node: negate(run.number(node.body)),
    Arithmetic: _arithmetic,
    IfElse: _if,
    Years: _years,
    Growth: _growth,
    Bands: _bands,
    Pick: _pick,
    Whole: lambda run, node: floor(run.number(node.body)),
    Elapsed: _elapsed,
    YearOf: _year,
}
RULES.update(_MINE)
