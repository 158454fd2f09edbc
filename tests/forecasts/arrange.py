"""A forecast as it stands once it is computed, without computing it."""

import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.forecasts.models import Fate, Forecast, ForecastFirm, ForecastTarget
from app.titles.choosing import Reach

OUTCOME = {
    "days": [clock.today().isoformat()],
    "lapses": [0],
    "held": [0],
    "sure": [1],
    "best": [1],
    "today": 0,
    "kept": 0,
    "need": 1,
    "short": 0,
    "short_surely": 0,
    "most": 1,
    "candidates": 1,
    "unsearched": 0,
    "closed": False,
    "months_left": 1,
    "in_scope": 1,
    "away": 0,
    "window": "",
    "rule": "hnte",
    "questions": [],
}


def computed_forecast(firm: Firm) -> Forecast:
    """One firm is to be certified, and can be."""
    with database.writing() as session:
        maker = session.scalars(sa.select(User).where(User.role == Role.BUREAU)).first()
        assert maker is not None
        target = ForecastTarget(position=1, kind="hnte", count=1, reach=Reach.SURE, outcome=OUTCOME)
        made = Forecast(
            name="年底目标", until=clock.today(), handling=0, most_searched=0, made_by_id=maker.id,
            made_at=clock.now(), computed_at=clock.now(), day=clock.today(), book="", firms=1, revisions=1,
            targets=[target],
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add(
            ForecastFirm(
                target_id=target.id,
                firm_id=firm.id,
                fate=Fate.READY,
                chosen=True,
                position=0,
                lead_months=0,
                effort=0,
                issued_on=clock.today(),
                ways=["增加研发费用"],
            )
        )
        return made
