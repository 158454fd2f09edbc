"""Adding a provision by the words that were selected on the page."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.library.models import PolicyText, Provision
from tests.browser import Visitor
from tests.factories import make_user
from tests.library.plan import address_of

PLAN = "云岭区办法\r\n\r\n一、职责\r\n\r\n区科技局负责受理，区科技局负责审核。\r\n"


def test_of_words_that_stand_twice_the_selected_ones_are_quoted(visitor: Callable[..., Visitor], db: Session) -> None:
    officer = visitor(make_user(Role.BUREAU))
    address = address_of(officer, PLAN)
    shown = officer.get(address).one("p[data-clause='一']").text
    starts = shown.rindex("区科技局负责")

    page = officer.get(f"{address}?add=duty&path=一&starts={starts}&ends={starts + 6}")
    form = page.one("#add form")
    given = {each["name"]: each.get("value", each.text.strip()) for each in form.select("input, textarea")}
    officer.post(form["action"], {**given, "lead": "区科技局"})

    text = db.scalars(sa.select(PolicyText)).one()
    added = db.scalars(sa.select(Provision).where(Provision.read.is_(None))).one()
    assert given["quote"] == "区科技局负责"
    assert added.starts == text.words.rindex("区科技局负责")
