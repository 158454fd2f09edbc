"""What people may supply about a matching and a pairing."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.commissioners.forms import LATEST
from app.core import clock
from app.core.fields import Fields, OptionalId, Text, refuse
from app.firms.forms import Version


def _ahead(day: date) -> date:
    if not clock.today() <= day <= LATEST:
        raise refuse("请填写今天或以后的日期。")
    return day


class MatchingFields(Fields):
    """Firms of a unit (and those below it) or of all; everybody who serves, or those of one round."""

    unit_id: OptionalId = None
    round_id: OptionalId = None
    starts_on: Annotated[date, AfterValidator(_ahead)]


class DecisionFields(Fields):
    decision: Literal["accept", "change", "decline"]
    commissioner_id: OptionalId = None
    reason: Annotated[Text, Field(max_length=500)] = ""
    version: Version
