"""What a person supplies: the unit that is asked, or the value with its source."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.core.fields import Fields, Line, OptionalId, RequiredLine


class KeeperFields(Fields):
    unit_id: OptionalId = None


class SupplyFields(Fields):
    """The value as the rule language writes an amount, the document that names it, and from which day it holds."""

    value: Annotated[str, Field(min_length=1, max_length=400)]
    document: RequiredLine
    starts_on: date
    note: Line = ""
