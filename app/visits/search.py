"""The filters of the list of visits, as its address carries them; the page and its export read the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import sqlalchemy as sa

from app.accounts.models import User
from app.core.fields import LARGEST_ID, ODD
from app.core.text import day
from app.firms.models import Firm
from app.firms.search.text import has_word
from app.visits import queries
from app.visits.declared import topics
from app.visits.models import Promise, Visit
from app.visits.service import BETWEEN

MOST_DIGITS = len(str(LARGEST_ID)) - 1


@dataclass(frozen=True)
class VisitSearch:
    """What the list is narrowed to; what makes no sense in an address counts as not given."""

    text: str = ""
    user_id: int | None = None
    topic: str = ""
    since: date | None = None
    until: date | None = None
    owing: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        return cls(
            text=ODD.sub("", given.get("q", "")).strip()[:100],
            user_id=_number(given.get("who", "")),
            topic=given.get("topic", "") if given.get("topic") in topics() else "",
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            owing=given.get("owing") == "1",
        )

    def statement(self, actor: User) -> sa.Select[Visit]:
        """The visits this person may read about, narrowed."""
        found = queries.visits(actor)
        for condition in self._conditions():
            found = found.where(condition)
        return found

    def in_words(self, people: Mapping[str, str]) -> list[str]:
        """Each filter as a few words; `people` names visitors by their number."""
        words = [
            (self.text, f"企业：{self.text}"),
            (self.user_id, f"走访人：{people.get(str(self.user_id), '—')}"),
            (self.topic, f"主题：{self.topic}"),
            (self.since, f"{day(self.since)}起"),
            (self.until, f"到{day(self.until)}"),
            (self.owing, "有未办结的承诺"),
        ]
        return [said for given, said in words if given]

    def _conditions(self) -> list[Any]:
        found: list[Any] = []
        if self.text:
            found.append(has_word(Firm.search_text, self.text))
        if self.user_id:
            found.append(Visit.user_id == self.user_id)
        if self.topic:
            found.append((BETWEEN + Visit.topics + BETWEEN).contains(BETWEEN + self.topic + BETWEEN, autoescape=True))
        if self.since:
            found.append(Visit.visited_on >= self.since)
        if self.until:
            found.append(Visit.visited_on <= self.until)
        if self.owing:
            found.append(Visit.id.in_(sa.select(Promise.visit_id).where(Promise.kept_on.is_(None))))
        return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
