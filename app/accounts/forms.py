"""What people may supply about accounts."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from app.accounts.models import UnitKind
from app.accounts.permissions import Role
from app.core.fields import ODD as ODD_CHARACTERS
from app.core.fields import CreditCode, Fields, OptionalId, RequiredLine, RowId, blank_is_none, refuse

USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,63}$")


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _username(value: str) -> str:
    if not USERNAME.match(value):
        raise refuse("用户名须为 2～64 位小写字母、数字、点、横线或下划线，并以字母或数字开头。")
    return value


def _secret(value: Any) -> Any:
    if isinstance(value, str) and ODD_CHARACTERS.search(value):
        raise refuse("密码含有无法输入的字符（控制符或乱码），请重新输入。")
    return value


# Nothing is cut off or stripped from a password; its length is judged by the rules, with a better sentence.
Secret = Annotated[
    str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000), BeforeValidator(_secret)
]
Username = Annotated[str, BeforeValidator(_lower), AfterValidator(_username)]
PersonName = Annotated[RequiredLine, Field(max_length=64)]
UnitName = Annotated[RequiredLine, Field(max_length=100)]
OptionalCode = Annotated[CreditCode | None, blank_is_none]


class SignIn(Fields):
    username: Annotated[RequiredLine, BeforeValidator(_lower), Field(max_length=64)]
    password: Secret
    next: Annotated[str, Field(max_length=2000)] = "/"
    kept: Annotated[str, Field(max_length=250_000)] = ""


def _code(value: Any) -> Any:
    return "".join(value.lower().split()) if isinstance(value, str) else value


OneTimeCode = Annotated[str, Field(min_length=1, max_length=40), BeforeValidator(_code)]


class CodeEntry(Fields):
    """The second step of signing in."""

    code: OneTimeCode
    pending: Annotated[str, Field(max_length=300)] = ""
    next: Annotated[str, Field(max_length=2000)] = "/"
    kept: Annotated[str, Field(max_length=250_000)] = ""


class FactorChange(Fields):
    """Turning the second factor on or off."""

    current: Secret
    code: OneTimeCode


class NewPassword(Fields):
    """A first password, set through a one-time link."""

    password: Secret
    repeat: Secret


class PasswordChange(NewPassword):
    current: Secret


class UserFields(Fields):
    """What an administrator says about a user; who belongs to which firm is said by its credit code."""

    name: PersonName
    role: Role
    unit_id: OptionalId = None
    credit_code: OptionalCode = None
    is_head: bool = False


class NewUser(UserFields):
    username: Username


class UserEdit(UserFields):
    version: RowId


class UnitFields(Fields):
    name: UnitName
    kind: UnitKind
    parent_id: OptionalId = None


class UnitEdit(UnitFields):
    version: RowId
