"""Invented names, credit codes, addresses and people; nothing of them belongs to a real firm or person."""

from decimal import Decimal
from functools import cache
from random import Random
from typing import Annotated

from pydantic import BeforeValidator
from stdnum.cn import uscc

from app.core.fields import Fields
from app.core.seedfiles import SEEDS, read_yaml
from app.demo.archetypes import Archetype, Span
from app.demo.pool import Person

REGISTRAR, AREA = "91", "650107"


class Industry(Fields):
    """An industry of the district; `per_head` is its sales per person in 万元."""

    label: str
    weight: int
    words: list[str]
    products: list[str]
    scope: str
    field: str
    strategic: bool
    per_head: Span
    barred: bool = False
    place: str


def _by_label(declared: list[dict[str, object]]) -> dict[str, Industry]:
    return {industry.label: industry for industry in (Industry.model_validate(each) for each in declared)}


class Words(Fields):
    """The words of seeds/demo/words.yaml."""

    first: list[str]
    second: list[str]
    industries: Annotated[dict[str, Industry], BeforeValidator(_by_label)]
    townships: list[str]
    parks: dict[str, str]
    roads: list[str]
    places: list[str]
    forms: list[str]
    surnames: list[str]
    given: list[str]
    others: list[str]
    posts: list[str]


@cache
def words() -> Words:
    return Words(**read_yaml(SEEDS / "demo" / "words.yaml"))


def pick_industry(rng: Random, archetype: Archetype, number: int) -> Industry:
    """The archetype's industries in turn; any of the district, by weight, where it names none."""
    known = words().industries
    if archetype.industry:
        return known[archetype.industry[number % len(archetype.industry)]]
    return rng.choices(list(known.values()), [each.weight for each in known.values()])[0]


def trade_names(seed: int) -> list[str]:
    """Every two-character trade name once, in an order of the seed's own."""
    known = words()
    pairs = [first + second for first in known.first for second in known.second if first != second]
    Random(f"{seed}/trade names").shuffle(pairs)  # noqa: S311 - an invented pool is no secret
    return pairs


def compose_name(rng: Random, trade_name: str, industry: Industry) -> str:
    """“新疆朔衡风电科技有限公司”, now and then with the place in brackets."""
    known = words()
    place, kind, form = rng.choice(known.places), rng.choice(industry.words), rng.choice(known.forms)
    if rng.random() < 0.06:  # noqa: PLR2004 - one in sixteen
        return f"{trade_name}（{place}）{kind}{form}"
    return f"{place}{trade_name}{kind}{form}"


def credit_code(number: int) -> str:
    """A valid code of the district, from the serials beginning with MAY, which registrars have not reached."""
    body = f"{REGISTRAR}{AREA}MAY{number:06d}"
    return body + str(uscc.calc_check_digit(body))


def place_of(rng: Random, industry: Industry, *, techy: bool) -> tuple[str, str | None]:
    """(township or street, park or None); firms with research sit in the parks more often."""
    known = words()
    if industry.place in known.parks and rng.random() < (0.75 if techy else 0.4):
        return known.parks[industry.place], industry.place
    if industry.place in known.townships and rng.random() < 0.5:  # noqa: PLR2004 - half
        return industry.place, None
    return rng.choice(known.townships), None


def address_of(rng: Random, unit: str, park: str | None) -> str:
    room = f"{park}{rng.randint(1, 18)}号厂房" if park else f"{rng.randint(1, 6)}0{rng.randint(1, 9)}室"
    return f"新疆乌鲁木齐市达坂城区{unit}{rng.choice(words().roads)}{rng.randint(2, 388)}号{room}"


def capital_of(rng: Random, sales: Decimal) -> Decimal:
    """A registered capital in 元 of the size that goes with such sales (元)."""
    steps = [Decimal(each) * 10_000 for each in (10, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 30_000)]
    fitting = [step for step in steps if step <= max(sales / 2, steps[2])]
    return rng.choice(fitting[-3:])


def person(rng: Random, number: int) -> Person:
    """Somebody to call; numbers beginning with 120 are given to no mobile phone."""
    known = words()
    own = rng.random() < 0.3  # noqa: PLR2004 - three in ten
    name = rng.choice(known.others) if own else rng.choice(known.surnames) + rng.choice(known.given)
    return Person(name, rng.choice(known.posts), f"120{number:08d}")
