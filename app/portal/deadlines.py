"""The days a firm should know of, soonest first: titles that end, yearly duties, declarations, measures of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.checks.check import Check
from app.notices.titled import next_yearly
from app.plans.models import Measure
from app.portal.ladder import Step, window_of
from app.rules import Answer
from app.titles.models import Title

AHEAD = timedelta(days=365)
SOON = timedelta(days=60)


@dataclass(frozen=True)
class Deadline:
    """A day, what happens on it, and on what page to do something about it."""

    on: date
    what: str
    route: str
    thing: int = 0

    def light(self, today: date) -> tuple[str, str]:
        """(kind, word) of its traffic light."""
        if self.on < today:
            return "bad", "已过"
        return ("warn", "临近") if self.on - today <= SOON else ("good", "有时间")


def deadlines_of(
    check: Check, titles: Sequence[Title], measures: Sequence[Measure], aims: Sequence[Step], today: date
) -> list[Deadline]:
    """What lies within a year; `measures` are the firm's own that are not done, `aims` the rungs it is heading for."""
    found = [*_ends(titles), *_yearly(titles, today), *_declarations(check, aims, today), *_measures(measures)]
    return sorted((each for each in found if each.on <= today + AHEAD), key=lambda each: (each.on, each.what))


def _ends(titles: Sequence[Title]) -> Iterator[Deadline]:
    last: dict[str, date] = {}
    for title in titles:
        last[title.label] = max(title.valid_until or date.max, last.get(title.label, date.min))
    yield from (Deadline(on, f"{label}到期", "titles.index") for label, on in last.items() if on != date.max)


def _yearly(titles: Sequence[Title], today: date) -> Iterator[Deadline]:
    for on, duty in next_yearly({title.kind for title in titles}, today):
        yield Deadline(on, f"{duty.what}（{duty.basis}）", "titles.index")


def _declarations(check: Check, aims: Sequence[Step], today: date) -> Iterator[Deadline]:
    """The windows of the rungs aimed at, and of every award that is not out of the question."""
    awards = (each for each in check.awards if each.finding.in_force and each.finding.answer is not Answer.UNMET)
    for result in (*(aim.result for aim in aims), *awards):
        found = window_of(result, today)
        if found is not None:
            opens, closes = found
            word, on = ("申报截止", closes) if opens <= today else ("开始申报", opens)
            yield Deadline(on, f"{result.entry.rule.name}{word}", "checks.show")


def _measures(measures: Sequence[Measure]) -> Iterator[Deadline]:
    yield from (Deadline(each.due_on, f"办完措施“{each.name}”", "measures.show", each.id) for each in measures)
