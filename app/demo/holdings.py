"""What a firm holds or has been through: intellectual property, titles, incidents, and who vouches for what."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from app.demo.archetypes import Archetype, TitleSpec, draw_days
from app.demo.naming import Industry
from app.demo.pool import Certificate, Entry, Statement, repeated
from app.facts.models import Source
from app.facts.values import restored
from app.facts.vocabulary import vocabulary
from app.rules.values import Value
from app.titles.validity import last_day

# Years for which a right stands, counted from its grant; the examination before it is taken off.
LASTS = {"发明专利": 16, "实用新型": 9, "外观设计": 14, "软件著作权": 49}
NUMBERED = {
    "发明专利": "ZL{year}1{serial}",
    "实用新型": "ZL{year}2{serial}",
    "外观设计": "ZL{year}3{serial}",
    "软件著作权": "演软登字{year}{serial}",
}
NAMED = {
    "发明专利": "一种{product}及其控制方法",
    "实用新型": "一种{product}",
    "外观设计": "{product}（外观）",
    "软件著作权": "{product}V{version}.0",
}
AUTHORITIES = {
    "tsme": "全国科技型中小企业信息服务平台",
    "isme": "自治区工业和信息化厅",
    "srdi": "自治区工业和信息化厅",
    "hnte": "自治区高新技术企业认定管理机构",
    "leader": "达坂城区科技局",
}
NUMBERS = {
    "isme": "演创{year}-{serial}",
    "srdi": "演专{year}-{serial}",
    "hnte": "GR{year}65{serial}",
    "leader": "演领{year}-{serial}",
}
REPLIERS = {"科研失信": "区科技局", "弄虚作假": "区科技局", "税收违法": "区税务局"}
TITLE_YEARS = 3
REPLIED_YEARS = 4


def rights_of(rng: Random, archetype: Archetype, industry: Industry, founded: date, today: date) -> Iterator[Entry]:
    """The portfolio the archetype asks for, granted over the firm's life, most of it in the last years."""
    serial = 0
    oldest = min((today - founded).days - 30, 5 * 365)
    for sort, numbers in archetype.ip.items():
        for _ in range(draw_days(rng, numbers)):
            serial += 1
            granted = today - timedelta(days=rng.randint(50, max(60, oldest)))
            yield _right(rng, archetype, industry, sort, granted, serial)


def _right(rng: Random, archetype: Archetype, industry: Industry, sort: str, granted: date, serial: int) -> Entry:
    # Without research of its own a firm has bought some of what it holds.
    acquired = not archetype.own_ip and rng.random() < 0.2  # noqa: PLR2004 - one in five
    attributes: dict[str, Value] = {
        "sort": sort,
        "number": NUMBERED[sort].format(year=granted.year, serial=f"9{rng.randint(0, 99999):05d}{serial:03d}"),
        "name": NAMED[sort].format(product=rng.choice(industry.products), version=serial),
        "acquired_by": "受让" if acquired else "自主研发",
        "mainland": True,
        "linked": True,
        "consumed": _consumed(archetype, sort, granted, serial),
        "high_value": False,
        "profitable": archetype.own_ip,
        "holder_rank": Decimal(1),
    }
    if acquired:
        attributes["acquired_on"] = granted + timedelta(days=20)
    return Entry(
        "ip",
        granted,
        _years_later(granted, LASTS[sort]),
        attributes,
        Source.DEPARTMENT,
        granted + timedelta(days=30),
    )


def _consumed(archetype: Archetype, sort: str, granted: date, serial: int) -> bool:
    """Rights of the second class serve one certification; a firm that was certified has used up half of them."""
    if sort == "发明专利":
        return False
    return archetype.all_consumed or (archetype.consumed and (serial + granted.year) % 2 == 0)


def entries_of(archetype: Archetype, today: date) -> Iterator[Entry]:
    """The archetype's own records, their dates counted back from today."""
    for spec in archetype.records:
        declared = {each.code: each.type for each in vocabulary().collections[spec.collection].attributes}
        starts = today - timedelta(days=spec.starts)
        ends = today - timedelta(days=spec.ends) if spec.ends is not None else None
        attributes = {code: restored(declared[code], text) for code, text in spec.attributes.items()}
        recorded = min(starts + timedelta(days=25), today - timedelta(days=2))
        yield Entry(spec.collection, starts, ends, attributes, Source.of(spec.source), recorded)


def certificates_of(
    rng: Random, archetype: Archetype, number: int, founded: date, today: date
) -> Iterator[Certificate]:
    """Titles of three years' validity, and the yearly numbers of 科技型中小企业."""
    for spec in archetype.titles:
        yield _certificate(rng, spec, number, today)
    for back in archetype.tsme:
        if today.year - back > founded.year:
            yield _yearly_number(rng, number, back, today)


def _certificate(rng: Random, spec: TitleSpec, number: int, today: date) -> Certificate:
    if spec.issued is not None:
        issued = today - timedelta(days=draw_days(rng, spec.issued))
    else:
        issued = _years_later(today + timedelta(days=(spec.ends_in or 0) + 1), -TITLE_YEARS)
    until = last_day(f"{TITLE_YEARS}年", issued)
    return Certificate(
        kind=spec.kind,
        number=NUMBERS[spec.kind].format(year=issued.year, serial=f"9{number:05d}"),
        authority=AUTHORITIES[spec.kind],
        issued_on=issued,
        valid_until=until,
        revoked_on=today - timedelta(days=spec.revoked) if spec.revoked else None,
        revoke_reason=spec.reason,
        recorded_on=min(issued + timedelta(days=12), today - timedelta(days=1)),
    )


def _yearly_number(rng: Random, number: int, back: int, today: date) -> Certificate:
    """A registration number of one calendar year, given in its summer; this year's, before today."""
    year = today.year - back
    passed = 300 if back else (today - date(year, 1, 1)).days
    issued = date(year, 1, 1) + timedelta(days=int(passed * rng.uniform(0.5, 0.75)))
    return Certificate(
        kind="tsme",
        number=f"{year}650107A8{number:06d}",
        authority=AUTHORITIES["tsme"],
        issued_on=issued,
        valid_until=date(year, 12, 31),
        revoked_on=None,
        revoke_reason=None,
        recorded_on=min(issued + timedelta(days=12), today),
    )


def statements_of(archetype: Archetype, founded: date, today: date) -> Iterator[Statement]:
    """What the firm has signed for, and what the departments have answered about it, each quarter of the last year."""
    for collection in archetype.signed:
        signed = Statement(collection, {}, None, today, "企业（盖章声明）", Source.FIRM, "数据完整性声明")
        yield from _each_quarter(signed, founded)
    scopes = [{"sort": sort} for sort in archetype.replied] + [{}] * archetype.checked
    for scope in scopes:
        who = REPLIERS[scope["sort"]] if scope else "应急、生态环境、市场监管、税务、科技联合核查"
        since = date(today.year - REPLIED_YEARS, 1, 1)
        replied = Statement("incidents", scope, since, today, who, Source.DEPARTMENT, "逐户征询答复")
        yield from _each_quarter(replied, founded)


def _each_quarter(latest: Statement, founded: date) -> Iterator[Statement]:
    return (each for each in repeated(latest, every=91, times=4) if each.until > founded)


def _years_later(day: date, years: int) -> date:
    """The same day of another year; 28 February for a leap day that year has not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
