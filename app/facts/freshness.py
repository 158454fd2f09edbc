"""Whether a figure is still fresh, and how old it is in words."""

from calendar import monthrange
from datetime import date

from app.core.clock import local_day
from app.core.text import age
from app.facts.models import Recorded
from app.rules import FactKind


def is_stale(kind: FactKind, year: int, row: Recorded, day: date) -> bool:
    """Whether a figure was recorded longer ago than its kind stays fresh (`fresh_for`, in months).

    A figure of an accounting year that was recorded after that year had closed is settled: it does not age, for
    nobody would supply 2022 anew every year. One recorded while its year was running was provisional, and ages.
    """
    recorded = local_day(row.recorded_at)
    settled = year > 0 and recorded.year > year
    return kind.fresh_for is not None and not settled and _later(recorded, kind.fresh_for) < day


def age_of(row: Recorded, day: date) -> str:
    """“7 个月前”, counted from the day it was recorded."""
    return age(local_day(row.recorded_at), day)


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
