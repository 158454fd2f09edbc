"""Annual figures as a file: a row for each firm and year, a column for each figure; it can be imported again."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.exports.listing import Column, Drawn, Shape, Value, register
from app.facts.models import Fact
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.firms import exports as firms
from app.firms.lists.rows import firms_matching
from app.firms.models import Firm
from app.firms.search.address import Search
from app.rules import FactKind
from app.rules.values import plain

WHO = (*firms.WHO, Column("年度", width=8))
SHAPES: dict[str, Shape] = {"money": "wan", "count": "number", "number": "number", "date": "day"}


def draw(db: Session, actor: User, query: str) -> Drawn:
    """Every standing figure of the firms that a list's address shows this person.

    What has no year stands in the row of a firm's latest year. Amounts are in 万元, shares are written with their %.
    """
    search = Search.read_address(query)
    ids = list(db.scalars(firms_matching(actor, search).with_only_columns(Firm.id)))
    kinds = _kinds(db, ids)
    columns = (*WHO, *(Column(_label(kind), SHAPES.get(kind.type, "text")) for kind in kinds))
    return Drawn(columns, firms.in_words(db, actor, search), _count(db, ids), _rows(db, ids, kinds))


def _kinds(db: Session, ids: Sequence[int]) -> list[FactKind]:
    """The figures that any of the firms has, in the order of the vocabulary."""
    held: set[str] = set()
    for some in _chunks(ids):
        held |= set(db.scalars(sa.select(Fact.kind).where(*_standing(some)).distinct()))
    return [kind for code, kind in vocabulary().facts.items() if code in held]


def _count(db: Session, ids: Sequence[int]) -> int:
    """How many rows: one for each firm and year, and one for a firm that has only what has no year."""
    count = 0
    for some in _chunks(ids):
        pairs = db.execute(sa.select(Fact.firm_id, Fact.year).where(*_standing(some)).distinct()).all()
        dated = {firm_id for firm_id, year in pairs if year}
        count += sum(1 for firm_id, year in pairs if year or firm_id not in dated)
    return count


def _rows(db: Session, ids: Sequence[int], kinds: Sequence[FactKind]) -> Iterator[tuple[Value, ...]]:
    for some in firms.in_portions(db, ids):
        figures: dict[int, dict[int, dict[str, Fact]]] = {}
        for fact in db.scalars(sa.select(Fact).where(*_standing([firm.id for firm in some]))):
            figures.setdefault(fact.firm_id, {}).setdefault(fact.year, {})[fact.kind] = fact
        for firm in some:
            yield from _rows_of(firm, figures.get(firm.id, {}), kinds)


def _rows_of(firm: Firm, by_year: dict[int, dict[str, Fact]], kinds: Sequence[FactKind]) -> Iterator[tuple[Value, ...]]:
    timeless = by_year.pop(0, {})
    years = sorted(by_year, reverse=True) or ([0] if timeless else [])
    for year in years:
        held = {**by_year.get(year, {}), **(timeless if year == years[0] else {})}
        figures = (_written(kind, held[kind.code]) if kind.code in held else None for kind in kinds)
        yield (firm.credit_code, firm.name, str(year) if year else None, *figures)


def _written(kind: FactKind, fact: Fact) -> Value:
    value = joined(kind, fact.number, fact.text)
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal() if kind.type == "ratio":
            return f"{plain(value * 100)}%"
        case Decimal() if kind.type == "money":
            return firms.in_wan(value)
        case _:
            return value


def _label(kind: FactKind) -> str:
    unit = "万元" if kind.type == "money" else "" if kind.type == "ratio" else kind.unit
    return f"{kind.label}（{unit}）" if unit else kind.label


def _standing(ids: Sequence[int]) -> tuple[sa.ColumnElement[bool], ...]:
    return Fact.firm_id.in_(ids), Fact.superseded_at.is_(None)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + firms.AT_ONCE] for start in range(0, len(ids), firms.AT_ONCE))


FIGURES = register("figures", "企业年度数据", permission="firm:list", draw=draw, of_firms=True)
