"""Figures by the thousand leave the same ledger as figures one by one."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import db
from app.core.errors import FieldError, Stale
from app.facts.ledger import Origin
from app.facts.many import Figure, record_facts, retract_facts
from app.facts.models import Fact, Source
from app.facts.service import record_fact
from app.firms.models import Firm
from tests.factories import make_firm, make_user

ORIGIN = Origin(Source.TAX, "一份报表")
VALUES = (
    ("revenue", 2023, Decimal(5)),
    ("revenue", 2024, Decimal(6)),
    ("staff", 2024, Decimal(7)),
    ("resident", 0, True),
)


def ledger(firm: Firm) -> list[Any]:
    """Every row of a firm's ledger without its number and moments, which rows stand, and the firm's revision."""
    columns = (Fact.kind, Fact.year, Fact.number, Fact.text, Fact.source, Fact.source_note, Fact.recorded_by_id)
    with db.reading() as session:
        rows = session.execute(
            sa.select(*columns, Fact.superseded_by_id, Fact.superseded_at.is_(None))
            .where(Fact.firm_id == firm.id)
            .order_by(Fact.kind, Fact.year, Fact.id)
        )
        return [tuple(row) for row in rows]


def test_many_at_once_are_the_same_as_one_by_one(engine: sa.Engine) -> None:
    actor, one, other = make_user(), make_firm(), make_firm()
    for factor in (1, 2):
        with db.writing() as session:
            for kind, year, value in VALUES:
                amount = value * factor if isinstance(value, Decimal) else value
                record_fact(session, actor, one, kind, amount, year=year, origin=ORIGIN, told=False)
        with db.writing() as session:
            standing = {(fact.kind, fact.year): fact.id for fact in session.scalars(standing_of(other))}
            figures = [
                Figure(other.id, kind, year, scaled(value, factor), ORIGIN, standing.get((kind, year), 0))
                for kind, year, value in VALUES
            ]
            record_facts(session, actor, figures)

    assert ledger(other) == ledger(one)
    assert len(ledger(one)) == 2 * len(VALUES)


def scaled(value: Any, factor: int) -> Any:
    return value * factor if isinstance(value, Decimal) else value


def standing_of(firm: Firm) -> sa.Select[Fact]:
    return sa.select(Fact).where(Fact.firm_id == firm.id, Fact.superseded_at.is_(None))


def test_a_figure_that_somebody_wrote_meanwhile_is_not_overwritten(engine: sa.Engine) -> None:
    firm = make_firm()
    with db.writing() as session:
        record_fact(session, None, firm, "staff", Decimal(5), year=2024, origin=ORIGIN, told=False)

    with pytest.raises(Stale), db.writing() as session:
        record_facts(session, None, [Figure(firm.id, "staff", 2024, Decimal(6), ORIGIN, 0)])

    assert [row[2] for row in ledger(firm)] == [Decimal(5)]


@pytest.mark.parametrize(("kind", "year"), [("nothing", 0), ("staff", 0), ("staff", 2099), ("resident", 2024)])
def test_what_the_vocabulary_does_not_know_is_refused(engine: sa.Engine, kind: str, year: int) -> None:
    firm = make_firm()

    with pytest.raises(FieldError), db.writing() as session:
        record_facts(session, None, [Figure(firm.id, kind, year, Decimal(1), ORIGIN, 0)])

    assert ledger(firm) == []


def test_the_firms_follow(engine: sa.Engine) -> None:
    firm = make_firm()
    with db.writing() as session:
        record_facts(session, None, [Figure(firm.id, "staff", 2024, Decimal(6), ORIGIN, 0)])
    with db.writing() as session:
        retract_facts(session, None, list(session.scalars(standing_of(firm))))

    with db.reading() as session:
        assert session.get_one(Firm, firm.id).revision == 3
        assert session.scalars(standing_of(firm)).all() == []
