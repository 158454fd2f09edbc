"""Three years of an invented firm, consistent with each other: tax, balance sheet, staff and research."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from random import Random

from app.demo.archetypes import ACCOUNTING_YEARS, Archetype, Span, draw
from app.demo.naming import Industry

WAN = Decimal(10_000)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Economy:
    """Figure code → amount, for each year counted back from this one (1: last year)."""

    years: Mapping[int, Mapping[str, Decimal]]

    @property
    def sales(self) -> Decimal:
        return self.years[1]["sales"]


def make_economy(rng: Random, archetype: Archetype, industry: Industry) -> Economy:
    """The figures of the last three years; what is exact in the archetype stays exact to the 元."""
    sales = _path(rng, draw(rng, archetype.sales) * WAN, archetype.growth)
    net = _net_assets(rng, archetype, sales[1])
    people = _people(rng, archetype, industry, sales[1])
    return Economy(
        {
            back: {
                **_income(rng, archetype, sales[back]),
                **_research(rng, archetype, sales[back]),
                **_balance(rng, archetype, net[back]),
                **_staff(rng, archetype, people, back),
                "conversions": _conversions(rng, archetype, back),
            }
            for back in range(1, ACCOUNTING_YEARS + 1)
        }
    )


def _path(rng: Random, last: Decimal, growth: Span) -> dict[int, Decimal]:
    """The amounts of three years that grow to the last one."""
    found = {1: _whole(last)}
    for back in range(2, ACCOUNTING_YEARS + 1):
        found[back] = _whole(found[back - 1] / (1 + draw(rng, growth) / HUNDRED))
    return found


def _net_assets(rng: Random, archetype: Archetype, sales: Decimal) -> dict[int, Decimal]:
    if archetype.net_assets:
        return {ACCOUNTING_YEARS - place: amount * WAN for place, amount in enumerate(archetype.net_assets)}
    last = max(sales * draw(rng, (Decimal("0.3"), Decimal("0.6"))), 20 * WAN)
    return _path(rng, last, archetype.net_growth)


def _income(rng: Random, archetype: Archetype, sales: Decimal) -> dict[str, Decimal]:
    aid = _whole(sales * draw(rng, (Decimal(0), Decimal("0.004"))))
    income = sales + aid + _whole(sales * draw(rng, (Decimal(0), Decimal("0.006"))))
    costs = _costs(rng, archetype, sales)
    profit = income - costs
    found = {
        "sales": sales,
        "revenue": sales,
        "main_revenue": _share(sales, draw(rng, archetype.main)),
        "gross_income": income,
        "nontaxable_income": aid,
        "hightech_revenue": _share(income - aid, draw(rng, archetype.hightech)),
        "costs": costs,
        "net_profit": _whole(profit * Decimal("0.85")) if profit > 0 else profit,
        "tax_paid": _whole(sales * draw(rng, (Decimal("0.015"), Decimal("0.05")))),
    }
    return {**found, "output": _whole(sales * Decimal("1.03"))} if archetype.above_scale else found


def _costs(rng: Random, archetype: Archetype, sales: Decimal) -> Decimal:
    if archetype.costs:
        return _whole(draw(rng, archetype.costs) * WAN)
    return _whole(sales * (1 - draw(rng, archetype.margin) / HUNDRED))


def _research(rng: Random, archetype: Archetype, sales: Decimal) -> dict[str, Decimal]:
    """The three figures of research differ as their scopes do: recognition widest, then tax, then statistics."""
    if archetype.rd_amount:
        recognised = _whole(draw(rng, archetype.rd_amount) * WAN)
    else:
        recognised = _share(sales, draw(rng, archetype.rd))
    fixed = archetype.rd[0] == archetype.rd[1]
    tax = Decimal(1) if fixed else draw(rng, (Decimal("0.96"), Decimal(1)))
    return {
        "rd_recognised": recognised,
        "rd_domestic": _share(recognised, draw(rng, archetype.domestic)),
        "rd_tax": _whole(recognised * tax),
        "rd_statistics": _whole(recognised * draw(rng, (Decimal("0.80"), Decimal("1.02")))),
    }


def _balance(rng: Random, archetype: Archetype, net: Decimal) -> dict[str, Decimal]:
    if net < 0:
        return {"assets": abs(net) * 4, "liabilities": abs(net) * 5}
    assets = _whole(net / (1 - draw(rng, archetype.leverage) / HUNDRED))
    return {"assets": assets, "liabilities": assets - net}


def _people(rng: Random, archetype: Archetype, industry: Industry, sales: Decimal) -> tuple[int, int]:
    """(staff, tech staff) of last year."""
    if archetype.staff:
        staff = int(draw(rng, archetype.staff))
    else:
        staff = max(3, int(sales / WAN / draw(rng, industry.per_head)))
    if archetype.tech is not None:
        return staff, archetype.tech
    low, high = archetype.tech_ratio
    # Rounded up, so that a firm meant to have enough tech staff has them however small it is.
    return staff, min(staff, int((staff * draw(rng, (low, high)) / HUNDRED).to_integral_value(ROUND_CEILING)))


def _staff(rng: Random, archetype: Archetype, people: tuple[int, int], back: int) -> dict[str, Decimal]:
    staff, tech = people
    if archetype.tech is None and back > 1:
        staff, tech = max(tech, staff - rng.randint(0, max(1, staff // 12))), max(0, tech - rng.randint(0, tech // 8))
    drift = Decimal(rng.randint(0, 2)) / 2 if archetype.tech is None and staff > tech + 4 else Decimal(0)
    return {
        "staff": Decimal(staff),
        "tech_staff": Decimal(tech),
        "staff_monthly": Decimal(staff) - drift,
        "tech_staff_monthly": Decimal(tech),
        "rd_staff": Decimal(tech * 7 // 10),
    }


def _conversions(rng: Random, archetype: Archetype, back: int) -> Decimal:
    if archetype.conversions_by_year:
        return Decimal(archetype.conversions_by_year[ACCOUNTING_YEARS - back])
    return Decimal(rng.randint(*archetype.conversions))


def _share(amount: Decimal, percent: Decimal) -> Decimal:
    return _whole(amount * percent / HUNDRED)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)
