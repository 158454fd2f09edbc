"""Expressions back to text: parse(render(expression)) == expression."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Band,
    Bands,
    Compare,
    Day,
    EachYear,
    Elapsed,
    Expr,
    Fact,
    Filter,
    Flag,
    Growth,
    IfElse,
    InForce,
    Known,
    Manual,
    Member,
    Named,
    Negate,
    Node,
    Not,
    Number,
    Period,
    Pick,
    Range,
    Records,
    Shift,
    Title,
    Today,
    Whole,
    Within,
    YearOf,
    Years,
)
from app.rules.values import plain
from app.rules.vocabulary import NAME_PATTERN

_ATOM = 8
_LEVELS: dict[type[Node], int] = {AnyOf: 1, All: 2, Not: 3, Compare: 4, Within: 4, Negate: 7}
_BAND_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}
_NEVER_BARE = frozenset({"是", "否", "申报日", "其余", "非", "属于", "不属于"})


def render(expression: Expr) -> str:
    """The text of an expression, in the labels of the vocabulary. Raises nothing on a parsed expression."""
    # The text of a frozen node never changes, so it is kept beside the node's fields.
    kept = vars(expression).get("_text")
    if kept is None:
        kept = vars(expression)["_text"] = _WRITERS[type(expression)](expression)
    return str(kept)


def _level(node: Node) -> int:
    if isinstance(node, Arithmetic):
        return 5 if node.operator in "+-" else 6
    return _LEVELS.get(type(node), _ATOM)


def _at(level: int, node: Node) -> str:
    text = render(node)
    return text if _level(node) >= level else f"({text})"


def _call(name: str, *arguments: str) -> str:
    return f"{name}({', '.join(arguments)})"


def _list(nodes: Iterable[Node]) -> str:
    return ", ".join(_at(5, each) for each in nodes)


def _quote(text: str) -> str:
    return f"“{text}”" if "”" not in text else f'"{text}"'


def _number(node: Number) -> str:
    return f"{plain(node.digits)}{node.scale}{node.measure}"


def _range(node: Range) -> str:
    text = f"{render(node.low)}~{render(node.high)}"
    return _call("存疑", text, _quote(node.reason)) if node.reason else text


def _member(node: Member) -> str:
    bare = not node.quoted and node.word not in _NEVER_BARE and re.fullmatch(NAME_PATTERN, node.word)
    return node.word if bare else _quote(node.word)


def _arithmetic(node: Arithmetic) -> str:
    level = _level(node)
    return f"{_at(level, node.left)} {node.operator} {_at(level + 1, node.right)}"


def _compare(node: Compare) -> str:
    return f"{_at(5, node.left)} {node.operator} {_at(5, node.right)}"


def _within(node: Within) -> str:
    return f"{_at(5, node.left)} {'不属于' if node.negated else '属于'} ({_list(node.members)})"


def _shift(node: Shift) -> str:
    return _call("当年", render(node.body)) if node.back == 0 else _call("往年", render(node.body), str(node.back))


def _growth(node: Growth) -> str:
    return _call(node.how, render(node.body), *([] if node.how == "增长率" else [f"{node.years}年"]))


def _bands(node: Bands) -> str:
    return _call(node.how, render(node.subject), *map(render, node.bands), f"其余: {render(node.other)}")


def _band(node: Band) -> str:
    return f"{_BAND_SIGNS.get(node.operator, node.operator)}{_at(5, node.limit)}: {render(node.value)}"


def _period(node: Period) -> str:
    return f"近{node.count}{node.word}" if node.count else node.word


def _filter(node: Filter) -> str:
    if node.operator in ("属于", "不属于"):
        return f"{node.attribute.label} {node.operator} ({_list(node.values)})"
    return f"{node.attribute.label} {node.operator} {_at(5, node.values[0])}"


def _records(node: Records) -> str:
    attribute = [node.attribute.label] if node.attribute else []
    return _call(node.how, node.collection.label, *attribute, *map(render, node.filters))


def _title(node: Title) -> str:
    return _call(node.how, node.title.label, *([render(node.on)] if node.on else []))


_WRITERS: dict[type[Node], Callable[[Any], str]] = {
    Number: _number,
    Range: _range,
    Day: lambda node: f"{node.day:%Y-%m-%d}" if node.day.year > 999 else f"{node.day.year:04}-{node.day:%m-%d}",  # noqa: PLR2004
    Flag: lambda node: "是" if node.value else "否",
    Member: _member,
    Manual: lambda node: _call("人工核定", *([_quote(node.reason)] if node.reason else [])),
    Fact: lambda node: node.kind.label,
    Named: lambda node: node.name,
    Today: lambda _: "申报日",
    Shift: _shift,
    Negate: lambda node: f"-{_at(7, node.body)}",
    Arithmetic: _arithmetic,
    Compare: _compare,
    Within: _within,
    All: lambda node: " 且 ".join(_at(3, each) for each in node.parts),
    AnyOf: lambda node: " 或 ".join(_at(2, each) for each in node.parts),
    Not: lambda node: f"非 {_at(3, node.body)}",
    AtLeast: lambda node: _call("至少", str(node.count), *map(render, node.parts)),
    IfElse: lambda node: _call("如果", render(node.test), render(node.then), render(node.other)),
    Years: lambda node: _call(node.how, render(node.body), f"近{node.years}年"),
    EachYear: lambda node: _call(node.how, f"近{node.years}年", render(node.body)),
    Known: lambda node: _call("已有", render(node.body)),
    Growth: _growth,
    Bands: _bands,
    Band: _band,
    Pick: lambda node: _call(node.how, *map(render, node.parts)),
    Whole: lambda node: _call("取整", render(node.body)),
    Elapsed: lambda node: _call(node.how, render(node.since), *([render(node.until)] if node.until else [])),
    YearOf: lambda node: _call("年份", render(node.body)),
    Period: _period,
    InForce: lambda node: _call("有效", render(node.on)) if node.on else "有效",
    Filter: _filter,
    Records: _records,
    Title: _title,
}
