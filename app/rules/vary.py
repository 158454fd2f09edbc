"""What if: a rule version with other numbers, amounts or dates in the places of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from app.rules.check import check
from app.rules.language import Day, Expr, Node, Number
from app.rules.rule import Rule, RuleVersion
from app.rules.types import LITERAL, Type
from app.rules.values import MONEY_UNIT, PERCENT_UNITS, SCALES

EXPECTED = {"condition": "test", "parameter": "any", "term": "any", "score": "number", "max": "number"}
AMOUNTS = ("value", "cap", "floor")


@dataclass(frozen=True)
class Place:
    """Where a number or day stands in a version.

    `part` is condition, parameter, term, score, max (of a score), value, cap or floor (of the amount) with the `name`
    of what it belongs to (empty for the amount) and the `position` of the number among the numbers and days of that
    expression, read from the left; or `from` or `until`, the days between which the version is in force.
    """

    part: str
    name: str = ""
    position: int = 0


class Changeable(NamedTuple):
    """A place and what stands there: 元, fractions for per cent, counts, or a day."""

    place: Place
    value: Decimal | date


Changes = Mapping[Place, Decimal | date | None]
# Where an amount is supposed that the policy leaves open.
SUPPOSED = Place("value")


def places(version: RuleVersion) -> Iterator[Changeable]:
    """Every number and day of a version that `vary` can change."""
    yield Changeable(Place("from"), version.starts)
    if version.until is not None:
        yield Changeable(Place("until"), version.until)
    for (part, name), expression in named_expressions(version).items():
        for position, leaf in enumerate(_leaves(expression)):
            yield Changeable(Place(part, name, position), leaf.day if isinstance(leaf, Day) else leaf.value)


def leaves_amount_open(version: RuleVersion) -> bool:
    """Whether the version pays an amount that it does not name; `vary` can suppose one at `Place("value")`, in 元."""
    return version.amount is not None and version.amount.value is None


def vary(version: RuleVersion, changes: Changes) -> RuleVersion:
    """The version with other values in some places; numbers in their own unit (元, fractions for per cent).

    Raises:
        ValueError: with a Chinese sentence, when there is no such place or the value is of another kind.
        LanguageError: when the changed expression would be refused in a rule file.
    """
    inside: dict[tuple[str, str], dict[int, Decimal | date]] = {}
    for place, value in changes.items():
        if place.part in ("from", "until"):
            version = _with_day(version, place.part, value)
        elif place == SUPPOSED and leaves_amount_open(version):
            version = _with_supposed(version, value)
        else:
            inside.setdefault((place.part, place.name), {})[place.position] = _given(value)
    expressions = named_expressions(version)
    for where, values in inside.items():
        if where not in expressions:
            raise ValueError(f"这个版本里没有“{where[1] or where[0]}”。")
        version = _with_expression(version, *where, _Rewriting(values).rewritten(expressions[where]))
    return version


def vary_rule(rule: Rule, on: date, changes: Changes) -> Rule:
    """The rule with the version in force on a day varied. Raises ValueError where none is in force, and as `vary`."""
    version = rule.version_on(on)
    if version is None:
        raise ValueError(f"{on.isoformat()} 没有施行中的版本。")
    changed = vary(version, changes)
    return replace(rule, versions=tuple(changed if each is version else each for each in rule.versions))


def named_expressions(version: RuleVersion) -> dict[tuple[str, str], Expr]:
    """Every expression of a version whose numbers can be changed, by the part and name of its places."""
    found: dict[tuple[str, str], Expr | None] = {
        ("parameter", each.name): each.value for each in version.parameters.values()
    }
    found |= {("term", each.name): each.value for each in version.terms.values()}
    found |= {("score", each.name): each.value for each in version.scores.values()}
    found |= {("max", each.name): each.max for each in version.scores.values()}
    found |= {("condition", each.id): each.test for each in version.conditions.values()}
    if version.amount is not None:
        found |= {(part, ""): getattr(version.amount, part) for part in AMOUNTS}
    return {where: each for where, each in found.items() if each is not None}


def _leaves(node: Node) -> Iterator[Number | Day]:
    if isinstance(node, Number | Day):
        yield node
    for each in fields(node):
        value = getattr(node, each.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield from _leaves(part)


def _given(value: Decimal | date | None) -> Decimal | date:
    if value is None:
        raise ValueError("请写明新的数值。")
    return value


def _with_supposed(version: RuleVersion, value: Decimal | date | None) -> RuleVersion:
    """The version paying so much where its policy leaves the amount open; its cap and floor still hold."""
    amount = version.amount
    if amount is None or not isinstance(value, Decimal):
        raise ValueError("假定的金额须是数。")
    named = replace(amount, value=Number(value, "", MONEY_UNIT), hole=None, discretionary=False)
    return replace(version, amount=named)


def _with_day(version: RuleVersion, part: str, value: Decimal | date | None) -> RuleVersion:
    if part == "from" and isinstance(value, date):
        changed = replace(version, starts=value)
    elif part == "until" and (value is None or isinstance(value, date)):
        changed = replace(version, until=value)
    else:
        raise ValueError("起止日期须是日期。")
    if changed.until is not None and changed.until <= changed.starts:
        raise ValueError("施行的最后一天须晚于第一天。")
    return changed


class _Rewriting:
    """An expression with other leaves in some positions, counted from the left as it is walked."""

    def __init__(self, values: Mapping[int, Decimal | date]) -> None:
        self.values = dict(values)
        self.position = -1

    def rewritten(self, expression: Expr) -> Expr:
        made: Expr = self._node(expression)
        if self.values:
            raise ValueError(f"没有第{max(self.values) + 1}个数。")
        return made

    def _node(self, node: Any) -> Any:
        if isinstance(node, Number | Day):
            self.position += 1
            value = self.values.pop(self.position, None)
            return node if value is None else _changed(node, value)
        if not isinstance(node, Node):
            return node
        inside = {each.name: self._part(getattr(node, each.name)) for each in fields(node)}
        return replace(node, **{name: part for name, part in inside.items() if part is not getattr(node, name)})

    def _part(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return self._node(value)
        made = tuple(map(self._node, value))
        return value if all(one is two for one, two in zip(made, value, strict=True)) else made


def _changed(leaf: Number | Day, value: Decimal | date) -> Number | Day:
    match leaf, value:
        case Day(), date():
            return replace(leaf, day=value)
        case Number(), Decimal():
            return replace(
                leaf, digits=value / (SCALES.get(leaf.scale, 1) * PERCENT_UNITS.get(leaf.measure, Decimal(1)))
            )
    raise ValueError("数要换成数，日期要换成日期。")


def _with_expression(version: RuleVersion, part: str, name: str, expression: Expr) -> RuleVersion:
    """The version with one expression put in, checked as that of a rule file is."""
    check(expression, version.vocabulary, EXPECTED.get(part, "amount"), names=_names(version))
    match part:
        case "parameter":
            return replace(version, parameters=_put(version.parameters, name, value=expression))
        case "term":
            return replace(version, terms=_put(version.terms, name, value=expression))
        case "score":
            return replace(version, scores=_put(version.scores, name, value=expression))
        case "max":
            return replace(version, scores=_put(version.scores, name, max=expression))
        case "condition":
            return replace(version, conditions=_put(version.conditions, name, test=expression))
    changed: Any = {part: expression}
    assert version.amount is not None
    return replace(version, amount=replace(version.amount, **changed))


def _put(table: Mapping[str, Any], name: str, **changed: Expr) -> Mapping[str, Any]:
    return MappingProxyType({**table, name: replace(table[name], **changed)})


def _names(version: RuleVersion) -> dict[str, Type]:
    """The types of the names the expressions of a version may use."""
    names = {each.name: check(each.value, version.vocabulary, "any") for each in version.parameters.values()}
    names |= {each.name: each.type for each in version.terms.values()}
    return names | dict.fromkeys((*version.scores, *version.totals), LITERAL)
