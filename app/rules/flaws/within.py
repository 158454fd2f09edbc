"""Flaws of one rule: what can never hold, what always does, what cannot hold together, and what adds nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from app.rules.answer import Answer
from app.rules.flaws.room import Room
from app.rules.flaws.speaking import Speaking, speaks_of_days
from app.rules.kinds import FactKind
from app.rules.language import Expr, Fact, walk
from app.rules.render import render
from app.rules.rule import Condition, Path, RuleVersion

LONGEST_TEST = 80
CONTRARY = "它自己的几个要求互相矛盾"


@dataclass(frozen=True)
class Flaw:
    """The ids of the conditions concerned, what is wrong in a sentence, and whether nobody can meet the rule for it."""

    conditions: tuple[str, ...]
    sentence: str
    fatal: bool


@dataclass(frozen=True)
class Demand:
    """A condition that has to be 符合 (`wanted`), or a veto that must not be; `test` is written out."""

    condition: Condition
    test: Expr
    wanted: bool
    speaking: Speaking

    @property
    def id(self) -> str:
        return self.condition.id

    @property
    def words(self) -> str:
        test = render(self.condition.test)
        short = test if len(test) <= LONGEST_TEST else f"{test[: LONGEST_TEST - 1]}…"
        return f"“{self.id}”（{'' if self.wanted else '不得 '}{short}）"

    @cached_property
    def subjects(self) -> tuple[Expr, ...]:
        return tuple(dict.fromkeys(leaf.subject for leaf in self.speaking.leaves(self.test)))

    def room(self, subject: Expr) -> Room | None:
        """What it leaves to a subject, its declared bounds counted in; None where it may be anything."""
        room = self.speaking.room(self.test, subject, wanted=self.wanted)
        bounds = self.speaking.bounds(subject) if room is not None and room.spans is not None else None
        return room.also(bounds) if room is not None and bounds is not None else room

    @cached_property
    def without_facts(self) -> Answer:
        """What it is answered with for a firm of which nothing is known: where that is definite, it always is so."""
        if speaks_of_days(self.test):
            return Answer.UNKNOWN
        found = self.speaking.answer(self.condition.test)
        return found if self.wanted else found.negated()

    @cached_property
    def is_hopeless(self) -> bool:
        """Whether no firm can satisfy it."""
        rooms = (self.room(subject) for subject in self.subjects)
        return self.without_facts is Answer.UNMET or any(room is not None and room.is_empty for room in rooms)


def flaws_of(version: RuleVersion) -> tuple[Flaw, ...]:
    """What is certainly wrong with a rule version, those first for which nobody can meet it.

    Sound and not complete: what is reported holds for every firm within the declared bounds of the figures, by interval
    arithmetic over the conditions; what is not reported may still be wrong. Conditions that speak of the day itself are
    not looked at alone. Never raises.
    """
    found = dict.fromkeys(_Finding(version).flaws())
    return tuple(sorted(found, key=lambda each: not each.fatal))


def demands_of(version: RuleVersion) -> list[Demand]:
    """What every firm has to satisfy, whichever path it takes."""
    speaking = Speaking(version)
    needs = [demand(speaking, name, wanted=True) for name in version.needs]
    return needs + [demand(speaking, name, wanted=False) for name in version.vetoes]


def demand(speaking: Speaking, name: str, *, wanted: bool) -> Demand:
    condition = speaking.version.conditions[name]
    return Demand(condition, speaking.written_out(condition.test), wanted, speaking)


class _Finding:
    """One version, looked at once."""

    def __init__(self, version: RuleVersion) -> None:
        self.version = version
        self.base = demands_of(version)
        self.speaking = self.base[0].speaking if self.base else Speaking(version)

    def flaws(self) -> Iterator[Flaw]:
        yield from _alone(self.base, fatal=True)
        yield from _together(combinations(self.base, 2), fatal=True)
        hopeless = [self._is_closed(path) for path in self.version.paths]
        closed = bool(hopeless) and all(hopeless)
        for path in self.version.paths:
            needs = [demand(self.speaking, name, wanted=True) for name in path.needs]
            choices = [demand(self.speaking, name, wanted=True) for name in path.any]
            yield from _alone([*needs, *choices], fatal=closed)
            yield from _together(self._pairs(needs, choices), fatal=closed)

    def _pairs(self, needs: list[Demand], choices: list[Demand]) -> Iterator[tuple[Demand, Demand]]:
        """Whatever has to hold at the same time on a path; two choices never have to."""
        yield from combinations(needs, 2)
        yield from ((one, two) for one in self.base for two in (*needs, *choices))
        yield from ((one, two) for one in needs for two in choices)

    def _is_closed(self, path: Path) -> bool:
        """Whether no firm can take a path."""
        needs = [demand(self.speaking, name, wanted=True) for name in path.needs]
        choices = [demand(self.speaking, name, wanted=True) for name in path.any]
        certain = [*self.base, *needs]
        if any(each.is_hopeless for each in needs) or any(apart(*pair) for pair in combinations(certain, 2)):
            return True
        return bool(choices) and all(each.is_hopeless or any(apart(each, one) for one in certain) for each in choices)


def apart(one: Demand, two: Demand) -> Expr | None:
    """What both speak of so that no firm can satisfy both; None where some firm may."""
    for subject in one.subjects:
        rooms = one.room(subject), two.room(subject)
        if rooms[0] is not None and rooms[1] is not None and rooms[0].also(rooms[1]).is_empty:
            return subject
    return None


def _alone(demands: Iterable[Demand], *, fatal: bool) -> Iterator[Flaw]:
    for each in demands:
        if each.is_hopeless:
            why = _bounds(each) if each.without_facts is Answer.UNMET else CONTRARY
            said = "永远不会符合" if each.wanted else "是否决条件，任何企业都会被它否决"
            yield Flaw((each.id,), f"{each.words}{said}：{why}。", fatal)
        elif each.without_facts is Answer.MET:
            said = "对任何企业都符合，等于没有写" if each.wanted else "是否决条件，永远不会否决谁，等于没有写"
            yield Flaw((each.id,), f"{each.words}{said}：{_bounds(each)}。", fatal=False)


def _together(pairs: Iterable[tuple[Demand, Demand]], *, fatal: bool) -> Iterator[Flaw]:
    for one, two in pairs:
        if one.id == two.id or any(each.is_hopeless or each.without_facts is Answer.MET for each in (one, two)):
            continue
        if subject := apart(one, two):
            said = f"{one.words}与{two.words}不可能同时成立：两条说的都是“{render(subject)}”，没有重叠的取值。"
            yield Flaw((one.id, two.id), said, fatal)
        elif _covers(one, two):
            yield _idle(two, one)
        elif _covers(two, one):
            yield _idle(one, two)


def _covers(strict: Demand, loose: Demand) -> bool:
    """Whether every firm that satisfies the first satisfies the second, which speaks of one thing only."""
    if len(loose.subjects) != 1:
        return False
    room, wider = strict.room(loose.subjects[0]), loose.room(loose.subjects[0])
    return room is not None and wider is not None and wider.holds(room)


def _idle(loose: Demand, strict: Demand) -> Flaw:
    said = f"{loose.words}单独没有作用：做到{strict.words}的企业都已做到。"
    return Flaw((loose.id, strict.id), said, fatal=False)


def _bounds(demand: Demand) -> str:
    """The declared ranges of the figures a demand looks at, in words."""
    kinds = dict.fromkeys(each.kind for each in walk(demand.test) if isinstance(each, Fact))
    known = [f"“{kind.label}”的取值范围是{_range(kind)}" for kind in kinds if kind.bounds != (None, None)]
    return "，".join(known) or "它不取决于企业的数据"


def _range(kind: FactKind) -> str:
    low, high = (None if each is None else kind.show(each) for each in kind.bounds)
    if low is None or high is None:
        return f"{low}以上" if low else f"{high}以下"
    return f"{low}到{high}"
