"""The invented pool: plain data, the same for the same seed and day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from app.facts.models import Source
from app.firms.models import FirmState
from app.rules.values import Value


@dataclass(frozen=True)
class Figure:
    """A figure as it was written down on a day; `replaced_on` is when a better one took its place."""

    kind: str
    year: int
    value: Value
    source: Source
    note: str | None
    recorded_on: date
    replaced_on: date | None = None


@dataclass(frozen=True)
class Entry:
    """A record of a collection."""

    collection: str
    starts_on: date
    ends_on: date | None
    attributes: Mapping[str, Value]
    source: Source
    recorded_on: date


@dataclass(frozen=True)
class Certificate:
    """A title held or once held."""

    kind: str
    number: str
    authority: str
    issued_on: date
    valid_until: date | None
    revoked_on: date | None
    revoke_reason: str | None
    recorded_on: date


@dataclass(frozen=True)
class Statement:
    """Somebody vouches that a collection is complete; said on the day up to which it goes, until it is said again."""

    collection: str
    scope: Mapping[str, str]
    since: date | None
    until: date
    voucher: str
    source: Source
    note: str
    replaced_on: date | None = None


def repeated(latest: Statement, *, every: int, times: int) -> Iterator[Statement]:
    """The statement as it was made again and again, every so many days; the oldest first, the latest last."""
    for turn in range(times - 1, 0, -1):
        said = latest.until - timedelta(days=every * turn)
        if latest.since is None or latest.since < said:
            yield replace(latest, until=said, replaced_on=said + timedelta(days=every))
    yield latest


@dataclass(frozen=True)
class Person:
    name: str
    post: str
    phone: str


@dataclass(frozen=True)
class DemoFirm:
    """An invented firm with everything that is on file about it; `archetype` is a code of seeds/demo/firms.yaml."""

    archetype: str
    credit_code: str
    name: str
    former_name: str | None
    legal_form: str
    industry: str
    business_scope: str
    founded_on: date
    registered_capital: Decimal
    address: str
    unit: str
    park: str | None
    state: FirmState
    assigned: bool
    contacts: tuple[Person, ...] = ()
    figures: tuple[Figure, ...] = field(default=(), repr=False)
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    certificates: tuple[Certificate, ...] = field(default=(), repr=False)
    statements: tuple[Statement, ...] = field(default=(), repr=False)
