"""What people supply to ask for a forecast: its scope, its day, and up to three targets."""

import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.core.fields import Fields, Line, OptionalId, RequiredLine, blank_is_none, refuse

PLACES = (1, 2, 3)
LONGEST_HANDLING = 24
MOST_SEARCHED = 500


def _half_width(value: Any) -> Any:
    """“６” and “1,200” as they are meant."""
    return unicodedata.normalize("NFKC", value).replace(",", "").strip() if isinstance(value, str) else value


def _needed(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise refuse("此项必填。")
    return _half_width(value)


Whole = BeforeValidator(_half_width)
NeededWhole = BeforeValidator(_needed)
Name = Annotated[RequiredLine, Field(max_length=80)]
Count = Annotated[int, Field(ge=1, le=1_000_000), NeededWhole]
OptionalCount = Annotated[Annotated[int, Field(ge=1, le=1_000_000)] | None, blank_is_none, Whole]


class ForecastFields(Fields):
    """`until` is a month as 2027-12; `handling` counts months from the declaration to the certificate."""

    name: Name
    unit_id: OptionalId = None
    until: RequiredLine
    handling: Annotated[int, Field(ge=0, le=LONGEST_HANDLING), NeededWhole]
    most_searched: Annotated[int, Field(ge=0, le=MOST_SEARCHED), NeededWhole]
    kind_1: RequiredLine
    count_1: Count
    kind_2: Line = ""
    count_2: OptionalCount = None
    kind_3: Line = ""
    count_3: OptionalCount = None

    def asked(self) -> list[tuple[int, str, int | None]]:
        """(place, kind, count) of every line that is not left blank."""
        lines = ((place, getattr(self, f"kind_{place}"), getattr(self, f"count_{place}")) for place in PLACES)
        return [line for line in lines if line[1] or line[2] is not None]
