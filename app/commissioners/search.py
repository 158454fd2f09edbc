"""What the register is narrowed to and ordered by, kept in its address."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.commissioners.forms import technology_fields
from app.commissioners.models import BETWEEN, Commissioner, TermState
from app.commissioners.queries import loads
from app.core import clock
from app.core.address import SortedSearch, asked, one_of
from app.core.text import folded

SORTS = {"name": "姓名", "load": "派驻企业", "term": "聘期结束"}


@dataclass(frozen=True)
class CommissionerSearch(SortedSearch):
    q: str = asked(str)
    state: str = asked(one_of(TermState.codes))
    field: str = asked(one_of(technology_fields))
    sort: str = asked(one_of(lambda: SORTS))
    order: str = asked(one_of(lambda: ("desc",)))

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
