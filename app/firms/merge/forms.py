"""What a person decides about two firms that may be one."""

from typing import Annotated

from pydantic import Field

from app.core.fields import CreditCode, Fields

MOST = 300
Word = Annotated[str, Field(max_length=80)]


class MergeFields(Fields):
    """What the kept firm takes over: `fields` of the registration, `figures` as “kind:year”; `seen`: the state seen."""

    keep: Annotated[str, Field(pattern="^(first|second)$")] = "first"
    fields: list[Word] = Field(default_factory=list, max_length=MOST)
    figures: list[Word] = Field(default_factory=list, max_length=MOST)
    seen: Word = ""


class PairFields(Fields):
    first: CreditCode
    second: CreditCode
