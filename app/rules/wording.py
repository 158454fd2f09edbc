"""Values and intervals of findings as people read them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from app.rules.interval import Bound, Infinity, Interval, calendar_day
from app.rules.kinds import CollectionKind
from app.rules.values import MONEY_UNIT, plain, show_date, show_money

OPERATOR_WORDS = {
    ">=": "要求不低于",
    ">": "要求高于",
    "<=": "要求不超过",
    "<": "要求低于",
    "=": "要求为",
    "!=": "要求不为",
    "属于": "要求属于",
    "不属于": "要求不属于",
}
_PLACES = (2, 4, 6, 10)
_MOST_WORDS = 4
_NO_UNIT = frozenset({"number", "literal", "count", "test"})


def show_interval(interval: Interval, unit: str, *, apart_from: Bound | None = None, tidy: bool = False) -> str:
    """An interval for people: one value, 从…到…, 至少…, 至多… or 未知.

    A value is rounded only as far as it stays visibly different from `apart_from`, the threshold beside it. A tidy
    percentage, as thresholds are written, has no superfluous noughts.
    """
    if tidy and unit in ("%", "ratio") and interval.exact and not isinstance(interval.low, Infinity):
        return f"{plain(_rounded(interval.low, interval.low, 100))}%"
    low, high = interval
    if interval.exact and not isinstance(low, Infinity):
        return show_bound(low, unit, apart_from)
    if isinstance(low, Infinity):
        return "未知" if isinstance(high, Infinity) else f"至多{show_bound(high, unit, apart_from)}"
    if isinstance(high, Infinity):
        return f"至少{show_bound(low, unit, apart_from)}"
    return f"{show_bound(low, unit, apart_from)}至{show_bound(high, unit, apart_from)}"


def show_bound(bound: Bound, unit: str, apart_from: Bound | None = None) -> str:
    """One exact number with its unit; an ordinal as a date."""
    if isinstance(bound, Infinity):
        return "不限"
    if unit == "date":
        return _show_day(bound)
    if unit == MONEY_UNIT:
        return show_money(_rounded(bound, apart_from, 1))
    if unit in ("%", "ratio"):
        return f"{_rounded(bound, apart_from, 100)}%"
    return f"{plain(_rounded(bound, apart_from, 1))}{'' if unit in _NO_UNIT else unit}"


def show_list(
    collection: CollectionKind,
    words: Mapping[str, frozenset[str]],
    first: Bound,
    last: Bound,
    in_force: Interval | None,
) -> str:
    """The list that would settle a question about records: “事故与违法的完整名单（科研失信；自始至2026年1月1日）”.

    It is limited to what was asked for: by attribute, and by the days of its entries (ordinals) or the day in force.
    """
    limits = [*_shown_words(collection, words), _shown_days(first, last, in_force)]
    return f"{collection.label}的完整名单（{'；'.join(limits)}）"


def show_gap(gap: Bound, unit: str) -> str:
    """A difference for people: 0.80 个百分点, 80万元, 12天."""
    if isinstance(gap, Infinity):
        return "不限"
    if unit in ("%", "ratio"):
        return f"{_rounded(gap, 0, 100)} 个百分点"
    if unit == "date":
        return f"{plain(_rounded(gap, 0, 1))}天"
    return show_bound(gap, unit, 0)


def _shown_words(collection: CollectionKind, words: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for attribute in collection.attributes:
        asked = words.get(attribute.code, frozenset())
        ordered = [each for each in attribute.choices if each in asked] or sorted(asked)
        if ordered:
            text = "、".join(ordered[:_MOST_WORDS]) + (f"等{len(ordered)}种" if len(ordered) > _MOST_WORDS else "")
            yield text if attribute.type == "choice" else f"{attribute.label}：{text}"


def _shown_days(first: Bound, last: Bound, in_force: Interval | None) -> str:
    if in_force is not None and in_force.exact and not isinstance(in_force.low, Infinity):
        return f"{_show_day(in_force.low)}当天有效"
    since = "自始" if isinstance(first, Infinity) else _show_day(first)
    return f"{since}至{show_bound(last, 'date')}"


def _show_day(bound: Bound) -> str:
    return show_date(calendar_day(bound))


def _rounded(number: int | Fraction, apart_from: Bound | None, scale: int) -> Decimal:
    """Rounded to two places, or to more where two would make it look like the number it differs from."""
    top, bottom = number.numerator * scale, number.denominator
    other = None if apart_from is None or isinstance(apart_from, Infinity) or number == apart_from else apart_from
    for places in _PLACES:
        power = 10**places
        rounded = (2 * abs(top) * power + bottom) // (2 * bottom)
        rounded = rounded if top >= 0 else -rounded
        if other is None or rounded * other.denominator != other.numerator * scale * power:
            break
    return Decimal(rounded).scaleb(-places)
