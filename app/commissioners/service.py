"""Keeping the register: entries, terms that end what rests on them, and declared interests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.accounts.permissions import Role
from app.commissioners import queries
from app.commissioners.forms import LABELS, CommissionerFields, InterestFields
from app.commissioners.models import BETWEEN, Commissioner, Interest
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.core.text import day, folded
from app.firms.models import Assignment
from app.firms.revision import touch

TAKEN = "名册里已有这个单位的同名专员，请直接修改那一条。"
COLUMNS = [name for name in LABELS if name not in {"fields", "unit_ids"}]


def enter(db: Session, actor: User | None, fields: CommissionerFields) -> Commissioner:
    """Put somebody into the register. FieldError where they are in it, or the account is not theirs to have."""
    lock(db, "commissioner")
    if queries.namesake(db, fields.name, fields.institution):
        raise FieldError("name", TAKEN)
    check_account(db, fields.user_id)
    person = Commissioner(added_at=clock.now())
    _write(person, fields)
    db.add(person)
    db.flush()  # the event needs its id
    audit.record(db, actor, "commissioner.entered", person, changes=_told(db, person))
    _end_with_term(db, actor, person)
    return person


def edit(db: Session, actor: User, person: Commissioner, fields: CommissionerFields) -> Commissioner:
    """Change an entry; what rests on its term ends with it.

    Raises:
        Stale: somebody else has saved it since.
        FieldError: another entry has this name or account.
    """
    lock(db, "commissioner")
    db.refresh(person, with_for_update={"of": Commissioner})
    if fields.version != person.version:
        raise Stale(person)
    twin = queries.namesake(db, fields.name, fields.institution)
    if twin is not None and twin.id != person.id:
        raise FieldError("name", TAKEN)
    check_account(db, fields.user_id, person)
    return rewrite(db, actor, person, fields)


def rewrite(db: Session, actor: User | None, person: Commissioner, fields: CommissionerFields) -> Commissioner:
    """Write what was checked, with its event."""
    before, ended = _told(db, person), person.ends_on
    _write(person, fields)
    changes = audit.differences(before, _told(db, person))
    if changes:
        db.flush()
        audit.record(db, actor, "commissioner.edited", person, changes=changes)
    if fields.extends and ended:
        _extend(db, actor, person, ended)
    _end_with_term(db, actor, person)
    return person


def declare_interest(db: Session, actor: User, person: Commissioner, fields: InterestFields) -> Interest:
    """Write down why a person must not look after a firm; whoever looks after it now has to be replaced first."""
    found = queries.firms_called(db, actor, fields.firm)
    if len(found) != 1:
        problem = (
            "有几家企业叫这个名称，请改填统一社会信用代码。" if found else "名录里没有这家企业，请填全称或信用代码。"
        )
        raise FieldError("firm", problem)
    firm = found[0]
    if any(each.firm_id == firm.id for each in queries.standing_interests(db, person)):
        raise FieldError("firm", f"已经申报过与“{firm.name}”的利益关系。")
    lock(db, "assignment")
    if person.user_id and queries.is_needed(db, person.user_id, firm):
        raise FieldError("firm", f"{person.name}正派驻“{firm.name}”，请先在企业页交接或结束派驻，再登记利益关系。")
    interest = Interest(commissioner=person, firm=firm, kind=fields.kind, note=fields.note, declared_at=clock.now())
    db.add(interest)
    person.declared_on = person.declared_on or clock.today()
    db.flush()
    told = {"企业": firm.name, "关系": fields.kind, **({"说明": fields.note} if fields.note else {})}
    audit.record(db, actor, "interest.declared", person, changes=told)
    return interest


def withdraw_interest(db: Session, actor: User, person: Commissioner, interest: Interest) -> None:
    """The interest is there no longer; the entry stays for what was decided by it."""
    interest.withdrawn_at = clock.now()
    audit.record(db, actor, "interest.withdrawn", person, changes={"企业": interest.firm.name, "关系": interest.kind})


def check_account(db: Session, user_id: int | None, person: Commissioner | None = None) -> None:
    if person is not None and person.user_id not in {None, user_id} and queries.is_needed(db, person.user_id):
        raise FieldError("user_id", "原来的账号还派驻着企业，请先交接或结束派驻，再更换或解除关联。")
    if user_id is None:
        return
    user = db.get(User, user_id)
    if user is None or user.role is not Role.COMMISSIONER or user.disabled_at is not None:
        raise FieldError("user_id", "请从列表中选择一个在用的科技专员账号。")
    holder = queries.of_user(db, user_id)
    if holder is not None and (person is None or holder.id != person.id):
        raise FieldError("user_id", f"这个账号已经关联了{holder.name}（{holder.institution}）。")


def _write(person: Commissioner, fields: CommissionerFields) -> None:
    for name in COLUMNS:
        setattr(person, name, getattr(fields, name))
    person.fields, person.unit_ids = BETWEEN.join(fields.fields), sorted(set(fields.unit_ids))
    found_by = (fields.name, fields.institution, fields.post, fields.words, *fields.fields)
    person.search_text = folded("\n".join(found_by))


def _told(db: Session, person: Commissioner) -> Mapping[str, Any]:
    """An entry as an event keeps it: by label; how somebody is reached is only said to have changed."""
    user = db.get(User, person.user_id) if person.user_id else None
    units = queries.unit_names(db)
    shown = {name: getattr(person, name) for name in LABELS}
    shown["user_id"] = user.username if user else None
    shown["unit_ids"] = BETWEEN.join(units.get(each, "—") for each in person.unit_ids)
    shown["phone"] = "（已填）" if person.phone else None
    return {LABELS[name]: value or None for name, value in shown.items()}


def _end_with_term(db: Session, actor: User | None, person: Commissioner) -> None:
    """No 派驻 lasts longer than the term it rests on: rows are seen as long as their 派驻 lasts."""
    if person.ends_on is None or person.user_id is None:
        return
    lock(db, "assignment")
    mine = sa.select(Assignment).where(Assignment.user_id == person.user_id)
    for each in db.scalars(mine.where(queries.running_until(Assignment.ends_on, person.ends_on))):
        if each.starts_on > person.ends_on:
            raise FieldError("ends_on", f"已安排自{day(each.starts_on)}起派驻“{each.firm.name}”，请先结束那次派驻。")
        _reschedule(db, actor, each, person.ends_on, kind="commissioner.limited")


def _extend(db: Session, actor: User | None, person: Commissioner, ended: date) -> None:
    """What ended with the term of before ends with the longer one."""
    if person.ends_on is None or person.ends_on <= ended:
        return
    if ended < clock.today():
        raise Conflict("原聘期已满，派驻已经结束，不能延长。请去掉“派驻一并延长”，续聘后重新派驻。")
    lock(db, "assignment")
    mine = sa.select(Assignment).where(Assignment.user_id == person.user_id, Assignment.ends_on == ended)
    for each in db.scalars(mine):
        _reschedule(db, actor, each, person.ends_on, kind="commissioner.extended")


def _reschedule(db: Session, actor: User | None, assignment: Assignment, ends_on: date, *, kind: str) -> None:
    assignment.ends_on = ends_on
    touch(db, assignment.firm_id)
    changes = {"科技专员": assignment.user.name, "结束日期": ends_on}
    audit.record(db, actor, kind, assignment, changes=changes)
