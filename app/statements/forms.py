"""What a firm says about a value, and what the bureau says to that."""

from typing import Annotated, Any

from pydantic import Field

from app.core.fields import Fields, RequiredLine, Text
from app.statements.models import Sort, Stance

LAST_YEAR = 9999


class SubjectFields(Fields):
    """Which value is meant and what is to be said of it, as an address or a form names it."""

    sort: Sort
    code: Annotated[str, Field(min_length=1, max_length=64)]
    year: Annotated[int, Field(ge=0, le=LAST_YEAR)] = 0
    stance: Stance = Stance.CORRECT


class StatementFields(SubjectFields):
    """A statement; `seen` names the value that the firm had in front of it."""

    seen: Annotated[str, Field(min_length=1, max_length=64)]
    value: Text = ""
    remark: Text = ""
    evidence: Any = None


class DecisionFields(Fields):
    """`seen` names the value that stood when the page was shown."""

    seen: Annotated[str, Field(max_length=64)] = ""


class RefusalFields(Fields):
    reason: RequiredLine
