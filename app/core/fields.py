"""Fields: what a person or a file may supply; bounded, odd characters refused, messages in Chinese."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from stdnum.cn import uscc

ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffd\u202a-\u202e\u2066-\u2069]")
LARGEST_ID = 2**63 - 1


class Fields(BaseModel):
    """Base of every input model: unknown names are refused, blanks around text are dropped.

    Each is built when it is first filled in: all of them together would cost every start half a second.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, defer_build=True)


def refuse(message: str) -> PydanticCustomError:
    """An error whose text is already a sentence for people."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": message})


def _plain(value: Any) -> Any:
    if isinstance(value, str) and ODD.search(value):
        raise refuse("含有无法保存的字符（控制符或乱码），请删除后重新输入。")
    return value


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _credit_code(value: Any) -> str:
    code = unicodedata.normalize("NFKC", str(_plain(value))).upper().replace(" ", "").replace("-", "")
    if not code:
        raise refuse(SENTENCES["missing"])
    if len(code) != 18:  # noqa: PLR2004
        raise refuse(f"统一社会信用代码应为18位，现在是{len(code)}位，请核对营业执照。")
    if not uscc.is_valid(code):
        raise refuse("统一社会信用代码的校验位不符，可能有一位写错，请核对营业执照。")
    return code


UNITS = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4, "千": Decimal(10) ** 3}
MONEY = re.compile(r"^(?P<number>-?\d+(?:\.\d+)?)(?P<unit>[亿万千]?)元?(?:人民币)?$")


def read_yuan(text: str, *, default_unit: str = "元") -> Decimal:
    """“1,234.5万”, “２亿元”, “500(万)” → 元; a bare number is in the default unit. ValueError otherwise."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[\s,，()（）¥￥]|CNY|RMB", "", plain).replace("万元人民币", "万元").replace("人民币", "")
    found = MONEY.match(plain)
    if not found:
        raise ValueError(f"“{text[:40]}”不是金额，请写成如“1234.5万元”或“2亿元”。")
    # “500元” says what it is worth; only a bare number takes the default.
    unit = found["unit"] or ("" if plain.endswith("元") else default_unit.removesuffix("元"))
    try:
        return Decimal(found["number"]) * UNITS.get(unit, Decimal(1))
    except InvalidOperation as error:  # pragma: no cover - the pattern admits digits only
        raise ValueError(f"“{text[:40]}”不是金额。") from error


def _wan(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        raise refuse(SENTENCES["missing"])
    try:
        amount = read_yuan(str(_plain(value)), default_unit="万元")
    except ValueError as error:
        raise refuse(str(error)) from error
    if abs(amount) >= Decimal(10) ** 12:
        raise refuse("金额超出范围（应小于 1 万亿元），请核对单位。")
    return amount


# The bounds stand before the validator: outside it they would count as those of a list.
Line = Annotated[str, Field(max_length=200), BeforeValidator(_plain)]
RequiredLine = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_plain)]
Text = Annotated[str, Field(max_length=4000), BeforeValidator(_plain)]
CreditCode = Annotated[str, BeforeValidator(_credit_code)]
Wan = Annotated[Decimal, BeforeValidator(_wan)]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
OptionalId = Annotated[RowId | None, BeforeValidator(_blank_is_none)]
blank_is_none = BeforeValidator(_blank_is_none)

SENTENCES = {
    "missing": "此项必填。",
    "string_too_short": "此项必填。",
    "string_too_long": "最多 {max_length} 个字，请缩短。",
    "string_type": "请输入文字。",
    "string_unicode": "含有无法保存的字符，请删除后重新输入。",
    "string_pattern_mismatch": "格式不符，请按提示填写。",
    "extra_forbidden": "不能识别的项目，请刷新页面后重新填写。",
    "int_parsing": "请输入整数。",
    "int_parsing_size": "数字过大。",
    "int_from_float": "请输入整数。",
    "int_type": "请输入整数。",
    "decimal_parsing": "请输入数字。",
    "decimal_type": "请输入数字。",
    "decimal_max_digits": "数字过长，请核对。",
    "decimal_max_places": "小数位过多，最多 {decimal_places} 位。",
    "decimal_whole_digits": "数字过大，请核对单位。",
    "finite_number": "请输入有限的数字。",
    "greater_than_equal": "不能小于 {ge}。",
    "greater_than": "必须大于 {gt}。",
    "less_than_equal": "不能大于 {le}。",
    "less_than": "必须小于 {lt}。",
    "date_parsing": "请输入日期，如 2024-03-01。",
    "date_from_datetime_parsing": "请输入日期，如 2024-03-01。",
    "date_from_datetime_inexact": "请输入日期，不含时间。",
    "date_type": "请输入日期，如 2024-03-01。",
    "bool_parsing": "请选择是或否。",
    "bool_type": "请选择是或否。",
    "enum": "请从列表中选择。",
    "literal_error": "请从列表中选择。",
    "value_error": "{error}",
    "refused": "{sentence}",
    "is_instance_of": "请从列表中选择。",
    "list_type": "请至少选择一项。",
    "too_long": "选择过多，最多 {max_length} 项。",
    "too_short": "请至少选择 {min_length} 项。",
}
# What a text was read as in vain.
READ_FROM_TEXT = {"int_parsing", "decimal_parsing", "date_parsing", "date_from_datetime_parsing"}


def sentence(error: ErrorDetails) -> str:
    """The Chinese sentence for one validation error."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in READ_FROM_TEXT and not str(error.get("input", kind)).strip():
        kind = "missing"  # an empty box comes as an empty text
    if context.get("field_type") == "Value":
        kind = f"string_{kind}"  # the length of a text whose bounds stand outside its validator is told like a list's
    pattern = SENTENCES.get(kind, "填写有误，请核对后重新输入。")
    return pattern.format(**{key: str(value) for key, value in context.items()})


def sentences(error: ValidationError) -> dict[str, str]:
    """Field → sentence, for every field at fault; `""` holds what concerns the whole form."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        found.setdefault(str(detail["loc"][0]) if detail["loc"] else "", sentence(detail))
    return found
