"""What a question asks of records, as far as someone's word can answer it: words, a window of starts, days in force."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from app.rules.answer import Answer
from app.rules.evaluate.numbers import add_months
from app.rules.evaluate.run import Run, Words
from app.rules.interval import INFINITY, Bound, Interval, point, whole
from app.rules.language import Day, Expr, Filter, Flag, InForce, Member, Number, Period, Records, Title
from app.rules.values import MONTH_UNITS


class Sought(NamedTuple):
    """What a question asks of records: the words allowed per attribute, a window of starts, and days in force."""

    words: Mapping[str, frozenset[str]]
    first: Bound
    last: Bound
    in_force: Interval | None

    def only(self, code: str, word: str) -> "Sought":
        """The same question about a single word of one attribute."""
        return self._replace(words={**self.words, code: frozenset({word})})


def window(day: date, period: Period) -> tuple[int, int]:
    """The first and the last day of a window of records seen from a day, as ordinals; both ends belong to it."""
    today, year = day.toordinal(), day.year
    if period.word == "天":
        return max(today - period.count, 1), today
    if period.word in MONTH_UNITS:
        first = add_months(today, -period.count * MONTH_UNITS[period.word])
        return max(whole(first), 1), today
    first_year = year if period.word == "当年" else max(year - 1, 1)
    last = date(first_year, 12, 31).toordinal() if period.word == "上年" else today
    return date(first_year, 1, 1).toordinal(), last


def sought_by(run: Run, node: Records | Title, filters: tuple[Expr, ...]) -> Sought:
    """What a question asks for; where all of it is written in the rule, it is the same for every firm of a day."""
    kept: tuple[int, Sought] | None = vars(node).get("_sought")
    if kept is not None and kept[0] == run.today:
        return kept[1]
    sought = _demanded(run, filters)
    if all(_is_written(each) for each in filters):
        vars(node)["_sought"] = run.today, sought
    return sought


def _is_written(given: Expr) -> bool:
    if isinstance(given, Filter):
        return all(isinstance(each, Member | Number | Day | Flag) for each in given.values)
    return isinstance(given, Period) or (isinstance(given, InForce) and given.on is None)


def _demanded(run: Run, filters: tuple[Expr, ...]) -> Sought:
    """What the filters demand, as far as a vouch can cover it: attribute words, start window, days in force."""
    words: dict[str, frozenset[str]] = {}
    first: Bound = -INFINITY
    last: Bound = run.today
    in_force: Interval | None = None
    for each in filters:
        if isinstance(each, Period):
            opens, closes = window(run.anchors.facts_on, each)
            first, last = max(first, opens), min(last, closes)
        elif isinstance(each, InForce):
            in_force = run.number(each.on) if each.on is not None else point(run.today)
        elif isinstance(each, Filter):
            first = max(first, _earliest(run, each))
            _demand(run, each, words)
    return Sought(words, first, last, in_force)


def _earliest(run: Run, given: Filter) -> Bound:
    """The first day a filter on the starting date admits."""
    if given.attribute.code != "starts_on" or given.operator not in (">=", ">", "="):
        return -INFINITY
    return run.number(given.values[0]).low


def _demand(run: Run, given: Filter, words: dict[str, frozenset[str]]) -> None:
    if given.operator not in ("=", "属于"):
        return
    found: set[str] = set()
    for each in given.values:
        value = run.value(each)
        if isinstance(value, Words) and value.possible is not None:
            found |= value.possible
        elif isinstance(value, Answer) and value is not Answer.UNKNOWN:
            found.add("是" if value is Answer.MET else "否")
        else:
            return
    words[given.attribute.code] = frozenset(found) & words.get(given.attribute.code, frozenset(found))
