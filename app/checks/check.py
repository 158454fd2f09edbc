"""One firm against the rule book: results in order, how far each is, and what is best asked next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.policies.queries import LADDER, Entry
from app.rules import Anchors, Answer, ConditionFinding, FactSheet, Finding, Missing


@dataclass(frozen=True)
class Distance:
    """How many of the conditions that count are 不符合 and 待核, of how many; over the path that is nearest."""

    unmet: int
    unknown: int
    total: int

    @property
    def words(self) -> str:
        """“2 条不符合，1 条待核（共 11 条）”."""
        parts = [f"{count} 条{word}" for count, word in ((self.unmet, "不符合"), (self.unknown, "待核")) if count]
        return f"{'，'.join(parts) or '全部符合'}（共 {self.total} 条）"


@dataclass(frozen=True)
class Result:
    """What one rule of the book says of the firm."""

    entry: Entry
    finding: Finding

    @property
    def distance(self) -> Distance:
        return distance_of(self.finding)


@dataclass(frozen=True)
class Question:
    """Something not known, and the results that still wait for it."""

    missing: Missing
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Check:
    """体检: one firm, many rules, on the same dates, by the same facts."""

    firm: Firm
    anchors: Anchors
    sheet: FactSheet
    results: tuple[Result, ...]

    def ladders(self) -> list[tuple[str, tuple[Result, ...]]]:
        """Ladder → the results of its rungs, lowest first."""
        kinds = vocabulary().titles
        rungs = [(kinds[each.entry.rule.title], each) for each in self.results if each.entry.group == LADDER]
        rungs.sort(key=lambda pair: pair[0].rung or 0)
        names = dict.fromkeys(kind.ladder for kind in kinds.values())
        found = ((name, tuple(each for kind, each in rungs if kind.ladder == name)) for name in names)
        return [(name, results) for name, results in found if results]

    @property
    def in_order(self) -> tuple[Result, ...]:
        """Rungs from low to high, ladder by ladder, then the awards."""
        return (*(result for _, results in self.ladders() for result in results), *self.awards)

    @property
    def awards(self) -> tuple[Result, ...]:
        return tuple(each for each in self.results if each.entry.group != LADDER)

    def questions(self) -> tuple[Question, ...]:
        """What is missing, by how many open results each would move, most first."""
        waiting: dict[Missing, list[Result]] = {}
        for result in self.results:
            for missing in open_missing(result.finding):
                waiting.setdefault(missing, []).append(result)
        ordered = sorted(waiting.items(), key=lambda pair: (-len(pair[1]), pair[0].what, pair[0].year or 0))
        return tuple(Question(missing, tuple(results)) for missing, results in ordered)


def open_missing(finding: Finding) -> tuple[Missing, ...]:
    """What is missing and may still change the answer; nothing once the answer is definite."""
    if finding.answer is not Answer.UNKNOWN:
        return ()
    waiting = (each for each in finding.conditions if each.answer is Answer.UNKNOWN)
    asked = (missing for each in waiting for missing in each.missing if missing.code)
    return tuple(dict.fromkeys(asked))


def distance_of(finding: Finding) -> Distance:
    """The conditions still in the way: those required, and those of the nearest path."""
    required = _count(finding, (*finding.needs, *finding.vetoes))
    paths = [_path_distance(finding, path.needs, path.any) for path in finding.paths]
    nearest = min(paths, key=lambda each: (each.unmet, each.unknown), default=Distance(0, 0, 0))
    return Distance(required.unmet + nearest.unmet, required.unknown + nearest.unknown, required.total + nearest.total)


def still_needed(finding: Finding) -> tuple[ConditionFinding, ...]:
    """The very conditions that `distance_of` counts as 不符合 or 待核, in the order of the rule."""
    ids = {*finding.needs, *finding.vetoes}
    paths = [(_path_distance(finding, path.needs, path.any), path) for path in finding.paths]
    if paths:
        _, nearest = min(paths, key=lambda pair: (pair[0].unmet, pair[0].unknown))
        ids |= {*nearest.needs, *_nearest_of(finding, nearest.any)}
    return tuple(each for each in finding.conditions if each.id in ids and _in_the_way(finding, each.id) != Answer.MET)


def _nearest_of(finding: Finding, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of conditions of which one is enough, the nearest."""
    order = (Answer.MET, Answer.UNKNOWN, Answer.UNMET)
    return tuple(sorted(ids, key=lambda each: order.index(_in_the_way(finding, each)))[:1])


def _path_distance(finding: Finding, needs: tuple[str, ...], any_of: tuple[str, ...]) -> Distance:
    every = _count(finding, needs)
    if not any_of:
        return every
    one = min((_count(finding, (each,)) for each in any_of), key=lambda each: (each.unmet, each.unknown))
    return Distance(every.unmet + one.unmet, every.unknown + one.unknown, every.total + 1)


def _count(finding: Finding, ids: Iterable[str]) -> Distance:
    answers = Counter(_in_the_way(finding, each) for each in dict.fromkeys(ids))
    return Distance(answers[Answer.UNMET], answers[Answer.UNKNOWN], sum(answers.values()))


def _in_the_way(finding: Finding, condition: str) -> Answer:
    """The condition's answer; for a veto, being met is what stands in the way."""
    answer = finding.condition(condition).answer
    if condition not in finding.vetoes:
        return answer
    return {Answer.MET: Answer.UNMET, Answer.UNMET: Answer.MET}.get(answer, Answer.UNKNOWN)
