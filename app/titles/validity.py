"""How long a title lasts: the last day it counts, from the day it was issued."""

import re
from calendar import monthrange
from datetime import date, timedelta

CALENDAR_YEAR = "自然年"
PERIOD = re.compile(r"(?P<count>\d+)(?P<unit>年|个月)")


def last_day(valid_for: str, issued_on: date) -> date | None:
    """The last day on which a title issued on a day counts; None where it has no end.

    `valid_for` is written as in seeds/titles.yaml: “自然年”, “3年”, “6个月”, “长期” or nothing.

    自然年 ends on 31 December of the year of issue: 国科发政〔2017〕115号 names no end, but the entry number carries
    a year and 国家税务总局公告2018年第45号 takes that year as the year of the title. A number of years counts the day
    of issue itself (国科发火〔2016〕32号 第九条: from the day of the certificate), so it ends on the day before the
    anniversary.
    """
    if valid_for == CALENDAR_YEAR:
        return date(issued_on.year, 12, 31)
    found = PERIOD.fullmatch(valid_for)
    if found is None:
        return None
    return _end_of_period(issued_on, int(found["count"]) * (12 if found["unit"] == "年" else 1))


def _end_of_period(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    longest = monthrange(year, month + 1)[1]
    if first.day > longest:
        # 民法典第二百零二条: where the last month has no such day (29 February), its last day ends the period.
        return date(year, month + 1, longest)
    return date(year, month + 1, first.day) - timedelta(days=1)
