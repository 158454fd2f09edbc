"""What people may supply about a need; the fields of its parts follow from its kind. A vague text is never refused."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from app.core.fields import Fields, Line, Text
from app.firms.forms import Version
from app.needs.declared import NeedKind
from app.needs.models import Need, NeedState

LONGEST, MOST_TITLE = 1000, 100
Said = Annotated[Text, Field(max_length=LONGEST)]


class NeedFields(Fields):
    """`then` is “assess” where the person only wants to know how clear the need is; nothing is kept."""

    title: Annotated[Annotated[Line, Field(max_length=MOST_TITLE)], Field(min_length=1)]
    then: Literal["", "assess"] = ""
    # The version of the need that the form was opened on; 0 for a new one.
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class StepFields(Fields):
    state: NeedState
    remark: Said = ""
    version: Version


def need_fields(kind: NeedKind) -> type[NeedFields]:
    """The form of a need of this kind."""
    fields: dict[str, Any] = {each.field: (Said, "") for each in kind.asked}
    return create_model("NeedFields", __base__=NeedFields, **fields)


def few_words(kind: NeedKind, text: str) -> NeedFields:
    """A need told in a few words: its first line is the title, and all of it what the need is about."""
    about = next((each for each in kind.asked if each.part == "object"), kind.asked[0])
    return need_fields(kind).model_validate({"title": text.splitlines()[0][:MOST_TITLE], about.field: text[:LONGEST]})


def said_in(kind: NeedKind, values: Mapping[str, Any]) -> dict[str, str]:
    """Code of a part → what was typed for it; blanks are left out."""
    typed = {each.code: str(values.get(each.field) or "").strip() for each in kind.asked}
    return {code: text for code, text in typed.items() if text}


def values_of(need: Need, kind: NeedKind) -> dict[str, Any]:
    """What the form of a need starts with."""
    said = {each.field: need.said.get(each.code, "") for each in kind.asked}
    return {"title": need.title, "version": need.version, **said}


def in_words(kind: NeedKind, values: Mapping[str, Any]) -> dict[str, str]:
    """A version of the form by label, for the page of a lost race."""
    return {"需求名称": str(values.get("title") or ""), **{a.label: str(values.get(a.field) or "") for a in kind.asked}}
