"""How records and titles are counted in an open world: at least what is on file, exactly that where vouched for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from app.rules.answer import Answer, all_of, any_of
from app.rules.evaluate.compare import compare
from app.rules.evaluate.numbers import add_months, fallback
from app.rules.evaluate.run import RULES, Result, Run, Words, read_known, unknown
from app.rules.evaluate.sought import Sought, sought_by, window
from app.rules.evaluate.vouching import covered
from app.rules.finding import Missing, Used
from app.rules.interval import (
    ANYTHING,
    INFINITY,
    ZERO,
    Bound,
    Infinity,
    Interval,
    add,
    calendar_day,
    hull,
    plus,
    point,
)
from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.language import Expr, Filter, InForce, Member, Period, Records, Title
from app.rules.render import render
from app.rules.sheet import KnownRecord, Vouch
from app.rules.values import MONTH_UNITS, Value, plain, show_date
from app.rules.wording import show_list

MOST_SHOWN = 30
_SORT = "kind"


class Match(NamedTuple):
    """A record that passes the filters, certainly (符合) or perhaps (待核)."""

    record: KnownRecord
    answer: Answer


@dataclass(frozen=True)
class Matches:
    """The records found, and whether there can be no others."""

    found: list[Match]
    closed: bool

    @property
    def certain(self) -> list[KnownRecord]:
        return [each.record for each in self.found if each.answer is Answer.MET]

    @property
    def all(self) -> list[KnownRecord]:
        return [each.record for each in self.found]

    def count(self) -> Interval:
        return Interval(len(self.certain), len(self.found) if self.closed else INFINITY)


def _records(run: Run, node: Records) -> Result:
    matches = _search(run, node, node.filters)
    attribute = node.attribute
    if node.how == "有":
        return compare(">=", matches.count(), point(1))
    if node.how == "无":
        return compare("<=", matches.count(), ZERO)
    if attribute is None or node.how == "数量":
        return matches.count()
    if node.how == "种数":
        return _distinct(run, matches, attribute)
    return _sum(run, matches, attribute) if node.how == "总额" else _latest(run, matches, node, attribute)


def _title(run: Run, node: Title) -> Result:
    matches = _search(run, node, _filters(node))
    match node.how:
        case "有效" | "曾有":
            return compare(">=", matches.count(), point(1))
        case "首次":
            return compare("=", matches.count(), point(1))
        case "再次":
            return compare(">=", matches.count(), point(2))
    end = _end if node.how == "到期日" else _start
    spans = [[end(run, node.collection, each) for each in group] for group in (matches.certain, matches.all)]
    return _greatest(run, spans[0], spans[1], matches, INFINITY if node.how == "到期日" else run.today)


def _filters(node: Title) -> tuple[Expr, ...]:
    """What a question about a title asks of the records, noted on the node."""
    kept: tuple[Expr, ...] | None = vars(node).get("_filters")
    if kept is None:
        kind = Filter(_kind_of(node.collection), "=", (Member(node.title.label),))
        kept = vars(node)["_filters"] = (kind, InForce(node.on)) if node.how == "有效" else (kind,)
    return kept


def _kind_of(collection: CollectionKind) -> AttributeKind:
    found = collection.attribute(_SORT)
    assert found is not None, "the vocabulary gives 资质 its kind"
    return found


def _search(run: Run, node: Records | Title, filters: tuple[Expr, ...]) -> Matches:
    """The records begun by 申报日 that pass, or may pass, every filter; notes what was used and what is open."""
    found: Matches = run.recall(node, "records", lambda: _look(run, node, filters))
    return found


def _look(run: Run, node: Records | Title, filters: tuple[Expr, ...]) -> Matches:
    collection = node.collection
    run.trace.asked[collection.code] = None
    sought = sought_by(run, node, filters)
    found: list[Match] = []
    wanted = _Wanted(run)
    for record in run.sheet.records_of(collection.code):
        answer = all_of(
            [_begun(run, collection, record), *(_passes(wanted, collection, record, each) for each in filters)]
        )
        if answer is not Answer.UNMET:
            found.append(Match(record, answer))
    for match in found[:MOST_SHOWN]:
        run.trace.used[collection.code, match.record.ref, id(match.record)] = _used(collection, match.record)
    vouched = covered(run, collection, sought)
    for vouch in vouched or ():
        run.trace.used["vouch", vouch.ref, id(vouch)] = _used_vouch(collection, vouch, run.today)
    if vouched is None:
        run.trace.missing[collection.code, render(node)] = _missing_list(node, sought)
    return Matches(found, closed=vouched is not None)


def _missing_list(node: Records | Title, sought: Sought) -> Missing:
    """The list that would settle a question; kept on the node with what it asks, which is often the same object."""
    kept: tuple[Sought, Missing] | None = vars(node).get("_missing")
    if kept is not None and kept[0] is sought:
        return kept[1]
    collection = node.collection
    what = show_list(collection, sought.words, sought.first, sought.last, sought.in_force)
    missing = Missing(what, collection.code, None, collection.code, collection.supplied_by)
    vars(node)["_missing"] = sought, missing
    return missing


def _used_vouch(collection: CollectionKind, vouch: Vouch, today: int) -> Used:
    code = collection.code
    older = vouch.until.toordinal() < today
    label = f"{collection.label}齐全" + (
        f"（核对后{collection.good_for}天内有效）" if older and collection.good_for else ""
    )
    return Used(label, code, None, code, vouch.until, "", vouch.source, None, vouch.ref)


def _used(collection: CollectionKind, record: KnownRecord) -> Used:
    words = [_show(record.attributes[each.code]) for each in collection.attributes if each.code in record.attributes]
    starts = [show_date(record.starts_on)] if record.starts_on else []
    text = " ".join([*words[:3], *starts])
    code = collection.code
    return Used(collection.label, code, None, code, text, "", record.source, record.recorded_on, record.ref)


def _show(value: Value) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case date():
            return show_date(value)
        case str():
            return value
    return plain(value) if value.is_finite() else "?"


def _start(_: Run, __: CollectionKind, record: KnownRecord) -> Interval:
    """When a record began; one without a date had begun when it was recorded."""
    if record.starts_on is not None:
        return point(record.starts_on.toordinal())
    return Interval(-INFINITY, record.recorded_on.toordinal())


def _end(run: Run, collection: CollectionKind, record: KnownRecord) -> Interval:
    """The last day a record is in force: as recorded, or as the kind of title lasts, and never past its revocation."""
    if record.ends_on is not None:
        end = point(record.ends_on.toordinal())
    else:
        end = _declared_end(run, record, _start(run, collection, record))
    revoked = record.attributes.get("revoked_on")
    if isinstance(revoked, date):
        last = revoked.toordinal() - 1
        end = Interval(min(end.low, last), min(end.high, last))
    return end


def _declared_end(run: Run, record: KnownRecord, start: Interval) -> Interval:
    kind = run.version.vocabulary.title(str(record.attributes.get(_SORT, "")))
    lasts = kind.valid_for if kind is not None and record.collection == "titles" else ""
    if lasts == "自然年":
        return Interval(_year_end(start.low), _year_end(start.high))
    for word, size in MONTH_UNITS.items():
        if lasts.endswith(word):
            months = int(lasts.removesuffix(word)) * size
            return Interval(_before(add_months(start.low, months)), _before(add_months(start.high, months)))
    return point(INFINITY)


def _before(bound: Bound) -> Bound:
    return plus(bound, -1)


def _year_end(bound: Bound) -> Bound:
    return bound if isinstance(bound, Infinity) else date(calendar_day(bound).year, 12, 31).toordinal()


def _begun(run: Run, collection: CollectionKind, record: KnownRecord) -> Answer:
    if record.starts_on is not None:
        return Answer.of(record.starts_on.toordinal() <= run.today)
    return compare("<=", _start(run, collection, record), point(run.today))


class _Wanted:
    """What filters compare with, worked out once: a firm of a thousand records takes no more steps than one of two."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.known: dict[int, Result] = {}

    def value(self, node: Expr) -> Result:
        if id(node) not in self.known:
            self.known[id(node)] = self.run.value(node)
        return self.known[id(node)]

    def number(self, node: Expr) -> Interval:
        found = self.value(node)
        return found if isinstance(found, Interval) else ANYTHING


def _passes(wanted: _Wanted, collection: CollectionKind, record: KnownRecord, given: Expr) -> Answer:
    run = wanted.run
    match given:
        case Filter():
            value = attribute_value(run, collection, record, given.attribute)
            return _filtered(wanted, given, value)
        case InForce():
            day = wanted.number(given.on) if given.on is not None else point(run.today)
            start, end = _start(run, collection, record), _end(run, collection, record)
            return all_of([compare("<=", start, day), compare("<=", day, end)])
        case Period():
            first, last = window(run.anchors.facts_on, given)
            start = _start(run, collection, record)
            return all_of([compare(">=", start, point(first)), compare("<=", start, point(last))])
    return Answer.UNKNOWN


def _filtered(wanted: _Wanted, given: Filter, value: Result) -> Answer:
    if given.operator not in ("属于", "不属于"):
        return compare(given.operator, value, wanted.value(given.values[0]))
    answer = any_of([compare("=", value, wanted.value(each)) for each in given.values])
    if answer is Answer.UNKNOWN and isinstance(value, Words) and value.possible is not None:
        words = {each.word for each in given.values if isinstance(each, Member)}
        answer = Answer.MET if value.possible <= words else answer
    return answer.negated() if given.operator == "不属于" else answer


def attribute_value(run: Run, collection: CollectionKind, record: KnownRecord, attribute: AttributeKind) -> Result:
    """An attribute of a record: as recorded, as derived from another, or everything it may be."""
    if attribute.code == "starts_on":
        return _start(run, collection, record)
    if attribute.code == "ends_on":
        return _end(run, collection, record)
    value = _raw(run, record, attribute)
    if value is None and attribute.derived_from:
        value = attribute.mapping.get(str(record.attributes.get(attribute.derived_from, "")))
    found = read_known(attribute, value) if value is not None else None
    if found is not None:
        return found
    run.trace.missing[collection.code, attribute.code, record.ref] = Missing(
        f"{collection.label}的{attribute.label}", collection.code, None, collection.code, collection.supplied_by
    )
    return unknown(attribute)


def _raw(run: Run, record: KnownRecord, attribute: AttributeKind) -> Value | None:
    value = record.attributes.get(attribute.code)
    if attribute.code == _SORT and record.collection == "titles" and isinstance(value, str):
        title = run.version.vocabulary.title(value)
        return title.label if title is not None else value
    return value


def _sum(run: Run, matches: Matches, attribute: AttributeKind) -> Interval:
    total = ZERO
    for record, answer in matches.found:
        value = _number(run, record, attribute)
        total = add(total, value if answer is Answer.MET else hull([value, ZERO]))
    if matches.closed:
        return total
    least = unknown(attribute)
    positive = isinstance(least, Interval) and least.low >= 0
    return Interval(total.low if positive else -INFINITY, INFINITY)


def _number(run: Run, record: KnownRecord, attribute: AttributeKind) -> Interval:
    found = read_known(attribute, record.attributes.get(attribute.code, ""))
    if not isinstance(found, Interval):
        collection = run.version.vocabulary.collections[record.collection]
        found = attribute_value(run, collection, record, attribute)
    return found if isinstance(found, Interval) else ANYTHING


def _distinct(run: Run, matches: Matches, attribute: AttributeKind) -> Interval:
    """How many different values there are; a record whose value is not known may repeat one or add one."""
    certain = {_raw(run, each, attribute) for each in matches.certain} - {None}
    possible = {_raw(run, each, attribute) for each in matches.all} - {None}
    unnamed = sum(_raw(run, each, attribute) is None for each in matches.all)
    low = len(certain) or min(len(matches.certain), 1)
    return Interval(low, len(possible) + unnamed if matches.closed else INFINITY)


def _latest(run: Run, matches: Matches, node: Records, attribute: AttributeKind) -> Result:
    """The latest date, or the attribute of the record that began last."""
    values = {id(each): attribute_value(run, node.collection, each, attribute) for each in matches.all}
    if attribute.type == "date":
        spans = [
            [found for each in group if isinstance(found := values[id(each)], Interval)]
            for group in (matches.certain, matches.all)
        ]
        return _greatest(run, spans[0], spans[1], matches, run.today if attribute.code == "starts_on" else INFINITY)
    if not matches.certain or not matches.closed:
        return unknown(attribute)
    newest = max(_start(run, node.collection, each).low for each in matches.certain)
    rivals = [each for each in matches.all if _start(run, node.collection, each).high >= newest]
    results = [values[id(each)] for each in rivals]
    return results[0] if len(set(results)) == 1 else unknown(attribute)


def _greatest(run: Run, certain: list[Interval], possible: list[Interval], matches: Matches, limit: Bound) -> Interval:
    """The greatest date among the records; anything when there may be none."""
    if not certain:
        return fallback(run, "没有这样的记录") if matches.closed and not possible else ANYTHING
    low = max(each.low for each in certain)
    high = max(each.high for each in possible)
    return Interval(low, high if matches.closed else max(high, limit))


_MINE: dict[type[Expr], Callable[[Run, Any], Result]] = {Records: _records, Title: _title}
RULES.update(_MINE)
