"""Changes to firms, their contacts and their commissioners; each leaves one event and touches the firm."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Unit, UnitKind, User
from app.accounts.permissions import Role
from app.core import clock, text
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.core.text import mask_phone, wan
from app.firms import queries
from app.firms.forms import AssignmentFields, ContactFields, EditedContact, EditedFirm, FirmFields
from app.firms.limits import limits_of
from app.firms.models import Assignment, Contact, Firm, FormerName
from app.firms.revision import touch

LABELS = {
    "name": "名称",
    "credit_code": "统一社会信用代码",
    "legal_form": "企业类型",
    "founded_on": "成立日期",
    "registered_capital": "注册资本",
    "industry": "所属行业",
    "business_scope": "经营范围",
    "address": "地址",
    "region": "所在区域",
    "state": "状态",
    "unit_id": "责任单位",
    "park_id": "所在园区",
}


def register_firm(db: Session, actor: User | None, fields: FirmFields, *, source: str = "录入") -> Firm:
    """Enter a firm. FieldError when its code is taken or a unit is none of ours."""
    _check_units(db, fields)
    _check_code_is_free(db, fields.credit_code)
    moment = clock.now()
    firm = Firm(**_identity(fields), source=source, created_at=moment, changed_at=moment)
    with _refusing_a_taken_code(db, fields):
        db.add(firm)
    given = {label: value for label, value in _shown(db, _identity(fields)).items() if value is not None}
    audit.record(db, actor, "firm.registered", firm, changes=given)
    return firm


def edit_firm(db: Session, actor: User | None, firm: Firm, fields: FirmFields) -> Firm:
    """Change a firm's identity; a name given up is kept among the former ones.

    `fields` of a page carry the version that was in front of the person: Stale when there is a newer one.
    """
    db.refresh(firm, with_for_update={"of": Firm})
    if isinstance(fields, EditedFirm) and fields.version != firm.version:
        raise Stale(firm)
    _check_units(db, fields)
    if fields.credit_code != firm.credit_code:
        _check_code_is_free(db, fields.credit_code)
    changes = audit.differences(identity_shown(db, firm), _shown(db, _identity(fields)))
    if not changes:
        return firm
    with _refusing_a_taken_code(db, fields):
        _overwrite(db, firm, fields)
    touch(db, firm.id)
    audit.record(db, actor, "firm.edited", firm, changes=changes)
    return firm


def add_contact(db: Session, actor: User | None, firm: Firm, fields: ContactFields) -> Contact:
    contact = Contact(firm_id=firm.id, **fields.model_dump())
    db.add(contact)
    db.flush()  # the event needs its id
    touch(db, firm.id)
    audit.record(db, actor, "contact.added", contact, changes=_contact_shown(fields.model_dump()))
    return contact


def edit_contact(db: Session, actor: User | None, contact: Contact, fields: EditedContact) -> Contact:
    """Stale when somebody else has saved this contact since."""
    db.refresh(contact, with_for_update=True)
    if fields.version != contact.version:
        raise Stale(contact)
    given = fields.model_dump(exclude={"version"})
    before = {name: getattr(contact, name) for name in given}
    changes = audit.differences(_contact_shown(before), _contact_shown(given))
    if before == given:
        return contact
    for name, value in given.items():
        setattr(contact, name, value)
    touch(db, contact.firm_id)
    audit.record(db, actor, "contact.edited", contact, changes=changes)
    return contact


def end_contact(db: Session, actor: User | None, contact: Contact) -> None:
    """The person is no longer the firm's contact; the entry stays as something that was."""
    contact.ended_at = clock.now()
    touch(db, contact.firm_id)
    audit.record(db, actor, "contact.ended", contact)


def reveal_contact(db: Session, actor: User, contact: Contact) -> None:
    """Note that somebody asked to see the whole number."""
    audit.record(db, actor, "contact.revealed", contact)


def assign_commissioner(db: Session, actor: User | None, firm: Firm, fields: AssignmentFields) -> Assignment:
    """派驻. FieldError when the person is no commissioner, or looks after the firm in that time already."""
    lock(db, "assignment")  # one for all firms, as many may be assigned at once
    user = db.get(User, fields.user_id)
    if user is None or user.role is not Role.COMMISSIONER or user.disabled_at is not None:
        raise FieldError("user_id", "请从列表中选择一名在岗的科技专员。")
    if fields.ends_on is not None and fields.ends_on < fields.starts_on:
        raise FieldError("ends_on", "结束日期早于开始日期。")
    if queries.assignment_within(db, firm, user, fields.starts_on, fields.ends_on):
        raise FieldError("user_id", f"{user.name}在这段时间已经派驻该企业，不必重复指派。")
    ends_on = _within_term(db, firm, user, fields)
    assignment = Assignment(firm_id=firm.id, user=user, starts_on=fields.starts_on, ends_on=ends_on)
    db.add(assignment)
    db.flush()  # the event needs its id
    touch(db, firm.id)
    changes = {"科技专员": user.name, "开始日期": fields.starts_on, "结束日期": ends_on}
    audit.record(db, actor, "commissioner.assigned", assignment, changes=changes)
    return assignment


def _within_term(db: Session, firm: Firm, user: User, fields: AssignmentFields) -> date | None:
    """The last day of a 派驻: never after the person's term. FieldError for what the register does not allow."""
    limits = limits_of(db, user)
    if firm.id in limits.refused:
        raise FieldError("user_id", limits.refused[firm.id])
    if limits.since is not None and fields.starts_on < limits.since:
        raise FieldError("starts_on", f"{user.name}的聘期自{text.day(limits.since)}起，派驻不能更早开始。")
    if limits.until is None:
        return fields.ends_on
    if fields.starts_on > limits.until:
        raise FieldError("starts_on", f"{user.name}的聘期到{text.day(limits.until)}为止，请先在专员名册中续聘。")
    if fields.ends_on is not None and fields.ends_on > limits.until:
        raise FieldError("ends_on", f"{user.name}的聘期到{text.day(limits.until)}为止，派驻不能更晚结束。")
    return fields.ends_on or limits.until


def end_assignment(db: Session, actor: User | None, assignment: Assignment, ends_on: date) -> None:
    """The last day of a 派驻; FieldError when it lies before the first."""
    if assignment.ends_on is not None and assignment.ends_on < clock.today():
        raise Conflict("这次派驻已经结束，请刷新页面查看。")
    if ends_on < assignment.starts_on:
        raise FieldError("ends_on", "结束日期早于开始日期。")
    assignment.ends_on = ends_on
    touch(db, assignment.firm_id)
    changes = {"科技专员": assignment.user.name, "结束日期": ends_on}
    audit.record(db, actor, "commissioner.released", assignment, changes=changes)


def _check_units(db: Session, fields: FirmFields) -> None:
    for name, unit_id in (("unit_id", fields.unit_id), ("park_id", fields.park_id)):
        unit = db.get(Unit, unit_id) if unit_id else None
        if unit_id and (unit is None or (name == "park_id" and unit.kind is not UnitKind.PARK)):
            raise FieldError(name, "没有这个单位，请从列表中重新选择。")


def _check_code_is_free(db: Session, credit_code: str) -> None:
    holder = queries.firm_by_code(db, credit_code)
    if holder is not None and holder.merged_into_id:
        raise FieldError("credit_code", f"这个信用代码原属“{holder.name}”，已并入另一家企业，请到名录中按代码查找。")
    if holder is not None:
        raise FieldError("credit_code", f"这个信用代码已登记在“{holder.name}”名下，请核对，或到该企业的页面修改。")


@contextmanager
def _refusing_a_taken_code(db: Session, fields: FirmFields) -> Iterator[None]:
    """What is written inside stands or falls alone: a code taken in this very moment is refused beside its field."""
    try:
        with db.begin_nested():
            yield
    except IntegrityError as error:
        raise FieldError("credit_code", f"信用代码 {fields.credit_code} 刚刚被他人登记，请到名录中查找。") from error


def _overwrite(db: Session, firm: Firm, fields: FirmFields) -> None:
    if fields.name != firm.name:
        until = (fields.renamed_on if isinstance(fields, EditedFirm) else None) or clock.today()
        db.add(FormerName(firm_id=firm.id, name=firm.name, until=until))
    for name, value in _identity(fields).items():
        setattr(firm, name, value)


def _identity(fields: FirmFields) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in FirmFields.model_fields}


def identity_shown(db: Session, firm: Firm) -> dict[str, Any]:
    """A firm's identity by label, as people read it."""
    return _shown(db, {name: getattr(firm, name) for name in FirmFields.model_fields})


def _shown(db: Session, identity: dict[str, Any]) -> dict[str, Any]:
    """An identity as an event keeps it: by label, units by name."""
    units = {name: db.get(Unit, identity[name]) for name in ("unit_id", "park_id") if identity[name]}
    named = {**identity, **{name: unit and unit.name for name, unit in units.items()}}
    named["registered_capital"] = identity["registered_capital"] and wan(identity["registered_capital"])
    return {LABELS[name]: value for name, value in named.items()}


def _contact_shown(values: dict[str, Any]) -> dict[str, Any]:
    # The trail is read by more people than may see a whole number.
    return {
        "姓名": values["name"],
        "职务": values["post"],
        "电话": mask_phone(values["phone"]),
        "备注": values["note"],
    }
