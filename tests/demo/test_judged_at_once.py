import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.sheet import sheet_of
from app.core import clock
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.policies.queries import rule_book
from app.rules import Anchors
from tests.rules.pool.compared import differences, judged

LARGEST_SHARE = 0.02
# Every so many firms: one evaluation of the whole book for one firm takes a tenth of a second.
EVERY = {"sqlite": 8, "postgresql": 60}


@pytest.mark.slow
def test_firms_of_the_district_are_judged_by_every_rule_as_alone(loaded: sa.Engine) -> None:
    with Session(loaded) as db:
        rules = [entry.rule for entry in rule_book(db).entries]
        firms = db.scalars(sa.select(Firm).order_by(Firm.id)).all()[:: EVERY[loaded.dialect.name]]
        sheets = {firm.id: sheet_of(db, firm) for firm in firms}
        anchors = Anchors(clock.today(), clock.today())

        result = judged(rules, sheets, anchors, vocabulary())

        assert len(rules) > 100  # an empty book would agree about nothing
        assert list(differences(result, rules, sheets, anchors)) == []
        assert result.one_by_one() <= LARGEST_SHARE * len(rules) * len(sheets)
