"""What the register is narrowed to and ordered by, kept in its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.commissioners.forms import technology_fields
from app.commissioners.models import BETWEEN, Commissioner, TermState
from app.commissioners.queries import loads
from app.core import clock
from app.core.fields import ODD
from app.core.text import folded

LONGEST = 100
SORTS = {"name": "姓名", "load": "派驻企业", "term": "聘期结束"}


@dataclass(frozen=True)
class CommissionerSearch:
    """A list's filters and order; anything that is not offered counts as not asked for."""

    q: str = ""
    state: str = ""
    field: str = ""
    sort: str = ""
    order: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        offered = {
            "state": {state.code for state in TermState},
            "field": set(technology_fields()),
            "sort": set(SORTS),
            "order": {"desc"},
        }
        chosen = {name: given.get(name, "") for name in offered if given.get(name, "") in offered[name]}
        return cls(q=ODD.sub("", given.get("q", ""))[:LONGEST].strip(), **chosen)

    @classmethod
    def read_address(cls, query: str) -> Self:
        return cls.read({name: values[-1] for name, values in parse_qs(query).items()})

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def but(self, **changed: Any) -> Self:
        return replace(self, **changed)

    def sorted_by(self, column: str) -> Self:
        """The same list ordered by a column; by the one it is ordered by already, the other way round."""
        again = (self.sort or "name") == column and not self.order
        return self.but(sort=column, order="desc" if again else "")

    @property
    def in_words(self) -> str:
        words = (
            ("搜索", self.q),
            ("状态", dict(TermState.options()).get(self.state, "")),
            ("技术领域", self.field),
        )
        return "；".join(f"{label}“{value}”" for label, value in words if value)


def entries(search: CommissionerSearch) -> sa.Select[Commissioner]:
    """The entries of a list, in its order."""
    load = loads()
    firms = sa.func.coalesce(load.c.firms, 0)
    rows = sa.select(Commissioner).outerjoin(load, load.c.user_id == Commissioner.user_id)
    columns: dict[str, Any] = {"name": Commissioner.name, "load": firms, "term": Commissioner.ends_on}
    column = columns[search.sort or "name"]
    ordered = column.desc() if search.order else column
    narrowed = rows.where(*_conditions(search)).order_by(column.is_(None), ordered, Commissioner.id)
    return narrowed.options(joinedload(Commissioner.user))


def state_is(state: TermState) -> sa.ColumnElement[bool]:
    """The condition that a term stands so today; the same as `Commissioner.state`."""
    day = clock.today()
    starts, ends = Commissioner.starts_on, Commissioner.ends_on
    match state:
        case TermState.NONE:
            return starts.is_(None) | ends.is_(None)
        case TermState.AHEAD:
            return starts > day
        case TermState.SERVING:
            return (starts <= day) & (ends >= day)
        case TermState.OVER:
            return (starts <= day) & (ends < day)


def _conditions(search: CommissionerSearch) -> list[sa.ColumnElement[bool]]:
    words = [Commissioner.search_text.contains(folded(word), autoescape=True) for word in search.q.split()]
    if search.state:
        words.append(state_is(TermState.of(search.state)))
    if search.field:
        listed = BETWEEN + Commissioner.fields + BETWEEN
        words.append(listed.contains(BETWEEN + search.field + BETWEEN, autoescape=True))
    return words
