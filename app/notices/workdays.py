"""Working days: the state's calendar of holidays and 调休, with what staff entered in front of it."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.notices.models import SpecialDay

SATURDAY = 5
FIRST_YEAR, LAST_YEAR = min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year


class Workdays:
    """Which days are worked. `entered` holds what staff know better: the day and whether it is worked."""

    def __init__(self, entered: Mapping[date, bool]) -> None:
        self.entered = entered
        self.years = {day.year for day in entered}

    def is_worked(self, day: date) -> bool:
        if day in self.entered:
            return self.entered[day]
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < SATURDAY

    def is_published(self, year: int) -> bool:
        """Whether the holidays of a year are known; else only weekends are taken for free days."""
        return FIRST_YEAR <= year <= LAST_YEAR or year in self.years

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day (before it for a negative count); the day itself never counts."""
        step = timedelta(days=1 if count >= 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_worked(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after the first day, up to and with the last."""
        return sum(self.is_worked(first + timedelta(days=more)) for more in range(1, (last - first).days + 1))


def workdays(db: Session) -> Workdays:
    """The calendar as it is known now."""
    return Workdays({row.day: row.worked for row in db.execute(sa.select(SpecialDay.day, SpecialDay.worked))})


def months_after(day: date, months: int) -> date:
    """The same day some months on (or back), or the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def special_days(db: Session, year: int) -> list[tuple[date, bool, str, bool]]:
    """The days of a year that are not what their weekday says: day, worked, why, entered by staff."""
    entered = {
        row.day: row
        for row in db.scalars(sa.select(SpecialDay).where(SpecialDay.day.between(date(year, 1, 1), date(year, 12, 31))))
    }
    known = {day: (False, "法定节假日") for day in chinese_calendar.holidays if day.year == year}
    known |= {day: (True, "调休上班") for day in chinese_calendar.workdays if day.year == year}
    rows = [(day, worked, note, False) for day, (worked, note) in known.items() if day not in entered]
    rows += [(row.day, row.worked, row.note, True) for row in entered.values()]
    return sorted(rows)
