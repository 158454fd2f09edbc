"""What people may supply about a check."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from app.core import clock
from app.core.fields import Fields, RequiredLine, blank_is_none, refuse
from app.rules import Anchors

# Gaps are looked for years ahead of the day asked about, which the calendar must still hold.
EARLIEST, LATEST = date(1949, 10, 1), date(2099, 12, 31)


def _within_reach(day: date | None) -> date | None:
    if day is not None and not EARLIEST <= day <= LATEST:
        raise refuse("请输入 1949 年至 2099 年之间的日期。")
    return day


Day = Annotated[date | None, blank_is_none, AfterValidator(_within_reach)]


class Dates(Fields):
    """The dates of a check: whose facts, whose policy, and as known when; what is left out is today."""

    facts_on: Day = None
    policy_on: Day = None
    known_on: Day = None

    def anchors(self) -> Anchors:
        """The anchors; “as known on a day” means at the end of that day in Beijing."""
        facts_on = self.facts_on or clock.today()
        known_at = clock.day_ends(self.known_on) if self.known_on and self.known_on < clock.today() else None
        return Anchors(facts_on, self.policy_on or facts_on, known_at)


class Keeping(Dates):
    rule: RequiredLine
    reason: RequiredLine
