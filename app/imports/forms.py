"""What a person supplies on the way from a file to an import."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.core import clock
from app.core.fields import Fields, Line, blank_is_none, refuse
from app.facts.models import Source
from app.facts.service import EARLIEST_YEAR
from app.facts.vocabulary import vocabulary
from app.imports.models import Kind, Policy

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


def _known(choices: type[Kind | Source | Policy]) -> BeforeValidator:
    def read(value: Any) -> Any:
        try:
            return choices.of(str(value))
        except ValueError as error:
            raise refuse("请从列表中选择。") from error

    return BeforeValidator(read)


def _past_year(year: int | None) -> int | None:
    latest = clock.today().year
    if year is not None and not EARLIEST_YEAR <= year <= latest:
        raise refuse(f"年度应在 {EARLIEST_YEAR} 至 {latest} 之间。")
    return year


def _title(given: str) -> str:
    if given and given not in vocabulary().titles:
        raise refuse("请从列表中选择资质种类。")
    return given


class UploadFields(Fields):
    kind: Annotated[Kind, _known(Kind)]
    source: Annotated[Source, _known(Source)]
    file: Any = None


class MappingFields(Fields):
    """One target and one policy per column that the page shows, in the columns' order."""

    target: list[Line]
    policy: list[Annotated[Policy, _known(Policy)]]
    unit: Literal["万元", "元", "千元", "亿元"] = "万元"
    year: Annotated[int | None, blank_is_none, AfterValidator(_past_year)] = None
    title: Annotated[str, AfterValidator(_title)] = ""
    version: Version


class ApplicationFields(Fields):
    """`version` is the preview that the person had in front of them."""

    version: Version


class UndoingFields(Fields):
    version: Version
