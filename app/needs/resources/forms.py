"""What people may supply about a resource; the fields follow from its register."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, create_model

from app.core.fields import Fields, Line, Text, refuse
from app.needs.clarity import amount_in
from app.needs.declared import Item
from app.needs.resources.declared import Register
from app.needs.resources.models import Resource

Short = Annotated[Line, Field(max_length=100)]
Words = Annotated[Text, Field(max_length=500)]


class ResourceFields(Fields):
    name: Annotated[Short, Field(min_length=1)]
    organisation: Short = ""
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


def resource_fields(register: Register) -> type[ResourceFields]:
    """The form of an entry of this register."""
    fields: dict[str, Any] = {
        each.field: (Annotated[Words, AfterValidator(_reader(each))], "") for each in register.columns
    }
    return create_model("ResourceFields", __base__=ResourceFields, **fields)


def details_in(register: Register, values: Mapping[str, Any]) -> dict[str, str]:
    """Code of a column → what was typed; blanks are left out."""
    typed = {each.code: str(values.get(each.field) or "").strip() for each in register.columns}
    return {code: text for code, text in typed.items() if text}


def values_of(resource: Resource, register: Register) -> dict[str, Any]:
    """What the form of an entry starts with."""
    details = {each.field: resource.details.get(each.code, "") for each in register.columns}
    own = {"name": resource.name, "organisation": resource.organisation, "version": resource.version}
    return {**own, **details}


def in_words(register: Register, values: Mapping[str, Any]) -> dict[str, str]:
    """A version of the form by label."""
    own = {register.name: "name", register.organisation: "organisation", **{c.label: c.field for c in register.columns}}
    return {label: str(values.get(name) or "") for label, name in own.items()}


def _reader(column: Item) -> Any:
    def read(text: str) -> str:
        if text and column.shape == "money" and amount_in(text) is None:
            raise refuse(f"“{text[:40]}”不是金额，请写成如“300 万元”。")
        if text and column.shape == "choice" and text not in column.options:
            raise refuse(f"“{text[:40]}”不在可选的范围内：{'、'.join(column.options)}。")
        return text

    return read
