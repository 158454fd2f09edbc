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
SOME = 10


@pytest.mark.slow
def test_every_firm_of_the_district_is_judged_by_every_rule_as_alone(loaded: sa.Engine) -> None:
    with Session(loaded) as db:
        rules = [entry.rule for entry in rule_book(db).entries]
        # The whole district on one engine; on the other enough to see that the sheets are the same.
        firms = db.scalars(sa.select(Firm).order_by(Firm.id)).all()[:: 1 if loaded.dialect.name == "sqlite" else SOME]
        sheets = {firm.id: sheet_of(db, firm) for firm in firms}
        anchors = Anchors(clock.today(), clock.today())

        result = judged(rules, sheets, anchors, vocabulary())

        assert list(differences(result, rules, sheets, anchors)) == []
        assert result.one_by_one() <= LARGEST_SHARE * len(rules) * len(sheets)
