"""What a person supplies for a batch: which firms, what is to be done with them, and what they saw of it."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.core import clock
from app.core.fields import Fields, Line, OptionalId, RowId, Text, blank_is_none, refuse
from app.firms.bulk.models import BulkKind

MOST_TICKED = 100


class Selection(Fields):
    """The ticked firms, or the whole list of an address."""

    kind: BulkKind
    firm: list[RowId] = Field(default_factory=list, max_length=MOST_TICKED)
    whole: bool = False

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.firm and not self.whole:
            raise refuse("还没有选择企业：请先勾选，或对筛选出的全部企业操作。")
        return self


class BulkFields(Selection):
    """`seen` is the digest of the preview that the person had in front of them."""

    user_id: OptionalId = None
    starts_on: Annotated[date | None, blank_is_none] = None
    tag: Annotated[Annotated[Line, Field(max_length=32)] | None, blank_is_none] = None
    pool: Annotated[Annotated[Line, Field(max_length=64)] | None, blank_is_none] = None
    question: Annotated[Annotated[Text, Field(max_length=500)] | None, blank_is_none] = None
    seen: Annotated[str, Field(max_length=64)] = ""

    @property
    def starts(self) -> date:
        return self.starts_on or clock.today()

    def lacking(self) -> tuple[str, str] | None:
        """The field that this kind of batch needs and does not have, and what to say about it."""
        needed = {
            BulkKind.ASSIGN: ("user_id", self.user_id, "请选择一名科技专员。"),
            BulkKind.TAG: ("tag", self.tag, "请写标签，如“重点走访”。"),
            BulkKind.POOL: ("pool", self.pool, "请选择或写出培育库的名称。"),
            BulkKind.ASK: ("question", self.question, "请写要问的事。"),
        }
        name, value, message = needed[self.kind]
        return None if value else (name, message)
