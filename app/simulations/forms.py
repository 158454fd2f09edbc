"""What people may supply about a scenario; the fields of its figures follow from the rule version."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model

from app.core.fields import LARGEST_ID, Fields, Line, Text, Wan, blank_is_none, refuse
from app.facts.values import BARE
from app.rules import RuleVersion
from app.rules.values import MONEY_UNIT, PERCENT_UNITS, narrow, read_date, read_number
from app.rules.vary import Place
from app.simulations.figures import Figure, figures

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
LARGEST = Decimal(10) ** 12
LONGEST_NAME = 100

Value = Decimal | date | None


def _name(given: str) -> str:
    if not given:
        raise refuse("请给方案起一个名称，如“门槛降到 5%”。")
    if len(given) > LONGEST_NAME:
        raise refuse(f"最多 {LONGEST_NAME} 个字，请缩短。")
    return given


def _sensible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise refuse(f"日期应在 {EARLIEST.year} 年至 {LATEST.year} 年之间，请核对年份。")
    return day


def _not_negative(amount: Decimal | None) -> Decimal | None:
    if amount is not None and amount < 0:
        raise refuse("预算不能是负数。")
    return amount


class ScenarioFields(Fields):
    """A scenario; a field for each figure of the rule version follows (`scenario_fields`)."""

    name: Annotated[Line, AfterValidator(_name)] = Field(default="", validate_default=True)
    remarks: Text = ""
    as_of: Annotated[date, AfterValidator(_sensible)]
    budget: Annotated[Wan | None, blank_is_none, AfterValidator(_not_negative)] = None
    # The version of the scenario, and the row of the rule version, that the form was opened on.
    version: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    rule_version: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    then: Literal["", "compute"] = ""


def scenario_fields(version: RuleVersion) -> type[ScenarioFields]:
    """The form of a scenario of this rule version."""
    fields: dict[str, Any] = {each.field: (_field(each), each.value) for each in figures(version)}
    return create_model("ScenarioFields", __base__=ScenarioFields, **fields)


def changes_in(version: RuleVersion, fields: ScenarioFields) -> dict[Place, Value]:
    """The figures that were given another value than they have; a blank leaves a figure as it is."""
    given = {each: getattr(fields, each.field) for each in figures(version)}
    return {each.place: value for each, value in given.items() if value != each.value and not _is_left(each, value)}


def read_figure(figure: Figure, text: str) -> Decimal | date:
    """What was typed for a figure: 元, a fraction for per cent, or a day; a bare number has the unit beside the field.

    Raises:
        ValueError: with a Chinese sentence that says what is wrong and how to mend it.
    """
    if figure.is_day:
        return _sensible(read_date(text))
    bare = BARE.fullmatch(narrow(text).strip()) is not None
    number = read_number(text + figure.unit if bare else text, MONEY_UNIT if figure.unit == "万元" else figure.unit)
    _check(figure, number)
    return number


def _check(figure: Figure, number: Decimal) -> None:
    if number < 0:
        raise ValueError("不能是负数。")
    was_below = not isinstance(figure.value, Decimal) or figure.value <= 1
    if figure.unit in PERCENT_UNITS and number > 1 and was_below:
        raise ValueError("百分比应在 0% 至 100% 之间，请核对是否多写了一位。")
    if number >= LARGEST:
        raise ValueError("数太大了（应小于 1 万亿），请核对单位。")


def _field(figure: Figure) -> Any:
    return Annotated[Line | None, blank_is_none, AfterValidator(_reader(figure))]


def _reader(figure: Figure) -> Callable[[str | None], Value]:
    def read(text: str | None) -> Value:
        return None if text is None else read_figure(figure, text)

    return read


def _is_left(figure: Figure, value: Value) -> bool:
    """A blank means: as it is; only the last day of a rule can be taken away."""
    return value is None and figure.place != Place("until")


def read_day(text: str) -> date | None:
    """A day of an address; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
