"""When things are due: counted back from the day of declaration; and how a day stands to today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core import text
from app.core.choices import Choice
from app.rules.rule import Window

MATERIALS, ASKING, SOON = timedelta(days=30), timedelta(days=30), timedelta(days=30)
MOST_WINDOWS = 8
MONTHS = 12


class Light(Choice):
    """How a measure stands; the word is always shown beside the colour."""

    DONE = "done", "已完成"
    LATE = "late", "逾期"
    NEAR = "near", "临近"
    FINE = "fine", "正常"


SIGNS = {Light.DONE: "good", Light.LATE: "bad", Light.NEAR: "warn", Light.FINE: "good"}


@dataclass(frozen=True)
class Declaring:
    """The day to work towards, and the words about it: a window of the rule, a day somebody chose, or neither."""

    on: date
    note: str


@dataclass(frozen=True)
class Milestone:
    on: date
    what: str


def light_of(due: date, done: date | None, today: date) -> Light:
    match due - today:
        case _ if done is not None:
            return Light.DONE
        case left if left < timedelta(0):
            return Light.LATE
        case left if left <= SOON:
            return Light.NEAR
        case _:
            return Light.FINE


def declaring(window: Window | None, *, today: date, lead_months: int, chosen: date | None = None) -> Declaring:
    """The next day on which the firm can declare once everything has had its time; a chosen day counts first."""
    ready = months_after(today, lead_months)
    said = window.note if window else ""
    if chosen is not None:
        return Declaring(chosen, f"起草时指定。{said}")
    found = _window_after(window, today, ready)
    if found is not None:
        opens, closes = found
        return Declaring(max(opens, ready), f"申报时段 {text.day(opens)}至{text.day(closes)}。{said}")
    day = max(ready, today + ASKING + MATERIALS)
    return Declaring(day, f"规则没有写明可用的申报时段，按最长见效月数推算，以当年通知为准。{said}")


def due_of(lead_months: int, *, today: date, declares_on: date, asking: bool) -> date:
    """By when a measure has to be through: a month is left for the papers, questions are settled within a month.

    Where less than two months are left, half of them go to the measure.
    """
    last = max(declares_on - MATERIALS, today + max(declares_on - today, timedelta(0)) / 2)
    return min(last, today + ASKING) if asking else max(last, min(months_after(today, lead_months), declares_on))


def milestones(measures: Iterable[tuple[str, date, int]], *, declares_on: date) -> list[Milestone]:
    """From (name, due, months) of each measure, back from the declaration: latest start, due, papers, declaration."""
    found: list[Milestone] = []
    for name, due, months in measures:
        if months > 1:
            found.append(Milestone(months_after(due, -months), f"最迟启动：{name}"))
        found.append(Milestone(due, f"完成：{name}"))
    found.append(Milestone(declares_on - MATERIALS, "申报材料齐备，内部核对一遍"))
    found.append(Milestone(declares_on, "提交申报"))
    return sorted(found, key=lambda each: each.on)


def months_after(day: date, months: int) -> date:
    """The same day of a later (or, below 0, earlier) month; its last day where it has no such day."""
    place = day.year * MONTHS + day.month - 1 + months
    year, month = divmod(place, MONTHS)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def late_starts(measures: Sequence[tuple[str, date, int]], today: date) -> list[str]:
    """The measures that should have been started already, as sentences."""
    starts = ((name, months_after(due, -months)) for name, due, months in measures if months > 1)
    return [f"“{name}”按见效月数最迟应于{text.day(start)}启动，已经偏紧" for name, start in starts if start < today]


def _window_after(window: Window | None, today: date, ready: date) -> tuple[date, date] | None:
    """The first window that is still open when everything is ready."""
    day = today
    for _ in range(MOST_WINDOWS if window else 0):
        assert window is not None
        found = window.on(day)
        if found is None or found[1] >= ready:
            return found
        day = found[1] + timedelta(days=1)
    return None
