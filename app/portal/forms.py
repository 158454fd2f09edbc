"""What people supply about accounts of firms: on the public page, and when somebody is invited."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from app.accounts.forms import PersonName, Username
from app.core.fields import CreditCode, Fields, Line, RequiredLine, refuse

PHONE = re.compile(r"\+?\d[\d\- ]{4,30}", re.ASCII)


def _reachable(number: str) -> str:
    if not PHONE.fullmatch(number):
        raise refuse("请填写能联系上的电话，如 13812345678 或 0991-5550000。")
    return number


Phone = Annotated[Line, AfterValidator(_reachable)]


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
