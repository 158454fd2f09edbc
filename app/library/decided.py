"""Telling whoever builds on provisions what was decided about one; they stand above the library and register here."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.library.models import Provision, ProvisionKind

Follow = Callable[[Session, User, Provision], None]
_FOLLOWERS: dict[ProvisionKind, dict[str, Follow]] = {kind: {} for kind in ProvisionKind}


def register(kind: ProvisionKind, name: str, follow: Follow) -> None:
    """Call `follow` in the same transaction whenever a provision of a kind was decided; again changes nothing."""
    _FOLLOWERS[kind][name] = follow


def tell(db: Session, actor: User, provision: Provision) -> None:
    for follow in _FOLLOWERS[provision.kind].values():
        follow(db, actor, provision)
