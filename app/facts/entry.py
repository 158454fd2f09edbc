"""Entering several figures at once: what was typed, what the writer had in front of them, what stands now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import Stale
from app.facts import queries, service
from app.facts.ledger import Origin, hold_firm
from app.facts.models import Fact
from app.facts.values import joined
from app.firms.models import Firm
from app.rules import FactKind
from app.rules.values import Value


class Figure(Protocol):
    """A row of the ledger that holds a figure, of a firm or of the region."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> Decimal | None: ...
    @property
    def text(self) -> str | None: ...


R = TypeVar("R", bound=Figure)


@dataclass(frozen=True)
class Entry:
    """A value given for a kind; `seen` is the id of the figure the writer had in front of them, 0 for none."""

    kind: FactKind
    value: Value
    seen: int


@dataclass(frozen=True)
class Clash(Generic[R]):
    """An entry that would overwrite what its writer had not seen; `current` None: it was retracted."""

    entry: Entry
    current: R | None


def record_facts(
    db: Session,
    actor: User,
    firm: Firm,
    entries: Sequence[Entry],
    *,
    year: int,
    origin: Origin,
    confirm: bool,
) -> list[Fact]:
    """Write what was changed, all or nothing; unchanged figures are written anew only to `confirm` them.

    Values are in 元 and fractions; `year` is the accounting year, or 0 for figures without one.

    Raises:
        Stale: carrying a list of `Clash`, when somebody else has written any of these figures since.
        FieldError: the year does not fit.
    """
    hold_firm(db, firm.id)
    seen = queries.facts_seen(db, firm.id, [entry.seen for entry in entries], year)
    standing = queries.standing_facts(db, firm.id, [entry.kind.code for entry in entries], year)
    chosen = choose(entries, seen, standing, confirm=confirm)
    with db.begin_nested():
        return [
            service.record_fact(db, actor, firm, entry.kind.code, entry.value, year=year, origin=origin)
            for entry in chosen
        ]


def choose(entries: Iterable[Entry], seen: Mapping[str, R], standing: Mapping[str, R], *, confirm: bool) -> list[Entry]:
    """The entries to write, of those given.

    An entry equal to what its writer saw is left alone, whatever happened since, unless it is to be confirmed.

    Raises:
        Stale: carrying every `Clash`.
    """
    chosen: list[Entry] = []
    clashes: list[Clash[R]] = []
    for entry in entries:
        current = standing.get(entry.kind.code)
        if not confirm and _holds(entry, seen.get(entry.kind.code)):
            continue
        if entry.seen == (current.id if current else 0):
            chosen.append(entry)
        elif not _holds(entry, current):
            clashes.append(Clash(entry, current))
    if clashes:
        raise Stale(clashes)
    return chosen


def _holds(entry: Entry, figure: Figure | None) -> bool:
    return figure is not None and joined(entry.kind, figure.number, figure.text) == entry.value
