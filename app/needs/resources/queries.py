"""Reading the registers: they name no firm, so whoever may read them reads all of them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.address import ListSearch, asked
from app.core.text import folded
from app.needs.resources.declared import Register, registers
from app.needs.resources.models import Resource


def _register(text: str) -> str:
    known = registers().registers
    return text if text in known else next(iter(known))


@dataclass(frozen=True)
class ResourceSearch(ListSearch):
    """Which register, and what is looked for in it; an unknown register counts as the first."""

    kind: str = asked(_register)
    q: str = asked(str)

    @property
    def register(self) -> Register:
        return registers().registers[self.kind]


def matching(search: ResourceSearch) -> sa.Select[Resource]:
    """The entries of a list in the order of their names."""
    words = (Resource.search_text.contains(folded(word), autoescape=True) for word in search.q.split())
    return standing().where(Resource.kind == search.kind, *words).order_by(Resource.name, Resource.id)


def standing() -> sa.Select[Resource]:
    """Every entry that was not removed."""
    return sa.select(Resource).where(Resource.removed_at.is_(None))


def counts(db: Session) -> dict[str, int]:
    """Register → how many entries."""
    counted = sa.select(Resource.kind, sa.func.count().label("entries")).where(Resource.removed_at.is_(None))
    return {row.kind: row.entries for row in db.execute(counted.group_by(Resource.kind))}


def resource(db: Session, number: int) -> Resource | None:
    """An entry, removed or not, of a register that is declared."""
    known = Resource.kind.in_(list(registers().registers))
    return db.scalar(sa.select(Resource).where(Resource.id == number, known))


def same_as(db: Session, kind: str, name: str, organisation: str) -> Resource | None:
    """The entry of this name and organisation in a register."""
    same = Resource.kind == kind, Resource.name == name, Resource.organisation == organisation
    return db.scalar(standing().where(*same).limit(1))
