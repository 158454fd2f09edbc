"""The only clock: moments in UTC for the database, days in Beijing time for people."""

from datetime import UTC, date, datetime, timedelta, timezone

# By its name the columns of polars know the zone as well.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
# The first day of the calendar begins, in UTC, before it: no moment.
FIRST_DAY = date(1, 1, 2)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The calendar day on which a moment falls in Beijing."""
    return moment.astimezone(BEIJING).date()


def day_starts(day: date) -> datetime:
    """The first moment of a Beijing day, as UTC."""
    known = max(day, FIRST_DAY)
    return datetime(known.year, known.month, known.day, tzinfo=BEIJING).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """The moment a Beijing day is over, as UTC."""
    return day_starts(day) + timedelta(days=1)
