"""Making the pool: every archetype as often as it asks, each firm from random numbers of its own."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from app.demo.archetypes import Archetype, archetypes, draw, draw_days
from app.demo.dossiers import figures_of
from app.demo.economy import make_economy
from app.demo.holdings import certificates_of, entries_of, rights_of, statements_of
from app.demo.naming import (
    Industry,
    address_of,
    capital_of,
    compose_name,
    credit_code,
    person,
    pick_industry,
    place_of,
    trade_names,
)
from app.demo.pool import DemoFirm

SEED = 650107


def make_pool(today: date, *, seed: int = SEED) -> tuple[DemoFirm, ...]:
    """The firms of the demonstration district as they stand on a day; the same for the same day and seed."""
    return tuple(_firms(today, seed))


def _firms(today: date, seed: int) -> Iterator[DemoFirm]:
    names = iter(trade_names(seed))
    number = 0
    for archetype in archetypes():
        for place in range(archetype.count):
            number += 1
            # A generator of its own, so that tuning one archetype leaves every other firm as it was.
            rng = Random(f"{seed}/{archetype.code}/{place}")  # noqa: S311 - an invented pool is no secret
            yield _firm(rng, archetype, pick_industry(rng, archetype, place), next(names), number, today)


def _firm(rng: Random, archetype: Archetype, industry: Industry, trade_name: str, number: int, today: date) -> DemoFirm:
    founded = _founded(rng, archetype, today)
    economy = make_economy(rng, archetype, industry)
    unit, park = place_of(rng, industry, techy=bool(archetype.ip))
    name = archetype.name or compose_name(rng, trade_name, industry)
    renamed = not archetype.name and rng.random() < 0.08  # noqa: PLR2004 - one in twelve
    return DemoFirm(
        archetype=archetype.code,
        credit_code=credit_code(number),
        name=name,
        former_name=f"达坂城{trade_name}商贸有限公司" if renamed else None,
        legal_form=archetype.legal_form or _legal_form(name),
        industry=industry.label,
        business_scope=industry.scope,
        founded_on=founded,
        registered_capital=capital_of(rng, economy.sales),
        address=address_of(rng, unit, park),
        unit=unit,
        park=park,
        state=archetype.state,
        assigned=archetype.assigned,
        contacts=tuple(person(rng, number * 10 + place) for place in range(archetype.contacts)),
        figures=figures_of(rng, archetype, industry, economy, founded, today),
        entries=(*rights_of(rng, archetype, industry, founded, today), *entries_of(archetype, today)),
        certificates=tuple(certificates_of(rng, archetype, number, founded, today)),
        statements=tuple(statements_of(archetype, founded, today)),
    )


def _founded(rng: Random, archetype: Archetype, today: date) -> date:
    if archetype.founded_days:
        return today - timedelta(days=draw_days(rng, archetype.founded_days))
    return today - timedelta(days=int(draw(rng, archetype.founded) * Decimal("365.25")) + 40)


def _legal_form(name: str) -> str:
    return "股份有限公司" if name.endswith("股份有限公司") else "有限责任公司"
