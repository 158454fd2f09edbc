"""What expressions are worth: kinds of values, their units, and which go together."""

from dataclasses import dataclass

from app.rules.kinds import AttributeKind, FactKind
from app.rules.values import PERCENT_UNITS


@dataclass(frozen=True)
class Type:
    """What an expression is worth.

    `kind` is one of money, count, ratio, number, literal (a bare number, taking the other side's unit), duration, span
    (between two dates), date, choice, text, test; `unit` that of a count or duration; `choices` those of a choice.
    """

    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()


MONEY, RATIO, NUMBER, LITERAL = Type("money", "元"), Type("ratio", "%"), Type("number"), Type("literal")
TALLY = Type("count")
SPAN, DATE, TEXT, TEST = Type("span", "天"), Type("date"), Type("text"), Type("test")
NUMERIC = frozenset({"money", "count", "ratio", "number", "literal"})
PURE = frozenset({"ratio", "number", "literal"})
ORDERED = NUMERIC | {"date", "span", "duration"}
_NOUNS = {
    "money": "金额（元）",
    "ratio": "比例",
    "number": "没有单位的数",
    "literal": "没有单位的数",
    "duration": "一段时间",
    "span": "两个日期之间的天数",
    "date": "日期",
    "choice": "选项",
    "text": "文字",
    "test": "是或否",
}


def describe(kind: Type) -> str:
    """The type as a Chinese noun."""
    return (f"以“{kind.unit}”计的数" if kind.unit else "记录的个数") if kind.kind == "count" else _NOUNS[kind.kind]


def declared_type(kind: FactKind | AttributeKind) -> Type:  # noqa: PLR0911 - one line for each declared type
    """The type of a declared figure or attribute."""
    match kind.type:
        case "flag":
            return TEST
        case "choice":
            return Type("choice", "", kind.choices)
        case "text":
            return TEXT
        case "date":
            return DATE
        case "money":
            return MONEY
        case "ratio":
            return RATIO
    return measured(kind.unit)


def measured(unit: str) -> Type:
    """The type of a number with a unit."""
    if unit == "元":
        return MONEY
    if unit in PERCENT_UNITS:
        return RATIO
    return Type("count", unit) if unit not in ("", "倍") else NUMBER


def join(one: Type, two: Type) -> Type | None:  # noqa: PLR0911 - one line for each pair that goes together
    """The common type of two sides, or None when they do not go together."""
    if one == two:
        return one
    kinds = {one.kind, two.kind}
    if kinds <= PURE:
        return one if one.kind == "ratio" or two.kind == "literal" else two
    if kinds in ({"count", "literal"}, {"count", "duration"}):
        count, other = (one, two) if one.kind == "count" else (two, one)
        return count if other.unit in ("", count.unit) else None
    if kinds == {"count"} and "" in (one.unit, two.unit):
        # A number of records has no unit of its own: 5项, 5件 and 5次 are all right.
        return two if one.unit == "" else one
    if kinds in ({"span", "duration"}, {"choice", "text"}):
        return one if one.kind in ("span", "choice") else two
    if kinds == {"choice"}:
        return Type("choice", "", tuple(dict.fromkeys((*one.choices, *two.choices))))
    return None
