"""What the lists of users and of events are narrowed to."""

from dataclasses import dataclass
from datetime import date

from app.accounts.permissions import Role
from app.core.address import ListSearch, asked, day_in, one_of, row_number

YEARS = range(2000, 2100)
USER_STATES = (("active", "在用"), ("waiting", "未设密码"), ("disabled", "已停用"))
RESULTS = (("done", "成功"), ("denied", "被拒绝"))


@dataclass(frozen=True)
class UserSearch(ListSearch):
    q: str = asked(str)
    role: Role | None = asked(Role.find)
    unit: int = asked(row_number)
    state: str = asked(one_of(lambda: dict(USER_STATES)))


def _day(text: str) -> date | None:
    day = day_in(text)
    return day if day and day.year in YEARS else None


@dataclass(frozen=True)
class EventSearch(ListSearch):
    """`before` is the number of the last event on the page above: the trail grows while it is read."""

    person: str = asked(str)
    firm: str = asked(str)
    kind: str = asked(str)
    result: str = asked(one_of(lambda: dict(RESULTS)))
    since: date | None = asked(_day)
    until: date | None = asked(_day)
    before: int = asked(row_number)
