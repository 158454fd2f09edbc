"""What a person says about how they want to be told, and about the calendar."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from app.core.fields import Fields, RequiredLine, refuse
from app.notices.models import Channel

EARLIEST, LATEST = 7, 20


class SubscriptionFields(Fields):
    channel: Channel
    address: Annotated[str, Field(min_length=3, max_length=400)]
    secret: Annotated[str, Field(max_length=120)] = ""
    hour: Annotated[int, Field(ge=EARLIEST, le=LATEST)] = 8
    rest_days: bool = False

    @field_validator("address")
    @classmethod
    def _an_address(cls, address: str, info: ValidationInfo) -> str:
        name, _, domain = address.partition("@")
        sound = name and "." in domain and address.isascii() and address.isprintable() and " " not in address
        if info.data.get("channel") is Channel.EMAIL and not sound:
            raise refuse("请填写完整的邮箱地址，如 zhang@example.cn。")
        return address


class SpecialDayFields(Fields):
    day: date
    worked: Literal["yes", "no"]
    note: RequiredLine
