"""The rungs of a firm's ladders in plain words: what is held, what the next one still needs, when to declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.checks.check import Check, Result, still_needed
from app.checks.wording import say_all_missing
from app.core.text import day as day_text
from app.rules import Answer, ConditionFinding, Finding
from app.rules.explain import say_difference
from app.titles.models import Title


@dataclass(frozen=True)
class Need:
    """One condition that is not fulfilled yet, as a sentence, with how far it is or what would tell."""

    wording: str
    known: bool
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One rung as its firm reads it."""

    result: Result
    held: Title | None
    needs: tuple[Need, ...]
    window: str

    @property
    def fulfilled(self) -> bool:
        return self.result.finding.answer is Answer.MET

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do for it."""
        return self.held is None and self.result.finding.in_force


def steps_of(check: Check, titles: Sequence[Title], day: date) -> list[tuple[str, list[Step]]]:
    """Ladder → its rungs, lowest first; `titles` are those in force."""
    held: dict[str, Title] = {}
    for title in titles:
        last = held.get(title.kind)
        if last is None or (title.valid_until or date.max) > (last.valid_until or date.max):
            held[title.kind] = title
    return [(name, [_step(each, held, day) for each in results]) for name, results in check.ladders()]


def next_steps(ladders: Sequence[tuple[str, list[Step]]]) -> list[Step]:
    """The rungs of the first ladder above everything that is held there, up to the first that needs something."""
    steps = ladders[0][1] if ladders else []
    top = max((place for place, step in enumerate(steps) if step.held), default=-1)
    above = [step for step in steps[top + 1 :] if step.is_open]
    ready = next((place for place, step in enumerate(above) if not step.fulfilled), len(above))
    return above[: ready + 1]


def window_of(result: Result, day: date) -> tuple[date, date] | None:
    """When the rule of a result takes applications: open on the day, or opening next; None where it is not dated."""
    version = result.entry.rule.version_on(day)
    return version.window.on(day) if version and version.window else None


def needs_of(finding: Finding) -> tuple[Need, ...]:
    """What is missing on the nearest way, what is known to be short first."""
    found = [_need(finding, each) for each in still_needed(finding)]
    return tuple(sorted(found, key=lambda each: not each.known))


def _step(result: Result, held: dict[str, Title], day: date) -> Step:
    return Step(result, held.get(result.entry.rule.title), needs_of(result.finding), _window_words(result, day))


def _need(finding: Finding, condition: ConditionFinding) -> Need:
    unknown = condition.answer is Answer.UNKNOWN
    said = say_all_missing(condition.missing) or list(condition.reasons)[:2] if unknown else _short(condition)
    wording = f"不能有：{condition.wording}" if condition.id in finding.vetoes else condition.wording
    return Need(wording, not unknown, tuple(dict.fromkeys(said)))


def _short(condition: ConditionFinding) -> list[str]:
    """How far each failed comparison is; where that is no amount, what it came to."""
    failed = [each for each in condition.comparisons if each.answer is Answer.UNMET]
    far = [said for said in map(say_difference, failed) if said]
    return far or [f"现为{each.value_text}" for each in failed if each.value_text not in ("", "否")]


def _window_words(result: Result, day: date) -> str:
    """“现在可以申报，到2026年12月31日” or “2027年3月1日开始申报”; empty where nothing is dated."""
    found = window_of(result, day)
    if found is None:
        return ""
    opens, closes = found
    if opens > day:
        return f"{day_text(opens)}开始申报"
    return "现在可以申报" if closes == date.max else f"现在可以申报，到{day_text(closes)}截止"
