"""Accounts for a load: made once, with a share of the firms each, and signed in."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.models import User
from app.accounts.passwords import hashed
from app.accounts.permissions import Role
from app.core import clock, db
from app.firms.models import Assignment, Firm
from bench.visit import sign_in

Entered = tuple[str, str, str, str, tuple[int, ...]]


def enter(role: str, many: int, firms: int, password: str) -> Iterator[Entered]:
    """So many people of a role: user name, role, the session's token, the token of forms, the firms they ask about."""
    with db.writing() as session:
        wanted = sa.select(Firm.id).where(Firm.merged_into_id.is_(None)).order_by(Firm.id).limit(many * firms)
        numbers = list(session.scalars(wanted))
        known = set(session.scalars(sa.select(User.username)))
        secret = hashed(password)
        for place in range(many):
            name, mine = f"load-{role}-{place}", tuple(numbers[place::many])
            if name not in known:
                _make(session, name, role, mine, secret)
    for place in range(many):
        name, mine = f"load-{role}-{place}", tuple(numbers[place::many])
        token = sign_in(name)
        yield name, role, token, sessions.form_token_for(token), mine[:1] if role == Role.FIRM.code else mine


def _make(session: Session, name: str, role: str, firms: tuple[int, ...], secret: str) -> None:
    moment = clock.now()
    user = User(
        username=name,
        name=name,
        role=Role.of(role),
        password_hash=secret,
        password_set_at=moment,
        must_change=False,
        created_at=moment,
        firm_id=firms[0] if role == Role.FIRM.code else None,
    )
    session.add(user)
    session.flush()
    if role == Role.COMMISSIONER.code:
        session.add_all(Assignment(firm_id=each, user_id=user.id, starts_on=clock.today()) for each in firms)
