"""The district of the demonstration, as declared in seeds/demo/district.yaml: units, accounts, figures, vouches."""

from datetime import date, timedelta
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator

from app.accounts.models import UnitKind
from app.accounts.permissions import Role
from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.demo.pool import Figure, Statement, repeated
from app.facts.models import Source
from app.facts.vocabulary import vocabulary

TITLES = "titles"
DAYS_A_MONTH = 31


class UnitSpec(Fields):
    """A unit and the name of the one above it."""

    name: str
    kind: Annotated[UnitKind, BeforeValidator(UnitKind.of)]
    under: str | None = None


class UserSpec(Fields):
    """A demonstration account; `firm` names the archetype whose first firm it belongs to."""

    username: str
    name: str
    role: Annotated[Role, BeforeValidator(Role.of)]
    unit: str | None = None
    head: bool = False
    firm: str | None = None


class RegionSpec(Fields):
    """A figure of the region, by years counted back."""

    kind: str
    note: str
    values: dict[int, str]


class VouchSpec(Fields):
    """A complete list or a standing reply for every firm; without `months` it reaches back to the beginning."""

    collection: str
    scope: dict[str, str]
    voucher: str
    source: Annotated[Source, BeforeValidator(Source.of)]
    note: str
    months: int | None = None


class District(Fields):
    units: list[UnitSpec]
    users: list[UserSpec]
    region: list[RegionSpec]
    vouches: list[VouchSpec]


@cache
def district() -> District:
    return District(**read_yaml(SEEDS / "demo" / "district.yaml"))


def region_figures(today: date) -> list[Figure]:
    """The region's figures of the last years, published in the spring after each."""
    return [
        Figure(
            spec.kind,
            today.year - back,
            vocabulary().facts[spec.kind].read(text),
            Source.STATISTICS,
            spec.note,
            min(date(today.year - back + 1, 3, 28), today - timedelta(days=2)),
        )
        for spec in district().region
        for back, text in spec.values.items()
    ]


def district_statements(today: date) -> list[Statement]:
    """Who vouches for which lists of the whole district, month by month for the last year up to today."""
    latest = [
        Statement(
            spec.collection,
            _scope(spec),
            today - timedelta(days=spec.months * DAYS_A_MONTH) if spec.months else None,
            today,
            spec.voucher,
            spec.source,
            spec.note,
        )
        for spec in district().vouches
    ]
    return [each for statement in latest for each in repeated(statement, every=DAYS_A_MONTH, times=12)]


def _scope(spec: VouchSpec) -> dict[str, str]:
    """The scope with titles named by their label, as records of the collection 资质 name them."""
    if spec.collection != TITLES:
        return spec.scope
    return {"kind": vocabulary().titles[spec.scope["kind"]].label}
