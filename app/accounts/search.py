"""What the lists of users and of events are narrowed by; a value that makes no sense counts as not given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from app.accounts.permissions import Role
from app.core.fields import LARGEST_ID, ODD

LONGEST = 100
YEARS = range(2000, 2100)
USER_STATES = (("active", "在用"), ("waiting", "未设密码"), ("disabled", "已停用"))
RESULTS = (("done", "成功"), ("denied", "被拒绝"))


@dataclass(frozen=True)
class UserSearch:
    q: str = ""
    role: Role | None = None
    unit: int | None = None
    state: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        return cls(
            q=_text(given, "q"),
            role=next((role for role in Role if role.code == given.get("role")), None),
            unit=_number(given, "unit"),
            state=_code(given, "state", USER_STATES),
        )


@dataclass(frozen=True)
class EventSearch:
    """`before` is the number of the last event on the page above: the trail grows while it is read."""

    person: str = ""
    firm: str = ""
    kind: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        return cls(
            person=_text(given, "person"),
            firm=_text(given, "firm"),
            kind=_text(given, "kind"),
            result=_code(given, "result", RESULTS),
            since=_day(given, "since"),
            until=_day(given, "until"),
            before=_number(given, "before"),
        )

    def told(self) -> dict[str, str]:
        """The conditions given, for the trail itself: who read what."""
        return {name: str(value) for name, value in vars(self).items() if value}


def _text(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "").strip()[:LONGEST]
    return "" if ODD.search(value) else value


def _code(given: Mapping[str, str], name: str, options: tuple[tuple[str, str], ...]) -> str:
    value = given.get(name, "")
    return value if value in {code for code, _ in options} else ""


def _number(given: Mapping[str, str], name: str) -> int | None:
    value = given.get(name, "")
    number = int(value) if value.isascii() and value.isdigit() and len(value) < len(str(LARGEST_ID)) else 0
    return number or None


def _day(given: Mapping[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(given.get(name, ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None
