"""Which figures are on file, from whom and since when: a firm's dossiers, with gaps and corrections."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from app.demo.archetypes import Archetype, Dossier
from app.demo.economy import Economy
from app.demo.naming import Industry
from app.demo.pool import Figure
from app.facts.models import Source
from app.facts.vocabulary import vocabulary
from app.rules.values import Value

# What each dossier tells of an accounting year. Where two tell the same figure, the later one in this list stands.
YEARLY: dict[Dossier, tuple[str, ...]] = {
    "statistics": ("rd_statistics", "output"),
    "survey": ("staff", "tech_staff", "staff_monthly", "tech_staff_monthly", "rd_staff", "conversions"),
    "tax": (
        *("sales", "revenue", "main_revenue", "gross_income", "nontaxable_income", "costs", "net_profit", "tax_paid"),
        *("rd_tax", "assets", "liabilities"),
    ),
    "audit": (
        *("revenue", "main_revenue", "net_profit", "assets", "liabilities"),
        *("hightech_revenue", "rd_recognised", "rd_domestic"),
    ),
}
SOURCES: dict[Dossier, Source] = {
    "registry": Source.REGISTRY,
    "tax": Source.TAX,
    "statistics": Source.STATISTICS,
    "survey": Source.FIRM,
    "audit": Source.AUDITOR,
    "expert": Source.EXPERT,
    "srdi": Source.PLATFORM,
}
# When last year's figures arrive, as (month, day) of this year.
ARRIVES: dict[Dossier, tuple[int, int]] = {"statistics": (3, 25), "survey": (4, 20), "audit": (5, 12), "tax": (6, 8)}
SCORES = {
    "strong": ("7", "7", "6", "5", "4", "4"),
    "fair": ("6", "5", "4", "4", "3", "2"),
    "weak": ("4", "3", "2", "2", "1", "1"),
}
SCORED = (
    *("tech_level_score", "core_support_score", "org_system_score"),
    *("org_unit_score", "org_conversion_score", "org_talent_score"),
)


def figures_of(
    rng: Random, archetype: Archetype, industry: Industry, economy: Economy, founded: date, today: date
) -> tuple[Figure, ...]:
    """Everything on file about the firm, oldest version first."""
    yearly = {(each.kind, each.year): each for each in _yearly(rng, archetype, economy, founded, today)}
    standing = {each.kind: each for each in _standing(rng, archetype, industry, founded, today)}
    found = [*standing.values(), *yearly.values()]
    kept = [each for each in found if not _is_missing(archetype, each, today.year)]
    return tuple(version for each in kept for version in _versions(rng, archetype, each, today))


def _yearly(rng: Random, archetype: Archetype, economy: Economy, founded: date, today: date) -> Iterator[Figure]:
    for dossier, kinds in YEARLY.items():
        if dossier not in archetype.files:
            continue
        for back in range(archetype.latest, archetype.latest + archetype.years):
            year = today.year - back
            if year < founded.year:
                continue
            day = _arrival(rng, dossier, year, today)
            for kind in kinds:
                if kind in economy.years[back]:
                    yield Figure(kind, year, economy.years[back][kind], SOURCES[dossier], _note(dossier, year), day)


def _arrival(rng: Random, dossier: Dossier, year: int, today: date) -> date:
    """The day a year's dossier came in: in the spring after it, and never later than this week."""
    month, day = ARRIVES[dossier]
    planned = date(year + 1, month, day) + timedelta(days=rng.randint(0, 20))
    return min(planned, today - timedelta(days=rng.randint(3, 20)))


def _note(dossier: Dossier, year: int) -> str:
    match dossier:
        case "tax":
            return f"{year}年度汇算清缴"
        case "audit":
            return f"{year}年度审计报告"
        case "statistics":
            return f"{year}年年报"
        case _:
            return f"{year}年度企业摸底表"


def _standing(rng: Random, archetype: Archetype, industry: Industry, founded: date, today: date) -> Iterator[Figure]:
    told: dict[Dossier, dict[str, Value]] = {
        "registry": {"registration_place": "中国境内", "legal_person": True, "registered_here": True},
        "tax": _tax(industry),
        "statistics": _statistics(archetype, industry),
        "survey": {"prohibited_product": False, "rd_indicator": archetype.indicator, "rd_unit": bool(archetype.ip)},
        "expert": _expert(rng, archetype, industry),
        "srdi": _srdi(rng, industry, founded, today),
    }
    newest = (archetype.latest - 1) * 365
    for dossier, values in told.items():
        if dossier in archetype.files:
            day = today - timedelta(days=newest + rng.randint(25, 200))
            for kind, value in values.items():
                yield Figure(kind, 0, value, SOURCES[dossier], None, max(day, founded))
    for kind, text in archetype.extra.items():
        value = vocabulary().facts[kind].read(text)
        yield Figure(kind, 0, value, Source.DEPARTMENT, None, today - timedelta(days=rng.randint(20, 90)))


def _tax(industry: Industry) -> dict[str, Value]:
    flags: dict[str, Value] = dict.fromkeys(("resident", "independent_accounts", "sound_accounts", "taxed_here"), True)
    return {**flags, "barred_industry": industry.barred}


def _statistics(archetype: Archetype, industry: Industry) -> dict[str, Value]:
    return {
        "counted_here": True,
        "small_or_medium": True,
        "above_scale": archetype.above_scale,
        "strategic_product": industry.strategic,
    }


def _expert(rng: Random, archetype: Archetype, industry: Industry) -> dict[str, Value]:
    if archetype.scores is None:
        return {}
    scores = {kind: Decimal(points) for kind, points in zip(SCORED, SCORES[archetype.scores], strict=True)}
    # Five experts' whole points make an average with fifths.
    scores["core_support_score"] += Decimal(rng.randint(0, 2)) / 5
    return {**scores, "hightech_field": industry.field}


def _srdi(rng: Random, industry: Industry, founded: date, today: date) -> dict[str, Value]:
    return {
        "segment_since": max(founded, date(today.year - rng.randint(5, 8), rng.randint(1, 12), 1)),
        "market_leading": True,
        "growth_evaluation": Decimal(rng.randint(520, 680)) / 10,
        "market_share": Decimal(rng.randint(20, 70)) / 1000,
        "key_chain": industry.strategic,
        "product_field": "六基老字号链主配套" if industry.strategic else "其他领域",
        "digital_level": Decimal(rng.randint(2, 3)),
        "quality_items": Decimal(rng.randint(1, 3)),
        "regional_feature_score": Decimal(rng.randint(8, 13)),
    }


def _is_missing(archetype: Archetype, figure: Figure, this_year: int) -> bool:
    back = this_year - figure.year
    return any(figure.year and name in (figure.kind, f"{figure.kind}@{back}", f"@{back}") for name in archetype.missing)


def _versions(rng: Random, archetype: Archetype, figure: Figure, today: date) -> Iterator[Figure]:
    """The figure, after what was believed before where the archetype says that it was corrected or revised."""
    name = f"{figure.kind}@{today.year - figure.year}"
    if name in archetype.corrected:
        quick = figure.recorded_on - timedelta(days=rng.randint(40, 110))
        told = replace(figure, source=Source.FIRM, note=f"{figure.year}年度企业快报", recorded_on=quick)
        yield _believed(told, archetype.corrected[name], until=figure.recorded_on)
        yield figure
    elif name in archetype.revised:
        audited = max(figure.recorded_on, today - timedelta(days=rng.randint(45, 75)))
        yield _believed(figure, archetype.revised[name], until=audited)
        yield replace(figure, source=Source.AUDITOR, note="专项审计调整", recorded_on=audited)
    else:
        yield figure


def _believed(figure: Figure, factor: Decimal, *, until: date) -> Figure:
    assert isinstance(figure.value, Decimal), "only amounts are corrected"
    return replace(figure, value=(figure.value * factor).quantize(Decimal(1)), replaced_on=until)
