"""When a title can be had: readiness, the window for declaring, the time it takes, and how long it then lasts. Pure."""

from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.rules import Window
from app.titles.ladder import DAY
from app.titles.validity import last_day

LONGEST_TERM = 101


@dataclass(frozen=True)
class Procedure:
    """How a kind of title is had.

    `window` is when declarations are taken (None, or one without days: any day); `handling` the whole months from the
    declaration to the day of issue; `valid_for` the term of the title as in seeds/titles.yaml.
    """

    window: Window | None
    handling: int
    valid_for: str


def months_later(day: date, months: int) -> date:
    """The same day some months later or earlier; the month's last where it has no such day (民法典第二百零二条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# Thousands of firms are ready on a few dozen different days.
@lru_cache(maxsize=4096)
def earliest_issue(ready: date, procedure: Procedure, *, covering: date) -> date | None:
    """The first day on which a title can be issued that is still in force on the day `covering`.

    `ready` is the first day on which the firm fulfils the conditions. The declaration falls on the first day from
    then on that lies in the window and is late enough for the title to last until `covering`: an entry valid for the
    calendar year has to be had in the year it is to count in. The day returned may lie after `covering`, which then
    means that it is too late. None where the window is over for good.
    """
    first = _first_lasting(procedure.valid_for, covering)
    declared = max(ready, months_later(first, -procedure.handling))
    while months_later(declared, procedure.handling) < first:
        declared += DAY  # months of different length: 31 January and two months less is the last of November
    opens = _opens(procedure.window, declared)
    return None if opens is None else months_later(opens, procedure.handling)


def months_left(today: date, procedure: Procedure, *, covering: date) -> int | None:
    """How many months a firm may still take to fulfil the conditions and be certified by the day `covering`.

    None where a title can no longer be had in time even by a firm that fulfils everything today.
    """
    most: int | None = None
    for months in range(max(0, (covering.year - today.year) * 12 + covering.month - today.month) + 1):
        issued = earliest_issue(months_later(today, months), procedure, covering=covering)
        if issued is None or issued > covering:
            break
        most = months
    return most


def _first_lasting(valid_for: str, covering: date) -> date:
    """The first day of issue from which a title of this term is in force on a day: a later one lasts no shorter."""
    oldest = max(date.min.toordinal(), covering.toordinal() - LONGEST_TERM * 366)
    days = range(oldest, covering.toordinal() + 1)
    place = bisect_left(days, covering, key=lambda day: last_day(valid_for, date.fromordinal(day)) or date.max)
    return date.fromordinal(days[place])


def _opens(window: Window | None, day: date) -> date | None:
    """The first day from a day on on which declarations are taken; None when they no longer are."""
    if window is None or window.opens is None or window.closes is None:
        return day
    found = window.on(day)
    return None if found is None else max(day, found[0])
