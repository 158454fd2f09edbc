"""待办: the one number in the top bar, and the list it is the length of."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import users_matching
from app.accounts.search import UserSearch
from app.core.paging import count
from app.reports import queries
from app.web.pages import Pages, Todo

FIRST_LANE = "30"
WITHOUT_PASSWORD = "waiting"  # noqa: S105 - the name of a state


def todo_of(page: Pages, db: Session, actor: User) -> Todo | None:
    """What waits for somebody: titles that end within 30 days, or accounts nobody can use yet; None without a list."""
    match actor:
        case _ if actor.may(queries.READ):
            url = f"{page.url('expiry.index')}?lane={FIRST_LANE}"
            return Todo(url, count(db, queries.expiring(actor, FIRST_LANE)))
        case _ if actor.may("user:list"):
            url = f"{page.url('users.index')}?state={WITHOUT_PASSWORD}"
            return Todo(url, count(db, users_matching(UserSearch(state=WITHOUT_PASSWORD))))
        case _:
            return None
