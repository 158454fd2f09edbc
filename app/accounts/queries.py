"""Reading users and units."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User


def user_by_name(db: Session, username: str) -> User | None:
    return db.scalar(sa.select(User).where(User.username == username.strip().lower()))
