import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import db as database
from app.demo.asking import ASKER, ask_forecast
from app.forecasts.models import Forecast, ForecastTarget
from app.jobs.models import Job
from app.policies.book import load_book
from tests.factories import make_user
from tests.work import work_off


@pytest.mark.usefixtures("engine")
def test_the_demonstration_asks_one_forecast_that_can_be_computed(db: Session) -> None:
    with database.writing() as session:
        load_book(session)
    make_user(username=ASKER)

    for _ in range(2):
        with database.writing() as session:
            ask_forecast(session)
    work_off()

    assert db.scalars(sa.select(Job)).one().title.startswith("达标推演：")
    assert db.scalars(sa.select(Forecast)).one().computed_at is not None
    assert db.scalars(sa.select(ForecastTarget)).one().count == 4
