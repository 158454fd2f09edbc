"""Rules changed in one number or sign: each must be caught by some case, or the cases do not hold the rule."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.rules.errors import RuleError
from app.rules.load import load_rule
from app.rules.rule import Rule
from app.rules.vocabulary import Vocabulary

_QUOTED = re.compile(r"(“[^”]*”)")
_NUMBER = re.compile(r"(?:(?<![\w.])|(?<=近))(\d+(?:\.\d+)?)(%|万元|亿元|元|人|天)?")
_SIGN = re.compile(r">=|<=|!=|[≥≤≠><=]|(?<=[\s）)])[且或](?=[\s（(])|不?属于")
_OTHER = {
    ">=": ">",
    "≥": ">",
    ">": ">=",
    "<=": "<",
    "≤": "<",
    "<": "<=",
    "=": "!=",
    "!=": "=",
    "≠": "=",
    "且": "或",
    "或": "且",
    "属于": "不属于",
    "不属于": "属于",
}
_SMALL = 10

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """A rule whose text differs in one place; `where` is the condition or name it stands in."""

    where: str
    before: str
    after: str
    rule: Rule


def mutants(data: Mapping[str, Any], vocabulary: Vocabulary, *, signs: bool = True) -> Iterator[Mutant]:
    """Every rule with one number moved a little, or (with `signs`) one comparison or 且/或 turned into its neighbour.

    In: the plain data of a rule file. Those the loader refuses are caught already and left out.
    """
    for place in _places(data):
        text = str(_at(data, place))
        for start, end, after in _changes(text, signs=signs):
            changed = copy.deepcopy(dict(data))
            _put(changed, place, text[:start] + after + text[end:])
            _lift_ceilings(changed["versions"][place[1]])
            try:
                made = load_rule(changed, vocabulary)
            except RuleError:
                continue
            yield Mutant(_label(data, place), text, text[:start] + after + text[end:], made)


def _lift_ceilings(version: dict[str, Any]) -> None:
    """The ceiling of a score would hide that its highest band was raised."""
    for score in version.get("scores", ()):
        if "value" in score:
            score.pop("max", None)


def _places(data: Mapping[str, Any]) -> Iterator[Place]:
    for number, version in enumerate(data["versions"]):
        for part, key in (("parameters", "value"), ("terms", "value"), ("scores", "value"), ("conditions", "test")):
            for index, each in enumerate(version.get(part, ())):
                if key in each:
                    yield "versions", number, part, index, key
        for key in ("value", "cap", "floor"):
            if key in version.get("amount", {}):
                yield "versions", number, "amount", key


def _changes(text: str, *, signs: bool) -> Iterator[tuple[int, int, str]]:
    """Where a number or sign stands outside quotation marks, and what it is changed to."""
    offset = 0
    for place, piece in enumerate(_QUOTED.split(text)):
        if place % 2 == 0:
            for match in _NUMBER.finditer(piece):
                window = piece[: match.start(1)].endswith("近")
                for after in _moved(match.group(1), match.group(2) or "", window=window):
                    yield offset + match.start(1), offset + match.end(1), after
            for match in _SIGN.finditer(piece) if signs else ():
                yield offset + match.start(), offset + match.end(), _OTHER[match.group()]
        offset += len(piece)


def _moved(digits: str, unit: str, *, window: bool) -> list[str]:
    number = Decimal(digits)
    if unit in ("%", "万元", "亿元") and number:
        return [f"{number * factor:f}" for factor in (Decimal("0.9"), Decimal("1.1"))]
    if number <= _SMALL:
        lowest = Decimal(1) if window else Decimal(-1)
        return [f"{each:f}" for each in (number - 1, number + 1) if each >= lowest]
    return [f"{int(number * factor)}" for factor in (Decimal("0.6"), Decimal("1.4"))]


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _put(data: Any, place: Place, value: str) -> None:
    _at(data, place[:-1])[place[-1]] = value


def _label(data: Any, place: Place) -> str:
    owner = _at(data, place[:-1])
    return str(owner.get("id") or owner.get("name") or "金额")
