"""How questions about records and titles are put into columns: tests on each record, then counted by firm."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from app.rules.evaluate.sought import window
from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.language import Expr, Filter, InForce, Member, Period, Records, Title
from app.rules.pool import op, span
from app.rules.pool.compiler import READERS, Compiler, Result, Wording, figure
from app.rules.pool.op import BELOW, BEYOND, ONE, ZERO, Op, make, number
from app.rules.pool.span import End, NotColumnar, Span
from app.rules.pool.verdict import Verdict, all_of, any_of, compare
from app.rules.pool.vouching import closed
from app.rules.pool.words import compare_any, within

LARGEST_TOTAL = 2**46
MOST_RECORDS = 2**31
DAYS = 4_000_000


class Matches(NamedTuple):
    """How each record of a collection answers the question, and where there can be no others."""

    collection: CollectionKind
    answer: Verdict
    closed: Op

    @property
    def possible(self) -> Op:
        return op.opposite(self.answer.unmet)

    def how_many(self) -> Span:
        """At least the records that pass for certain; at most those that may, where there can be no others."""
        high = op.select(self.closed, _counted(self.collection, self.possible), BEYOND)
        return Span(End(_counted(self.collection, self.answer.met)), End(high), Fraction(1), MOST_RECORDS, least=True)


def _records(compiler: Compiler, node: Records) -> Result:
    matches = _search(compiler, node.collection, node.filters)
    attribute = node.attribute
    match node.how:
        case "有":
            return compare(">=", matches.how_many(), span.point(1))
        case "无":
            return compare("<=", matches.how_many(), span.point(0))
    if attribute is None or node.how == "数量":
        return matches.how_many()
    if node.how == "种数":
        return _distinct(matches, attribute)
    return _total(matches, attribute) if node.how == "总额" else _latest(compiler, matches, attribute)


def _title(compiler: Compiler, node: Title) -> Result:
    kind = node.collection.attribute("kind")
    assert kind is not None, "the vocabulary gives 资质 its kind"
    named = Filter(kind, "=", (Member(node.title.label),))
    matches = _search(compiler, node.collection, (named, InForce(node.on)) if node.how == "有效" else (named,))
    match node.how:
        case "有效" | "曾有":
            return compare(">=", matches.how_many(), span.point(1))
        case "首次":
            return compare("=", matches.how_many(), span.point(1))
        case "再次":
            return compare(">=", matches.how_many(), span.point(2))
    if node.how == "到期日":
        return _greatest(matches, _days(node.collection, "end"), BEYOND)
    return _greatest(matches, _days(node.collection, "start"), number(compiler.today))


def _search(compiler: Compiler, collection: CollectionKind, filters: tuple[Expr, ...]) -> Matches:
    compiler.collections[collection.code], compiler.spread = None, True
    begun = compare("<=", _days(collection, "start"), span.point(compiler.today))
    answer = all_of([begun, *(_passes(compiler, collection, each) for each in filters)])
    return Matches(collection, answer, closed(compiler, collection, filters))


def _passes(compiler: Compiler, collection: CollectionKind, given: Expr) -> Verdict:
    start = _days(collection, "start")
    match given:
        case Filter():
            return _filtered(compiler, given, _attribute(collection, given.attribute))
        case InForce():
            day = _of_firm(compiler.number(given.on)) if given.on is not None else span.point(compiler.today)
            return all_of([compare("<=", start, day), compare("<=", day, _days(collection, "end"))])
        case Period():
            first, last = window(compiler.anchors.facts_on, given)
            return all_of([compare(">=", start, span.point(first)), compare("<=", start, span.point(last))])
    raise NotColumnar


def _filtered(compiler: Compiler, given: Filter, value: Result) -> Verdict:
    wanted = [_operand(compiler, each) for each in given.values]
    if given.operator not in ("属于", "不属于"):
        return compare_any(given.operator, value, wanted[0])
    words = [each.word for each in wanted if isinstance(each, Wording) and each.column is None]
    if isinstance(value, Wording) and len(words) == len(wanted):
        found = within(value, words)
    else:
        found = any_of([compare_any("=", value, each) for each in wanted])
    return found.negated() if given.operator == "不属于" else found


def _operand(compiler: Compiler, node: Expr) -> Result:
    """What a filter compares with, brought from the firm to each of its records."""
    found = compiler.value(node)
    if isinstance(found, Span):
        return _of_firm(found)
    if isinstance(found, Verdict):
        return Verdict(_carried(found.met), _carried(found.unmet))
    if found.column is not None:
        raise NotColumnar
    return found


def _of_firm(value: Span) -> Span:
    low, high = (
        End(_carried(end.top), _carried(end.under), None if end.scale is None else _carried(end.scale))
        for end in (value.low, value.high)
    )
    return Span(low, high, value.unit, value.size, value.under_size, value.least, value.wild)


def _carried(column: Op) -> Op:
    return column if column.literal else make("of firm", column)


def field(collection: CollectionKind, name: str) -> Op:
    """A column of a collection's records."""
    return make("field", value=(collection.code, name))


def _days(collection: CollectionKind, name: str) -> Span:
    """When records start or end; an end may lie beyond every day."""
    low, high = (End(field(collection, f"{name} {side}")) for side in ("low", "high"))
    return Span(low, high, Fraction(1), DAYS, wild=name == "end")


def _attribute(collection: CollectionKind, attribute: AttributeKind) -> Result:
    if attribute.code in ("starts_on", "ends_on"):
        return _days(collection, "start" if attribute.code == "starts_on" else "end")
    return figure(attribute, field(collection, attribute.code))


def _counted(collection: CollectionKind, test: Op) -> Op:
    return ZERO if test is op.FALSE else make("count", test, value=collection.code)


def _total(matches: Matches, attribute: AttributeKind) -> Span:
    """The sum of what passes; what may pass counts where it makes the sum smaller or larger."""
    value = _attribute(matches.collection, attribute)
    if not isinstance(value, Span) or not value.exact:
        raise NotColumnar
    low = _share(matches, value.low.top, op.smaller(value.low.top, ZERO))
    high = _share(matches, value.high.top, op.larger(value.high.top, ZERO))
    least = _summed(matches.collection, low)
    most = op.select(matches.closed, _summed(matches.collection, high), BEYOND)
    if not value.least:
        least = op.select(matches.closed, least, BELOW)
    return Span(End(least), End(most), value.unit, LARGEST_TOTAL, least=value.least)


def _share(matches: Matches, certain_value: Op, possible_value: Op) -> Op:
    return op.select(matches.answer.met, certain_value, op.select(matches.answer.unmet, ZERO, possible_value))


def _summed(collection: CollectionKind, column: Op) -> Op:
    """A sum over a firm's records, in doubt where it grows beyond what a span promises."""
    total = make("total", column, value=collection.code)
    size = op.magnitude(total)
    doubt = op.both(op.holds(">", size, number(LARGEST_TOTAL)), op.holds(">", BEYOND, size))
    return make("same", total, doubts=(doubt,))


def _distinct(matches: Matches, attribute: AttributeKind) -> Span:
    """How many different values there are; a record whose value is not known may repeat one or add one."""
    if attribute.derived_from or attribute.type == "flag" or attribute.code in ("starts_on", "ends_on"):
        raise NotColumnar
    collection, column = matches.collection, field(matches.collection, attribute.code)
    known, several = make("kinds", column, matches.answer.met, value=collection.code), matches.possible
    low = op.select(op.holds(">", known, ZERO), known, op.smaller(_counted(collection, matches.answer.met), ONE))
    unnamed = _counted(collection, op.both(several, op.opposite(make("present", column))))
    high = op.add(make("kinds", column, several, value=collection.code), unnamed)
    return Span(End(low), End(op.select(matches.closed, high, BEYOND)), Fraction(1), MOST_RECORDS, least=True)


def _latest(compiler: Compiler, matches: Matches, attribute: AttributeKind) -> Span:
    """The latest date. Raises NotColumnar for any other attribute of the record that began last."""
    value = _attribute(matches.collection, attribute)
    if attribute.type != "date" or not isinstance(value, Span):
        raise NotColumnar
    return _greatest(matches, value, number(compiler.today) if attribute.code == "starts_on" else BEYOND)


def _greatest(matches: Matches, days: Span, limit: Op) -> Span:
    """The greatest day among the records; anything when there may be none."""
    code = matches.collection.code
    some = op.holds(">", _counted(matches.collection, matches.answer.met), ZERO)
    low = make("greatest", op.select(matches.answer.met, days.low.top, BELOW), value=code)
    high = make("greatest", op.select(matches.possible, days.high.top, BELOW), value=code)
    high = op.select(matches.closed, high, op.larger(high, limit))
    return Span(End(op.select(some, low, BELOW)), End(op.select(some, high, BEYOND)), Fraction(1), DAYS, wild=True)


_MINE: dict[type[Expr], Callable[[Compiler, Any], Result]] = {Records: _records, Title: _title}
READERS.update(_MINE)
