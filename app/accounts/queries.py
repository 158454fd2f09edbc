"""Reading users, units, sessions and links."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Attempt, OneTimeLink, SignedIn, Unit, User
from app.accounts.search import UserSearch
from app.core import clock
from app.core.paging import Page, paginate
from app.core.text import folded

# Firms stand above accounts: only what names one is read here, to tie users to their firm and to search the trail.
FIRM = sa.table(
    "firm",
    sa.column("id", sa.BigInteger),
    sa.column("credit_code", sa.String),
    sa.column("name", sa.String),
    sa.column("unit_id", sa.BigInteger),
    sa.column("park_id", sa.BigInteger),
)
# What a unit answers for stands above accounts as well.
DUTY = sa.table("duty", sa.column("unit_id", sa.BigInteger))
DUTY_HELPER = sa.table("duty_helper", sa.column("unit_id", sa.BigInteger))
LIKE_ESCAPE = "\\"
RECENT = 5


def user_by_name(db: Session, username: str) -> User | None:
    return db.scalar(sa.select(User).where(User.username == username.strip().lower()))


def users_page(db: Session, search: UserSearch, *, number: int, size: int) -> Page[User]:
    return paginate(db, users_matching(search), number=number, size=size)


def users_matching(search: UserSearch) -> sa.Select[Any]:
    """The users a search asks for, by user name."""
    conditions = [*_text_conditions(search.q), *_state_conditions(search.state)]
    if search.role is not None:
        conditions.append(User.role == search.role)
    if search.unit:
        conditions.append(User.unit_id == search.unit)
    return sa.select(User).where(*conditions).order_by(User.username, User.id)


def link_by_token_hash(db: Session, token_hash: str) -> OneTimeLink | None:
    """The link, if it can still be used."""
    link = db.scalar(sa.select(OneTimeLink).where(OneTimeLink.token_hash == token_hash))
    if link is None or link.used_at is not None or link.expires_at <= clock.now() or link.user.disabled_at is not None:
        return None
    return link


def open_sessions(db: Session, user: User) -> list[SignedIn]:
    """Sessions of a user that were not ended, latest first; some may have run out by themselves."""
    live = sa.select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.ended_at.is_(None))
    return list(db.scalars(live.order_by(SignedIn.seen_at.desc(), SignedIn.id.desc()).limit(20)))


def recent_attempts(db: Session, user: User) -> list[Attempt]:
    """The latest tries to sign in under a user's name, latest first."""
    tries = sa.select(Attempt).where(Attempt.username == user.username, Attempt.device.not_like("change-%"))
    return list(db.scalars(tries.order_by(Attempt.id.desc()).limit(RECENT)))


def units(db: Session) -> list[Unit]:
    """Every unit in the order of the tree: a parent first, then what is below it."""
    found = list(db.scalars(sa.select(Unit).order_by(Unit.id)))
    return sorted(found, key=lambda unit: [int(part) for part in unit.path.strip("/").split("/") if part])


def unit_options(db: Session) -> list[tuple[int, str]]:
    """Open units for a select, indented by their depth."""
    return [(unit.id, "　" * depth_of(unit) + unit.name) for unit in units(db) if unit.closed_at is None]


def depth_of(unit: Unit) -> int:
    return unit.path.count("/") - 2


def uses_of_unit(db: Session, unit: Unit) -> str:
    """What keeps a unit from being removed, as “下级单位 2 个、用户 1 位”; empty where nothing does."""
    in_firm = sa.or_(FIRM.c.unit_id == unit.id, FIRM.c.park_id == unit.id)
    counts = {
        "下级单位 {} 个": sa.select(sa.func.count()).select_from(Unit).where(Unit.parent_id == unit.id),
        "用户 {} 位": sa.select(sa.func.count()).select_from(User).where(User.unit_id == unit.id),
        "企业 {} 家": sa.select(sa.func.count()).select_from(FIRM).where(in_firm),
        "任务 {} 项": sa.select(sa.func.count()).select_from(DUTY).where(DUTY.c.unit_id == unit.id),
        "配合任务 {} 项": sa.select(sa.func.count()).select_from(DUTY_HELPER).where(DUTY_HELPER.c.unit_id == unit.id),
    }
    found = {words: db.scalar(statement) for words, statement in counts.items()}
    return "、".join(words.format(count) for words, count in found.items() if count)


def firm_by_code(db: Session, credit_code: str) -> sa.Row[Any] | None:
    return db.execute(sa.select(FIRM).where(FIRM.c.credit_code == credit_code)).first()


def firms_by_id(db: Session, ids: Iterable[int | None]) -> dict[int, sa.Row[Any]]:
    """Name and credit code of the firms with these numbers."""
    wanted = {number for number in ids if number is not None}
    return {row.id: row for row in db.execute(sa.select(FIRM).where(FIRM.c.id.in_(wanted)))} if wanted else {}


def firm_ids_like(words: str) -> sa.Select[Any]:
    """The numbers of firms whose name or credit code contains some words."""
    pattern = like(words)
    by_name = FIRM.c.name.ilike(pattern, escape=LIKE_ESCAPE)
    return sa.select(FIRM.c.id).where(by_name | FIRM.c.credit_code.ilike(pattern, escape=LIKE_ESCAPE))


def like(words: str) -> str:
    """A pattern that finds the words anywhere, with the pattern's own signs taken literally."""
    escaped = words.replace(LIKE_ESCAPE, LIKE_ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _text_conditions(q: str) -> list[sa.ColumnElement[bool]]:
    if not q:
        return []
    by_name = User.name.ilike(like(q), escape=LIKE_ESCAPE)
    return [by_name | User.username.ilike(like(folded(q)), escape=LIKE_ESCAPE)]


def _state_conditions(state: str) -> list[sa.ColumnElement[bool]]:
    match state:
        case "active":
            return [User.disabled_at.is_(None)]
        case "waiting":
            return [User.disabled_at.is_(None), User.password_hash.is_(None)]
        case "disabled":
            return [User.disabled_at.is_not(None)]
        case _:
            return []
