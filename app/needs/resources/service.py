"""Keeping the registers: one event for each change."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.core.text import folded
from app.needs.resources import queries
from app.needs.resources.declared import Register, registers
from app.needs.resources.forms import ResourceFields, details_in, resource_fields, values_of
from app.needs.resources.models import Resource

TAKEN = "这本名册里已有同名的一条（所属单位也相同），请直接修改那一条。"


def add_resource(db: Session, actor: User | None, register: Register, fields: ResourceFields) -> Resource:
    """Enter a resource. FieldError where the register has it already."""
    lock(db, "resource")
    if queries.same_as(db, register.code, fields.name, fields.organisation):
        raise FieldError("name", TAKEN)
    resource = Resource(kind=register.code, added_at=clock.now())
    _write(resource, register, fields)
    db.add(resource)
    db.flush()  # the audit event needs its id
    audit.record(db, actor, "resource.added", resource, changes=_told(resource))
    return resource


def edit_resource(db: Session, actor: User, resource: Resource, fields: ResourceFields) -> Resource:
    """Stale when somebody else has saved it since; FieldError where another entry has its name."""
    lock(db, "resource")
    db.refresh(resource, with_for_update=True)
    if fields.version != resource.version:
        raise Stale(resource)
    if resource.removed_at is not None:
        raise Conflict("这一条已从名册中移除，不能再改。")
    twin = queries.same_as(db, resource.kind, fields.name, fields.organisation)
    if twin is not None and twin.id != resource.id:
        raise FieldError("name", TAKEN)
    before = _told(resource)
    _write(resource, registers().registers[resource.kind], fields)
    changes = audit.differences(before, _told(resource))
    if changes:
        db.flush()
        audit.record(db, actor, "resource.edited", resource, changes=changes)
    return resource


def remove_resource(db: Session, actor: User, resource: Resource) -> None:
    """Take an entry out of its register; referrals that speak of it stay."""
    if resource.removed_at is None:
        resource.removed_at = clock.now()
        audit.record(db, actor, "resource.removed", resource, changes={"名册": resource.kind_label})


def blank_resource(code: str) -> Resource:
    """A new entry of a register, to be written by `rewrite`."""
    return Resource(kind=code, name="", organisation="", details={}, added_at=clock.now())


def rewrite(resource: Resource, values: Mapping[str, str]) -> None:
    """Change some of what an entry says: by the names of its form's fields. Whoever calls it records the event."""
    whole = {**values_of(resource, resource.register), **values, "version": 0}
    _write(resource, resource.register, resource_fields(resource.register).model_validate(whole))


def _write(resource: Resource, register: Register, fields: ResourceFields) -> None:
    details = details_in(register, dict(fields))
    resource.name, resource.organisation, resource.details = fields.name, fields.organisation, details
    # How somebody is reached is not what they are found by.
    found_by = [details.get(each.code, "") for each in register.shown(contacts=False)]
    resource.search_text = folded("\n".join((fields.name, fields.organisation, *found_by)))


def _told(resource: Resource) -> dict[str, object]:
    register = registers().registers[resource.kind]
    details = {each.label: resource.details.get(each.code) for each in register.columns}
    return {register.name: resource.name, register.organisation: resource.organisation, **details}
