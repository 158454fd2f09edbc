"""The form of an entry of a collection: filled from a record, read back as attributes, both versions after a race."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core.errors import FieldError
from app.core.text import day, moment
from app.facts import queries
from app.facts.archive import attributes_shown
from app.facts.forms import RecordFields, typed_attributes, value_name
from app.facts.models import Record, Source
from app.facts.values import as_kind, restored_attributes, typed
from app.rules import CollectionKind
from app.rules.values import Value
from app.web.forms import Form


def default_source(actor: User) -> Source:
    """Where what a person enters most likely comes from."""
    return Source.VISIT if actor.role is Role.COMMISSIONER else Source.ENTERED


def default_form(actor: User, collection: CollectionKind | None = None, record: Record | None = None) -> Form[Any]:
    """An empty form, or one with what a record holds typed in."""
    values: dict[str, Any] = {"source": default_source(actor).code, "note": ""}
    if collection and record:
        values |= {"starts_on": record.starts_on or "", "ends_on": record.ends_on or ""}
        held = restored_attributes(collection, record.attributes)
        for attribute in typed_attributes(collection):
            value = held.get(attribute.code)
            values[value_name(attribute.code)] = "" if value is None else typed(as_kind(attribute), value)
    return Form(values=values)


def given_attributes(collection: CollectionKind, data: RecordFields) -> dict[str, Value]:
    """Code → value, for what was filled in.

    Raises:
        FieldError: nothing was.
    """
    given = {each.code: getattr(data, value_name(each.code)) for each in typed_attributes(collection)}
    known = {code: value for code, value in given.items() if value is not None}
    if not known and data.starts_on is None:
        raise FieldError("starts_on", "请至少填写日期或一项内容。")
    return known


def both_versions(db: Session, collection: CollectionKind, form: Form[Any], current: Record) -> dict[str, Any]:
    """What `ui.conflict` shows after a lost race: every field in which the two differ."""
    theirs = {value_name(each.code): text for each, text in attributes_shown(collection, current)}
    theirs |= {name: day(value) for name, value in _dates(current).items() if value}
    mine = _shown(collection, form.data) if form.data else {}
    labels = {value_name(each.code): each.label for each in typed_attributes(collection)}
    labels |= {"starts_on": collection.starts, "ends_on": collection.ends}
    rows = [
        {"label": label, "mine": mine.get(name, "空"), "theirs": theirs.get(name, "空")}
        for name, label in labels.items()
        if mine.get(name) != theirs.get(name)
    ]
    who = queries.people(db, [current]).get(current.recorded_by_id, "他人")
    return {"rows": rows, "who": who, "when": moment(current.recorded_at)}


def _dates(record: Record) -> dict[str, Any]:
    return {"starts_on": record.starts_on, "ends_on": record.ends_on}


def _shown(collection: CollectionKind, data: RecordFields) -> dict[str, str]:
    given = ((each, getattr(data, value_name(each.code))) for each in typed_attributes(collection))
    shown = {value_name(each.code): as_kind(each).show(value) for each, value in given if value is not None}
    dates = {"starts_on": data.starts_on, "ends_on": data.ends_on}
    return shown | {name: day(value) for name, value in dates.items() if value}
