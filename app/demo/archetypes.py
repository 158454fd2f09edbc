"""The archetypes of the demonstration pool, as declared in seeds/demo/firms.yaml."""

from decimal import Decimal
from functools import cache
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.firms.models import FirmState

Dossier = Literal["registry", "tax", "statistics", "survey", "audit", "expert", "srdi"]
ACCOUNTING_YEARS = 3


def _span(value: Any) -> Any:
    """A single number stands for itself: 5 → (5, 5)."""
    return value if isinstance(value, list | tuple) else (value, value)


Span = Annotated[tuple[Decimal, Decimal], BeforeValidator(_span)]
Days = Annotated[tuple[int, int], BeforeValidator(_span)]


class TitleSpec(Fields):
    """A certificate: issued so many days ago, or running out in so many days; perhaps revoked so many days ago."""

    kind: str
    issued: Days | None = None
    ends_in: int | None = None
    revoked: int | None = None
    reason: str | None = None


class RecordSpec(Fields):
    """A record as it stands in the seed, its dates counted back from today."""

    collection: str
    starts: int
    ends: int | None = None
    attributes: dict[str, str]
    source: str


class Archetype(Fields):
    """A kind of firm: how many there are, what they are like, and what the bureau has on file about them."""

    code: str
    label: str
    count: int = 1
    name: str | None = None
    legal_form: str | None = None
    state: Annotated[FirmState, BeforeValidator(FirmState.of)] = FirmState.OPEN
    industry: tuple[str, ...] = ()
    founded: Span = (Decimal(4), Decimal(18))
    founded_days: Days | None = None

    sales: Span
    growth: Span = (Decimal(0), Decimal(10))
    costs: Span | None = None
    margin: Span = (Decimal(2), Decimal(9))
    main: Span = (Decimal(82), Decimal(98))
    hightech: Span = (Decimal(66), Decimal(90))
    rd: Span = (Decimal(0), Decimal(0))
    rd_amount: Span | None = None
    domestic: Span = (Decimal(92), Decimal(100))
    leverage: Span = (Decimal(30), Decimal(60))
    net_growth: Span = (Decimal(2), Decimal(10))
    net_assets: tuple[Decimal, ...] = ()
    staff: Span | None = None
    tech: int | None = None
    tech_ratio: Span = (Decimal(0), Decimal(0))
    conversions: Days = (0, 0)
    conversions_by_year: tuple[int, ...] = ()
    indicator: str = "占销售收入"
    above_scale: bool = False

    ip: dict[str, Days] = Field(default_factory=dict)
    own_ip: bool = False
    consumed: bool = False
    all_consumed: bool = False
    scores: Literal["strong", "fair", "weak"] | None = None
    titles: tuple[TitleSpec, ...] = ()
    tsme: tuple[int, ...] = ()
    records: tuple[RecordSpec, ...] = ()
    extra: dict[str, str] = Field(default_factory=dict)

    files: tuple[Dossier, ...] = ("registry",)
    years: int = ACCOUNTING_YEARS
    latest: int = 1
    missing: tuple[str, ...] = ()
    corrected: dict[str, Decimal] = Field(default_factory=dict)
    revised: dict[str, Decimal] = Field(default_factory=dict)
    signed: tuple[str, ...] = ()
    checked: bool = False
    replied: tuple[str, ...] = ()
    assigned: bool = False
    contacts: int = Field(default=0, le=3)


@cache
def archetypes() -> tuple[Archetype, ...]:
    """Every archetype, in the order of the file."""
    return tuple(Archetype(**each) for each in read_yaml(SEEDS / "demo" / "firms.yaml"))


def draw(rng: Random, span: Span) -> Decimal:
    """A number between the two, with four decimals; exactly the number where both are the same."""
    low, high = span
    if low == high:
        return low
    return (low + (high - low) * Decimal(rng.random())).quantize(Decimal("0.0001"))


def draw_days(rng: Random, span: Days) -> int:
    return rng.randint(*span)
