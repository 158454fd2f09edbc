"""What people supply about accounts of firms: on the public page, and when somebody is invited."""

from typing import Annotated

from pydantic import Field

from app.accounts.forms import PersonName, Username
from app.core.fields import CreditCode, Fields, Line, RequiredLine

Phone = Annotated[Line, Field(pattern=r"^\+?\d[\d\- ]{4,30}$")]


class SignUpFields(Fields):
    """Asking for an account: for which firm, and who asks."""

    credit_code: CreditCode
    firm_name: RequiredLine
    person: PersonName
    post: Annotated[Line, Field(max_length=64)] = ""
    phone: Phone
    note: Line = ""


class PersonFields(Fields):
    """Somebody who is to have an account for a firm."""

    name: PersonName
    username: Username


class RefusalFields(Fields):
    reason: RequiredLine
