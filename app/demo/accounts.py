"""The demonstration's accounts: one password per installation, kept in the data directory for whoever runs it."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.forms import NewUser
from app.accounts.models import Unit, User
from app.accounts.permissions import Role
from app.accounts.service import create_user
from app.core import clock
from app.demo.district import UserSpec, district
from app.settings import settings

FILE = "demo-accounts.txt"
LABEL = "密码："
# Letters that are not mistaken for one another when read aloud or typed from a screen.
LETTERS, DIGITS = "abcdefghkmnpqrstwxyz", "23456789"


def accounts_notice() -> str:
    """What `make run` prints: the password and who may be signed in as."""
    return _file().read_text(encoding="utf-8")


def is_told() -> bool:
    """Whether the file that tells the password still stands."""
    return _file().exists()


def demo_password() -> str:
    """This installation's demonstration password, drawn at random the first time it is asked for."""
    if not is_told():
        _write(_draw())
    line = next(line for line in accounts_notice().splitlines() if line.startswith(LABEL))
    return line.removeprefix(LABEL)


def load_admin(db: Session) -> User:
    """The administrator, in whose name the rest is set up."""
    spec = next(spec for spec in district().users if spec.role is Role.ADMIN)
    return _make(db, None, NewUser(username=spec.username, name=spec.name, role=spec.role))


def load_users(db: Session, admin: User, units: Mapping[str, Unit], firms: Mapping[str, str]) -> dict[str, User]:
    """Username → account; `firms` gives the credit code by archetype. No such account is made anywhere else."""
    others = [spec for spec in district().users if spec.username != admin.username]
    return {spec.username: _make(db, admin, _fields(spec, units, firms)) for spec in others}


def keep_password(db: Session) -> None:
    """Give the accounts a new password where the file that tells it was deleted; otherwise change nothing."""
    if is_told():
        return
    names = [spec.username for spec in district().users]
    for user in db.scalars(sa.select(User).where(User.username.in_(names))):
        _set_password(user)


def _fields(spec: UserSpec, units: Mapping[str, Unit], firms: Mapping[str, str]) -> NewUser:
    return NewUser(
        username=spec.username,
        name=spec.name,
        role=spec.role,
        unit_id=units[spec.unit].id if spec.unit else None,
        is_head=spec.head,
        credit_code=firms[spec.firm] if spec.firm else None,
    )


def _make(db: Session, admin: User | None, fields: NewUser) -> User:
    user = create_user(db, admin, fields)
    user.must_change = False
    _set_password(user)
    return user


def _set_password(user: User) -> None:
    user.password_hash, user.password_set_at = passwords.hashed(demo_password()), clock.now()


def _file() -> Path:
    return settings().data_dir / FILE


def _draw() -> str:
    """Like “Tidu-4827-qmxr-wktp”: four kinds of characters, easy to type, some 45 bits of chance."""
    groups = ((DIGITS, 4), (LETTERS, 4), (LETTERS, 4))
    return "-".join(["Tidu", *("".join(secrets.choice(signs) for _ in range(length)) for signs, length in groups)])


def _write(password: str) -> None:
    people = "\n".join(f"  {spec.username:<14}{spec.role.label}  {spec.name}" for spec in district().users)
    text = f"演示账号，只用于演示；删除本文件后重新启动会换一个密码。\n{LABEL}{password}\n用户名：\n{people}\n"
    _file().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
