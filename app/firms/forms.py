"""What a person may supply about a firm, its contacts and its commissioners."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, field_validator

from app.core import clock
from app.core.fields import CreditCode, Fields, Line, OptionalId, RequiredLine, RowId, Text, Wan, blank_is_none, refuse
from app.firms.models import Contact, Firm, FirmState

EARLIEST = date(1900, 1, 1)

Short = Annotated[Line, Field(max_length=100)]
OptionalShort = Annotated[Short | None, blank_is_none]
OptionalDay = Annotated[date | None, blank_is_none]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class FirmFields(Fields):
    """The identity of a firm; also what an import row supplies."""

    name: RequiredLine
    credit_code: CreditCode
    legal_form: OptionalShort = None
    founded_on: OptionalDay = None
    registered_capital: Annotated[Wan | None, blank_is_none] = None
    industry: OptionalShort = None
    business_scope: Annotated[Text | None, blank_is_none] = None
    address: Annotated[Line | None, blank_is_none] = None
    region: OptionalShort = None
    state: FirmState = FirmState.OPEN
    unit_id: OptionalId = None
    park_id: OptionalId = None

    @field_validator("founded_on")
    @classmethod
    def _in_the_past(cls, day: date | None) -> date | None:
        if day is not None and not EARLIEST <= day <= clock.today():
            raise refuse("成立日期应在 1900 年以后、今天以前，请核对营业执照。")
        return day

    @field_validator("registered_capital")
    @classmethod
    def _not_negative(cls, yuan: Decimal | None) -> Decimal | None:
        if yuan is not None and yuan < 0:
            raise refuse("注册资本不能小于 0。")
        return yuan


class NewFirm(FirmFields):
    """`same_name_seen` says that the person has looked at the firms of the same name and goes on."""

    same_name_seen: bool = False


class EditedFirm(NewFirm):
    """`renamed_on` dates a change of name; `version` is the one that the person had in front of them."""

    renamed_on: OptionalDay = None
    version: Version

    @field_validator("renamed_on")
    @classmethod
    def _not_to_come(cls, day: date | None) -> date | None:
        if day is not None and day > clock.today():
            raise refuse("更名日期不能晚于今天。")
        return day


class ContactFields(Fields):
    name: Annotated[RequiredLine, Field(max_length=64)]
    post: Annotated[Annotated[Line, Field(max_length=64)] | None, blank_is_none] = None
    phone: Annotated[
        Annotated[Line, Field(pattern=r"^\+?\d[\d\- ]{4,30}$")] | None,
        blank_is_none,
    ] = None
    note: Annotated[Line | None, blank_is_none] = None


class EditedContact(ContactFields):
    version: Version


class AssignmentFields(Fields):
    user_id: RowId
    starts_on: date = Field(default_factory=clock.today)
    ends_on: OptionalDay = None


class AnswerFields(Fields):
    answer: Annotated[Text, Field(min_length=1, max_length=2000)]


class EndFields(Fields):
    ends_on: date


def values_of(firm: Firm) -> dict[str, Any]:
    """What an edit form starts with; the amount in 万元 without loss."""
    capital = firm.registered_capital
    return {
        **{name: getattr(firm, name) for name in FirmFields.model_fields},
        "registered_capital": None if capital is None else f"{(capital / 10_000).normalize():f}",
        "state": firm.state.code,
        "version": firm.version,
    }


def contact_values(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in EditedContact.model_fields}
