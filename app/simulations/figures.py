"""The numbers and days of a rule version as a form shows them: beside their clause, with label, unit and value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.rules import RuleVersion, render
from app.rules.language import Band, Bands, Day, Filter, IfElse, Named, Node, Number, Range, Records, children, walk
from app.rules.types import LITERAL
from app.rules.values import MONEY_UNIT, PERCENT_UNITS, plain, show_date
from app.rules.vary import SUPPOSED, Place, leaves_amount_open, named_expressions

BLANK = "？"
DAY_UNIT = "日期"
WAN = Decimal(10_000)
LONGEST_LABEL = 60
SIGNS = (("<=", "≤"), (">=", "≥"), ("!=", "≠"), ("*", "×"))
ALONE = {"max": "满分", "cap": "封顶", "floor": "起付线", "value": "金额"}
FORCE = (("from", "施行自（含当天）"), ("until", "施行至（不含当天，留空为长期）"))


@dataclass(frozen=True)
class Figure:
    """One number or day that can be changed; `value` is in 元, fractions for per cent, or a day; None: left open."""

    place: Place
    label: str
    unit: str
    value: Decimal | date | None

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"figure_{self.place.part}_{self.place.name}_{self.place.position}"

    @property
    def is_day(self) -> bool:
        return self.unit == DAY_UNIT

    @property
    def current(self) -> str:
        """The value as it stands, for people."""
        return show(self.value, self.unit)

    @property
    def typed(self) -> str:
        """The value as it stands in its field, without its unit."""
        return typed(self.value, self.unit)


@dataclass(frozen=True)
class Passage:
    """A piece of the rule with the words of its clause, how it is written, and the figures in it."""

    heading: str
    clause: str
    words: str
    text: str
    figures: tuple[Figure, ...]

    @property
    def part(self) -> str:
        return self.figures[0].place.part

    @property
    def is_formula(self) -> bool:
        """Whether its numbers belong to a way of calculating rather than to what is demanded or paid."""
        plain_numbers = all(not each.unit or each.value == 0 for each in self.figures)
        return self.part == "term" and plain_numbers


def passages(version: RuleVersion, amount_clause: str = "") -> tuple[Passage, ...]:
    """Every piece of a version with a number or a day in it; last, from when to when it is in force.

    `amount_clause` is the clause of the whole rule, from which its amount comes.
    """
    found = named_expressions(version)
    written = [_passage(version, part, name, each, amount_clause) for (part, name), each in found.items()]
    supposed = [_open_amount(version, amount_clause)] if leaves_amount_open(version) else []
    return (*_joined(each for each in written if each.figures), *supposed, _in_force(version))


def figures(version: RuleVersion) -> tuple[Figure, ...]:
    return tuple(figure for passage in passages(version) for figure in passage.figures)


def show(value: Decimal | date | None, unit: str) -> str:
    """A value with its unit, as people write it."""
    match value:
        case None:
            return "长期" if unit == DAY_UNIT else "未定"
        case Decimal():
            return f"{typed(value, unit)}{unit}"
    return show_date(value)


def typed(value: Decimal | date | None, unit: str) -> str:
    """A value as it is typed beside its unit: 元 as 万元 where the unit says so, fractions as per cent."""
    match value:
        case None:
            return ""
        case Decimal() if unit == "万元":
            return plain(value / WAN)
        case Decimal():
            return plain(value / PERCENT_UNITS.get(unit, Decimal(1)))
    return value.isoformat()


def _passage(version: RuleVersion, part: str, name: str, expression: Node, amount_clause: str) -> Passage:
    heading, clause = _source(version, part, name, amount_clause)
    found = tuple(
        Figure(Place(part, name, position), _label(leaf, above) or ALONE.get(part, heading), *_measured(leaf))
        for position, (leaf, above) in enumerate(_leaves(expression))
    )
    text = "" if isinstance(expression, Number | Day) else _signed(render(expression))
    return Passage(heading, clause, _words(version, part, name), text, found)


def _joined(passages: Iterable[Passage]) -> Iterator[Passage]:
    """A score and its maximum speak of the same words and stand together."""
    by_words: dict[tuple[str, str], Passage] = {}
    for each in passages:
        first = by_words.get((each.heading, each.clause))
        by_words[each.heading, each.clause] = replace(first, figures=first.figures + each.figures) if first else each
    yield from by_words.values()


def _source(version: RuleVersion, part: str, name: str, amount_clause: str) -> tuple[str, str]:
    """The words under which a piece of the rule is known, and its clause."""
    match part:
        case "condition":
            return version.conditions[name].wording or name, version.conditions[name].clause
        case "parameter":
            return name, version.parameters[name].clause
        case "term":
            return name, version.terms[name].clause
        case "score" | "max":
            return version.scores[name].wording or name, version.scores[name].clause
    return {"value": "金额", "cap": "金额封顶", "floor": "起付线"}[part], amount_clause


def _words(version: RuleVersion, part: str, name: str) -> str:
    """For a number with a name of its own: the words of the conditions that rest on it."""
    if part not in {"parameter", "term"}:
        return ""
    resting = (each.wording for each in version.conditions.values() if name in _names_in(version, each.test))
    return "；".join(dict.fromkeys(resting))


def _names_in(version: RuleVersion, expression: Node) -> set[str]:
    """The names an expression rests on, directly and through terms."""
    found: set[str] = set()
    waiting = [expression]
    while waiting:
        names = {each.name for each in walk(waiting.pop()) if isinstance(each, Named)} - found
        found |= names
        waiting += [version.terms[name].value for name in names if name in version.terms]
    return found


def _open_amount(version: RuleVersion, clause: str) -> Passage:
    hole = version.amount.hole if version.amount else None
    text = f"原文：{hole.reason}；待{hole.waits_for}明确" if hole else "原文只写最高限额"
    return Passage("金额（原文未定）", clause, text, "", (Figure(SUPPOSED, "假定每家金额", "万元", None),))


def _in_force(version: RuleVersion) -> Passage:
    days = {"from": version.starts, "until": version.until}
    found = tuple(Figure(Place(part), label, DAY_UNIT, days[part]) for part, label in FORCE)
    return Passage("施行时间", "", "", "", found)


def _leaves(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Number | Day, tuple[Node, ...]]]:
    """The numbers and days of an expression from the left, each with what it stands in, the outermost first."""
    if isinstance(node, Number | Day):
        yield node, above
    for child in children(node):
        yield from _leaves(child, (*above, node))


def _measured(leaf: Number | Day) -> tuple[str, Decimal | date]:
    """The unit to type a leaf in, and its value."""
    if isinstance(leaf, Day):
        return DAY_UNIT, leaf.day
    unit = leaf.measure or ("" if leaf.unit == LITERAL.kind else leaf.unit)
    return "万元" if unit == MONEY_UNIT and abs(leaf.value) >= WAN else unit, leaf.value


def _label(leaf: Number | Day, above: tuple[Node, ...]) -> str:
    """The words around a leaf, with a question mark in its place."""
    for place in range(len(above) - 1, -1, -1):
        inner, outer = above[place], above[place - 1] if place else None
        match inner:
            case Band():
                assert isinstance(outer, Bands)
                return _band_label(leaf, (*above[place + 1 :], leaf)[0], inner, outer)
            case Bands() | IfElse():
                return _branch_label(leaf, (*above[place + 1 :], leaf)[0], inner)
            case Filter():
                assert isinstance(outer, Records)
                return _short(f"{outer.collection.label}：{_with_blank(inner, leaf)}")
    return _short(_with_blank(_statement(above), leaf)) if above else ""


def _statement(above: tuple[Node, ...]) -> Node:
    """The innermost expression around a leaf that says enough: a comparison, or everything."""
    return next((each for each in reversed(above) if type(each).__name__ in {"Compare", "Within"}), above[0])


def _band_label(leaf: Node, child: Node, band: Band, bands: Bands) -> str:
    subject, blank = render(bands.subject), _with_blank(child, leaf)
    if child is band.limit:
        return _short(f"{subject} {band.operator} {blank} 的一档")
    limit = f"{subject} {band.operator} {render(band.limit)}"
    return _short(f"{limit} 的部分按 {blank}" if bands.how == "分段累计" else f"{limit} 时取 {blank}")


def _branch_label(leaf: Node, child: Node, branch: Bands | IfElse) -> str:
    blank = _with_blank(child, leaf)
    if isinstance(branch, Bands):
        return _short(f"{render(branch.subject)} 其余取 {blank}" if child is branch.other else blank)
    if child is branch.test:
        return _short(f"是否 {blank}")
    test = render(branch.test)
    return _short(f"{test} 时取 {blank}" if child is branch.then else f"不属“{test}”时取 {blank}")


def _with_blank(node: Node, leaf: Node) -> str:
    """The text of a node with the blank in the place of a leaf; why a range is open is said elsewhere."""
    replaced = _replaced(node, leaf)
    return render(replace(replaced, reason="") if isinstance(replaced, Range) else replaced)


def _replaced(node: Any, leaf: Node) -> Any:
    if node is leaf:
        return Named(BLANK)
    if isinstance(node, tuple):
        return tuple(_replaced(each, leaf) for each in node)
    if not isinstance(node, Node):
        return node
    held = ((each.name, getattr(node, each.name)) for each in fields(node))
    return replace(node, **{name: _replaced(value, leaf) for name, value in held if _holds_nodes(value)})


def _holds_nodes(value: Any) -> bool:
    return isinstance(value, Node) or (isinstance(value, tuple) and any(isinstance(each, Node) for each in value))


def _short(text: str) -> str:
    """Signs as people write them, and not too long; the blank stays in view."""
    text = _signed(text)
    if len(text) <= LONGEST_LABEL:
        return text
    at = text.index(BLANK)
    start = max(0, min(at - LONGEST_LABEL // 2, len(text) - LONGEST_LABEL))
    return (
        f"{'…' if start else ''}{text[start : start + LONGEST_LABEL]}{'…' if start + LONGEST_LABEL < len(text) else ''}"
    )


def _signed(text: str) -> str:
    for written, shown in SIGNS:
        text = text.replace(written, shown)
    return text
