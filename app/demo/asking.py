"""What the demonstration asks of itself: a forecast, computed like any other as soon as the site is served."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.forecasts import queries, service
from app.forecasts.forms import ForecastFields
from app.forecasts.models import Forecast
from app.titles.models import Title
from app.titles.stock import held_until

ASKER, KIND, MORE = "bureau1", "hnte", 4
MOST_SEARCHED = 20


def ask_forecast(db: Session) -> None:
    """High-tech firms at the end of next year: four more than today. Once only."""
    asker = db.scalar(sa.select(User).where(User.username == ASKER))
    if asker is None or db.scalar(sa.select(Forecast.id).limit(1)):
        return
    year = clock.today().year + 1
    fields = ForecastFields(
        name=f"{year}年末有效期内高企（示例）",
        until=f"{year}-12",
        handling=3,
        most_searched=MOST_SEARCHED,
        kind_1=KIND,
        count_1=_held_today(db) + MORE,
    )
    service.make_forecast(db, asker, fields)


def _held_today(db: Session) -> int:
    titles: dict[int, list[Title]] = queries.titles_of(db, KIND, None)
    return sum(held_until(each, clock.today()) is not None for each in titles.values())
