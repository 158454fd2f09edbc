"""What people supply about duties: which units a name means, when a task is due, what came of it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.core.fields import Fields, RowId, Text, blank_is_none

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Words = Annotated[Text, Field(min_length=1, max_length=2000)]


class NameFields(Fields):
    """The units of this district a name stands for; none where there is no such unit."""

    version: Version
    unit_ids: list[RowId] = Field(default_factory=list)


class DutyFields(Fields):
    """When a task is due, and which units help."""

    version: Version
    due_on: Annotated[date | None, blank_is_none] = None
    helper_ids: list[RowId] = Field(default_factory=list)


class FeedbackFields(Fields):
    version: Version
    state: Literal["doing", "done"]
    words: Words


class ReturnFields(Fields):
    version: Version
    remark: Words
