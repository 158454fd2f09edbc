"""Makes what a test needs: each function commits, and returns the object for reading."""

import hashlib
import itertools
import secrets
from datetime import date
from typing import Any

from stdnum.cn import uscc

from app.accounts.models import SignedIn, Unit, UnitKind, User
from app.accounts.passwords import hashed
from app.accounts.permissions import Role
from app.core import clock, db
from app.firms.models import Assignment, Firm

PASSWORD = "Tidu-2026-correct"
numbers = itertools.count(1)


def make_unit(name: str = "", *, kind: UnitKind = UnitKind.TOWNSHIP, parent: Unit | None = None) -> Unit:
    with db.writing() as session:
        unit = Unit(name=name or f"单位{next(numbers)}", kind=kind, parent_id=parent.id if parent else None)
        session.add(unit)
        session.flush()
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        return unit


def make_user(role: Role = Role.BUREAU, *, name: str = "", **values: Any) -> User:
    number = next(numbers)
    with db.writing() as session:
        user = User(
            username=values.pop("username", f"{role.code}{number}"),
            name=name or f"{role.label}{number}",
            role=role,
            password_hash=hashed(values.pop("password", PASSWORD)),
            password_set_at=clock.now(),
            must_change=values.pop("must_change", False),
            created_at=clock.now(),
            **values,
        )
        session.add(user)
        session.flush()
        _ = user.unit
        return user


def make_code(number: int | None = None) -> str:
    """A valid credit code, different each time."""
    first = f"91650107MA{(number if number is not None else next(numbers)):07d}"
    return first + uscc.calc_check_digit(first)


def make_firm(name: str = "", **values: Any) -> Firm:
    name = name or f"达坂城测试{next(numbers)}有限公司"
    moment = clock.now()
    with db.writing() as session:
        firm = Firm(
            name=name,
            credit_code=values.pop("credit_code", None) or make_code(),
            founded_on=values.pop("founded_on", date(2018, 5, 1)),
            created_at=moment,
            changed_at=moment,
            **values,
        )
        session.add(firm)
        return firm


def assign(user: User, firm: Firm, *, starts_on: date = date(2020, 1, 1), ends_on: date | None = None) -> Assignment:
    with db.writing() as session:
        assignment = Assignment(user_id=user.id, firm_id=firm.id, starts_on=starts_on, ends_on=ends_on)
        session.add(assignment)
        return assignment


def sign_in_directly(user: Any) -> str:
    """A live session's token, without going through the sign-in page."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    with db.writing() as session:
        session.add(
            SignedIn(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                user_id=user.id,
                started_at=moment,
                seen_at=moment,
                address="127.0.0.1",
                browser="tests",
            )
        )
    return token
