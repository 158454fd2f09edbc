"""A register as a file: its list, with how people are reached for those who may see it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.needs.resources import queries

READ, CONTACTS = "resource:read", "need:approve"
WIDE = frozenset({"words"})


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The entries that a list's address shows."""
    search = queries.ResourceSearch.read_address(query)
    own = search.register
    shown = own.shown(contacts=actor.may(CONTACTS))
    wanted = queries.matching(search)

    def rows() -> Iterator[tuple[Value, ...]]:
        for each in db.scalars(wanted):
            yield (each.name, each.organisation, *(each.details.get(column.code, "") for column in shown))

    columns = [Column(own.name, width=24), Column(own.organisation, width=24)]
    columns += [Column(each.label, width=40 if each.shape in WIDE else 16) for each in shown]
    said = f"{own.label}；搜索“{search.q}”" if search.q else own.label
    return Drawn(columns, said, count(db, wanted), rows())


RESOURCES = register("resources", "服务资源名册", permission=READ, draw=draw)
