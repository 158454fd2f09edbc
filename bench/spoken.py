"""Rules of the book said in the languages of other engines, as far as they can say them: two-valued, all known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from app.rules import Anchors, Rule
from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Bands,
    Compare,
    Day,
    EachYear,
    Expr,
    Fact,
    Flag,
    Growth,
    IfElse,
    Member,
    Named,
    Negate,
    Not,
    Number,
    Pick,
    Records,
    Shift,
    Title,
    Today,
    Within,
    Years,
)
from app.rules.pool import Slot
from app.rules.rule import Path, RuleVersion


class Unsayable(Exception):
    """The other engines have no words for this."""


@dataclass(frozen=True)
class Tongue:
    """How a language writes what differs between them."""

    join: Callable[[str, list[str]], str]
    no: str
    choose: str
    smaller: str
    larger: str
    figure: str
    name: str
    equal: str = "=="


NUMPY = Tongue(
    join=lambda how, parts: "(" + {"and": " & ", "or": " | "}[how].join(parts) + ")",
    no="~({})",
    choose="np.where({}, {}, {})",
    smaller="np.minimum({}, {})",
    larger="np.maximum({}, {})",
    figure="firm('{}', period)",
    name="firm('{}', period)",
)
ZEN = Tongue(
    join=lambda how, parts: "(" + f" {how} ".join(parts) + ")",
    no="not({})",
    choose="({} ? {} : {})",
    smaller="min([{}, {}])",
    larger="max([{}, {}])",
    figure="{}",
    name="$.{}",
)


@dataclass
class Spoken:
    """What a rule comes to: named values in order, the answer and the amount, and the inputs they take."""

    values: dict[str, tuple[str, bool]] = field(default_factory=dict)
    figures: dict[str, Slot] = field(default_factory=dict)
    questions: dict[str, tuple[RuleVersion, Expr]] = field(default_factory=dict)


class Speaker:
    """Says one rule in one language; questions about records become inputs, answered beforehand for everybody alike."""

    def __init__(self, tongue: Tongue, rule: Rule, anchors: Anchors, place: int) -> None:
        version = rule.version_on(anchors.policy_on)
        if version is None:
            raise Unsayable
        self.tongue, self.version, self.place = tongue, version, place
        self.today, self.year = anchors.facts_on.toordinal(), anchors.facts_on.year - 1
        self.spoken = Spoken()
        self.named: dict[tuple[str, int], str] = {}

    def say(self) -> Spoken:
        """The whole rule. Raises Unsayable."""
        version = self.version
        parts = [self._condition(name) for name in version.needs]
        parts += [self.tongue.no.format(self._condition(name)) for name in version.vetoes]
        if version.paths:
            parts.append(self.tongue.join("or", [self._path(path) for path in version.paths]))
        self.spoken.values[f"answer{self.place}"] = (self.tongue.join("and", parts), True)
        if version.amount is not None and version.amount.value is not None:
            self._amount(version.amount)
        return self.spoken

    def _condition(self, name: str) -> str:
        return self.test(self.version.conditions[name].test)

    def _path(self, path: Path) -> str:
        parts = [self._condition(name) for name in path.needs]
        if path.any:
            parts.append(self.tongue.join("or", [self._condition(name) for name in path.any]))
        return self.tongue.join("and", parts)

    def _amount(self, amount: Any) -> None:
        if amount.floor is not None or amount.discretionary:
            raise Unsayable
        paid = self.number(amount.value)
        if amount.cap is not None:
            paid = self.tongue.smaller.format(paid, self.number(amount.cap))
        answer = self.tongue.name.format(f"answer{self.place}")
        paid = self.tongue.choose.format(answer, self.tongue.larger.format(paid, 0), 0)
        self.spoken.values[f"amount{self.place}"] = (paid, False)

    def test(self, node: Expr) -> str:
        return self._say(node)

    def number(self, node: Expr) -> str:
        return self._say(node)

    def _say(self, node: Expr) -> str:
        say = _SAID.get(type(node))
        if say is None:
            raise Unsayable
        return say(self, node)

    def figure(self, slot: Slot) -> str:
        name = slot.kind if slot.year is None else f"{slot.kind}_{slot.year}"
        self.spoken.figures[name] = slot
        return self.tongue.figure.format(name)

    def in_year(self, year: int, node: Expr) -> str:
        before, self.year = self.year, year
        try:
            return self._say(node)
        finally:
            self.year = before


def _fact(speaker: Speaker, node: Fact) -> str:
    return speaker.figure(Slot(node.kind.code, speaker.year if node.kind.annual else None))


def _named(speaker: Speaker, node: Named) -> str:
    """Names become values of their own, worked out once, as anybody would write them."""
    key = node.name, speaker.year
    if key not in speaker.named:
        text, truth = _named_text(speaker, node.name)
        name = f"value{speaker.place}x{len(speaker.named)}"
        speaker.spoken.values[name] = (text, truth)
        speaker.named[key] = name
    return speaker.tongue.name.format(speaker.named[key])


def _named_text(speaker: Speaker, name: str) -> tuple[str, bool]:
    version = speaker.version
    if name in version.parameters:
        return speaker._say(version.parameters[name].value), False  # noqa: SLF001 - the same family
    if name in version.terms:
        term = version.terms[name]
        return speaker._say(term.value), term.type.kind == "test"  # noqa: SLF001
    score = version.scores.get(name)
    if score is not None and score.value is not None:
        text = speaker.number(score.value)
    else:
        text = " + ".join(_named(speaker, Named(each.name)) for each in version.scores.values() if each.part_of == name)
    if score is not None and score.max is not None:
        text = speaker.tongue.smaller.format(f"({text})", speaker.number(score.max))
    return text, False


def _compare(speaker: Speaker, node: Compare) -> str:
    if node.left.unit == "天" and node.right.unit in ("年", "月"):
        raise Unsayable
    if isinstance(node.right, Member):
        return _member(speaker, node.left, node.right.word, node.operator)
    operator = "==" if node.operator == "=" else node.operator
    return f"({speaker.number(node.left)} {operator} {speaker.number(node.right)})"


def _member(speaker: Speaker, left: Expr, word: str, operator: str) -> str:
    if not isinstance(left, Fact) or word not in left.kind.choices:
        raise Unsayable
    sign = "!=" if operator == "!=" else "=="
    return f"({_fact(speaker, left)} {sign} {left.kind.choices.index(word)})"


def _within(speaker: Speaker, node: Within) -> str:
    words = [each.word for each in node.members if isinstance(each, Member)]
    found = speaker.tongue.join("or", [_member(speaker, node.left, word, "=") for word in words])
    return speaker.tongue.no.format(found) if node.negated else found


def _logic(how: str) -> Callable[[Speaker, Any], str]:
    return lambda speaker, node: speaker.tongue.join(how, [speaker.test(part) for part in node.parts])


def _at_least(speaker: Speaker, node: AtLeast) -> str:
    counted = " + ".join(speaker.tongue.choose.format(speaker.test(part), 1, 0) for part in node.parts)
    return f"(({counted}) >= {node.count})"


def _arithmetic(speaker: Speaker, node: Arithmetic) -> str:
    if node.unit == "date" and getattr(node.right, "measure", "") not in ("天", "日"):
        raise Unsayable
    return f"({speaker.number(node.left)} {node.operator} {speaker.number(node.right)})"


def _bands(speaker: Speaker, node: Bands) -> str:
    if node.how != "分档":
        raise Unsayable
    found = speaker.number(node.other)
    for band in reversed(node.bands):
        if isinstance(band.limit, Member):
            fits = _member(speaker, node.subject, band.limit.word, band.operator)
        else:
            operator = "==" if band.operator == "=" else band.operator
            fits = f"({speaker.number(node.subject)} {operator} {speaker.number(band.limit)})"
        found = speaker.tongue.choose.format(fits, speaker.number(band.value), found)
    return found


def _pick(speaker: Speaker, node: Pick) -> str:
    pair = speaker.tongue.larger if node.how == "较大" else speaker.tongue.smaller
    found, *rest = (speaker.number(part) for part in node.parts)
    for part in rest:
        found = pair.format(found, part)
    return found


def _years(speaker: Speaker, node: Years) -> str:
    """Every firm of the comparison is older than the years that are looked at."""
    values = [speaker.in_year(speaker.year - back, node.body) for back in range(node.years)]
    if node.how in ("合计", "平均"):
        total = f"({' + '.join(values)})"
        return total if node.how == "合计" else f"({total} / {node.years})"
    raise Unsayable


def _each_year(speaker: Speaker, node: EachYear) -> str:
    values = [speaker.in_year(speaker.year - back, node.body) for back in range(node.years)]
    return speaker.tongue.join("and" if node.how == "每年" else "or", values)


def _growth(speaker: Speaker, node: Growth) -> str:
    """Without a positive base there is no growth to speak of; what is unknown to us is no to them."""
    if node.how == "复合增长率":
        raise Unsayable
    count = 2 if node.how == "增长率" else node.years
    values = [speaker.in_year(speaker.year - back, node.body) for back in range(count)][::-1]
    ratios = [f"{later} / {earlier}" for earlier, later in pairwise(values)]
    return f"(({' + '.join(ratios)}) / {len(ratios)} - 1)"


def _question(speaker: Speaker, node: Expr) -> str:
    if isinstance(node, Title) and node.how in ("到期日", "认定日"):
        raise Unsayable
    name = f"asked{speaker.place}x{len(speaker.spoken.questions)}"
    speaker.spoken.questions[name] = (speaker.version, node)
    return speaker.tongue.figure.format(name)


def _flag(speaker: Speaker, node: Flag) -> str:
    always = "(1 == 1)" if node.value else "(1 == 0)"
    return always if speaker.tongue is ZEN else str(node.value)


_SAID: dict[type[Expr], Callable[[Speaker, Any], str]] = {
    Number: lambda _, node: f"{node.value:f}",
    Day: lambda _, node: str(node.day.toordinal()),
    Today: lambda speaker, _: str(speaker.today),
    Fact: _fact,
    Flag: _flag,
    Named: _named,
    Shift: lambda speaker, node: speaker.in_year(speaker.year + 1 - node.back, node.body),
    Negate: lambda speaker, node: f"(0 - {speaker.number(node.body)})",
    Arithmetic: _arithmetic,
    Compare: _compare,
    Within: _within,
    All: _logic("and"),
    AnyOf: _logic("or"),
    Not: lambda speaker, node: speaker.tongue.no.format(speaker.test(node.body)),
    AtLeast: _at_least,
    IfElse: lambda speaker, node: speaker.tongue.choose.format(
        speaker.test(node.test), speaker.number(node.then), speaker.number(node.other)
    ),
    Bands: _bands,
    Pick: _pick,
    Years: _years,
    EachYear: _each_year,
    Growth: _growth,
    Records: _question,
    Title: _question,
}


def sayable(rules: Iterable[Rule], anchors: Anchors) -> list[Rule]:
    """The rules that every engine can be told."""
    found = []
    for place, rule in enumerate(rules):
        try:
            Speaker(NUMPY, rule, anchors, place).say()
        except Unsayable:
            continue
        found.append(rule)
    return found
