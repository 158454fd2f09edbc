"""When a document takes effect, and until when, by its own closing words."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from app.policytext.text.numerals import read_decimal

_DAY = r"(20\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日"
_BEGINS = r"起?(?:正式)?(?:施行|实施|执行|生效)"
_FROM = re.compile(rf"自{_DAY}{_BEGINS}")
_SINCE_ISSUED = re.compile(rf"自(?:发布|印发|公布|下发)之日{_BEGINS}")
_SPAN = re.compile(rf"(?:施行|实施|执行|有效)期(?:限|间)?[为是:自从]{{0,3}}{_DAY}起?\s?[至到—~-]{{1,2}}\s?{_DAY}")
_YEARS = re.compile(r"有效期(?:限)?[为是:]?([一二三四五六七八九十\d]{1,2})年")
_UNTIL = re.compile(rf"(?:至|到|截至|截止)(?:期为)?{_DAY}")
_NEAR = 40


class Force(NamedTuple):
    """The first day a document applies and the first day it no longer does; None for what it does not say."""

    starts: date | None
    ends: date | None


def read_force(text: str, issued: date | None) -> Force:
    """Read “自2026年1月1日起施行，有效期三年” and its kin; the last such sentence of a text is that of its own close.

    In: the plain text of a document and the day it was issued, for “自印发之日起”. Out: whole days; an end is told
    only where it stands beside the beginning, since titles and certificates have periods of validity too.
    """
    spans = [*_SPAN.finditer(text)]
    if spans:
        return Force(_day(*spans[-1].group(1, 2, 3)), _after(_day(*spans[-1].group(4, 5, 6))))
    begun = [*_FROM.finditer(text)]
    if begun:
        starts = _day(*begun[-1].group(1, 2, 3))
        return Force(starts, _end(text[begun[-1].end() :][:_NEAR], starts))
    since = [*_SINCE_ISSUED.finditer(text)]
    return Force(issued, _end(text[since[-1].end() :][:_NEAR], issued)) if since else Force(None, None)


def _end(following: str, starts: date | None) -> date | None:
    until, years = _UNTIL.search(following), _YEARS.search(following)
    if until:
        return _after(_day(*until.group(1, 2, 3)))
    return _years_on(starts, int(read_decimal(years[1]))) if starts and years else None


def _years_on(day: date, years: int) -> date:
    # The 29th of February has no anniversary in most years.
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004


def _after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
