"""What a firm and a commissioner have to do with each other: a pure comparison, feature by feature, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.needs.matching.features import is_spoken_of, terms_in

FIELD, NEED, MOST_NEEDS, NEAR, KNOWN, EASE = 30, 12, 3, 15, 20, 20


@dataclass(frozen=True)
class Firm:
    """A firm that needs somebody: its technology field, the open needs as texts, its units (number, name)."""

    number: int
    name: str
    field: str = ""
    needs: tuple[str, ...] = ()
    units: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody who can be sent; `near` are units, `known` the firms looked after before, `barred` those never."""

    number: int
    name: str
    fields: tuple[str, ...] = ()
    words: str = ""
    near: frozenset[int] = frozenset()
    known: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    load: int = 0
    most: int = 0


@dataclass(frozen=True)
class Feature:
    """One comparison: its points (0: does not speak for it) and the sentence that says why."""

    points: int
    sentence: str


@dataclass(frozen=True)
class Pair:
    """A firm with a person; `points` is None where they must not be, or have nothing to do with each other."""

    points: int | None
    features: tuple[Feature, ...] = field(default_factory=tuple)


def compare(firm: Firm, person: Person) -> Pair:
    """What speaks for sending a person to a firm. Interests exclude; so does having nothing in common."""
    if firm.number in person.barred:
        return Pair(None, (Feature(0, "申报过利益关系，不能派驻"),))
    features = tuple(_features(firm, person))
    points = sum(each.points for each in features)
    return Pair(points or None, features)


def ease_of(person: Person) -> tuple[int, ...]:
    """What each further firm is worth for being light work: 20 points for somebody who is free, then ever less.

    Falling is what spreads the work: the first firm of a free person is worth more than the last of a busy one.
    """
    return tuple(EASE * (person.most - taken) // person.most for taken in range(person.load, person.most))


def _features(firm: Firm, person: Person) -> Iterator[Feature]:
    yield _field(firm, person)
    yield _needs(firm, person)
    yield _near(firm, person)
    if firm.number in person.known:
        yield Feature(KNOWN, "以前派驻过这家企业，情况熟悉")


def _field(firm: Firm, person: Person) -> Feature:
    if not firm.field or not person.fields:
        return Feature(0, f"{'企业' if not firm.field else '专员'}的技术领域未填，不能比较")
    if firm.field in person.fields:
        return Feature(FIELD, f"技术领域同为{firm.field}")
    return Feature(0, f"技术领域不同：企业是{firm.field}")


def _needs(firm: Firm, person: Person) -> Feature:
    if not firm.needs:
        return Feature(0, "企业没有正在办理的需求")
    terms = terms_in(person.words)
    met = [need for need in firm.needs if any(is_spoken_of(term, need) for term in terms)]
    if not met:
        return Feature(0, f"{len(firm.needs)} 条需求都没有提到其专长")
    titles = "、".join(need.partition("\n")[0] for need in met[:MOST_NEEDS])
    return Feature(NEED * min(len(met), MOST_NEEDS), f"专长对得上需求：{titles}")


def _near(firm: Firm, person: Person) -> Feature:
    if not person.near:
        return Feature(0, "没有写就近服务的单位，不比较远近")
    near = "、".join(name for number, name in firm.units if number in person.near)
    if near:
        return Feature(NEAR, f"就近：{near}")
    where = "、".join(name for _, name in firm.units) or "未分配责任单位"
    return Feature(0, f"不在其就近服务的范围（{where}）")
