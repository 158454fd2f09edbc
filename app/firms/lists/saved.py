"""Lists under a name: keeping one, finding those a person may use, counting what each holds for them."""

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.accounts.permissions import Scope
from app.core import clock
from app.core.db import lock
from app.core.errors import FieldError
from app.core.fields import Fields, RequiredLine
from app.firms.lists.models import SavedView
from app.firms.lists.rows import conditions
from app.firms.models import Firm
from app.firms.search.address import Search

# Each is counted whenever the list opens: a person's own, and those shared, may be so many.
MOST = 12


class ViewFields(Fields):
    name: Annotated[RequiredLine, Field(max_length=40)]
    shared: bool = False


def views_of(db: Session, actor: User) -> Sequence[SavedView]:
    """The person's own views, then the shared ones, in the order they were kept."""
    others = SavedView.owner_id != actor.id
    return db.scalars(sa.select(SavedView).where(SavedView.shared | ~others).order_by(others, SavedView.id)).all()


def counts_of(db: Session, actor: User, views: Sequence[SavedView]) -> list[int]:
    """How many firms each view holds for this person, in one statement."""
    if not views:
        return []
    counted = (
        sa.select(sa.func.count(Firm.id))
        .where(*conditions(actor, Search.read_address(view.query)))
        .scalar_subquery()
        .label(f"view_{view.id}")
        for view in views
    )
    return list(db.execute(sa.select(*counted)).one())


def keep(db: Session, actor: User, fields: ViewFields, search: Search) -> SavedView:
    """Keep a list under a name. FieldError when there is one of that name, or too many."""
    lock(db, "view")
    views = views_of(db, actor)
    mine = [view for view in views if view.owner_id == actor.id]
    shared = fields.shared and may_share(actor)
    if any(view.name == fields.name for view in (views if shared else mine)):
        raise FieldError("name", "已有同名的视图，请换一个名称。")
    if len(mine) >= MOST:
        raise FieldError("name", f"最多保存 {MOST} 个视图，请先删除不用的。")
    if shared and sum(view.shared for view in views) >= MOST:
        raise FieldError("shared", f"全局最多共享 {MOST} 个视图，请先删除不用的，或只存给自己。")
    view = SavedView(name=fields.name, query=search.query, shared=shared, owner_id=actor.id, made_at=clock.now())
    db.add(view)
    db.flush()  # the event needs its id
    audit.record(db, actor, "view.saved", view, changes={"共享": shared})
    return view


def remove(db: Session, actor: User, view: SavedView) -> None:
    audit.record(db, actor, "view.removed", view)
    db.delete(view)


def may_share(actor: User) -> bool:
    return actor.scope("mark:write") is Scope.ANY


def may_remove(actor: User, view: SavedView) -> bool:
    """One's own; and a shared one by those who share for everybody, for its owner may have left."""
    return view.owner_id == actor.id or (view.shared and may_share(actor))
