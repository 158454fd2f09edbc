"""The filters of the list of visits, as its address carries them; the page and its export read the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.core.address import ListSearch, asked, day_in, one_of, row_number
from app.core.text import day
from app.firms.models import Firm
from app.firms.search.text import has_word
from app.visits import queries
from app.visits.declared import topics
from app.visits.models import Promise, Visit
from app.visits.service import BETWEEN


@dataclass(frozen=True)
class VisitSearch(ListSearch):
    """`who` is the number of the person who visited."""

    q: str = asked(str)
    who: int = asked(row_number)
    topic: str = asked(one_of(topics))
    since: date | None = asked(day_in)
    until: date | None = asked(day_in)
    owing: str = asked(one_of(lambda: ("1",)))

    def statement(self, actor: User) -> sa.Select[Visit]:
        """The visits this person may read about, narrowed."""
        found = queries.visits(actor)
        for condition in self._conditions():
            found = found.where(condition)
        return found

    def in_words(self, people: Mapping[str, str]) -> list[str]:
        """Each filter as a few words; `people` names visitors by their number."""
        words = [
            (self.q, f"企业：{self.q}"),
            (self.who, f"走访人：{people.get(str(self.who), '—')}"),
            (self.topic, f"主题：{self.topic}"),
            (self.since, f"{day(self.since)}起"),
            (self.until, f"到{day(self.until)}"),
            (self.owing, "有未办结的承诺"),
        ]
        return [said for given, said in words if given]

    def _conditions(self) -> list[Any]:
        found: list[Any] = []
        if self.q:
            found.append(has_word(Firm.search_text, self.q))
        if self.who:
            found.append(Visit.user_id == self.who)
        if self.topic:
            found.append((BETWEEN + Visit.topics + BETWEEN).contains(BETWEEN + self.topic + BETWEEN, autoescape=True))
        if self.since:
            found.append(Visit.visited_on >= self.since)
        if self.until:
            found.append(Visit.visited_on <= self.until)
        if self.owing:
            found.append(Visit.id.in_(sa.select(Promise.visit_id).where(Promise.kept_on.is_(None))))
        return found
