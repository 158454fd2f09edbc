"""Who writes rules and who reviews them."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from app.core import db as database
from app.policies.book import load_book
from tests.browser import Visitor
from tests.factories import make_user

Enter = Callable[..., Visitor]


@pytest.fixture
def officer(visitor: Enter, engine: sa.Engine) -> Visitor:
    with database.writing() as session:
        load_book(session)
    return visitor(make_user(Role.BUREAU, name="李科长"))


@pytest.fixture
def reviewer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU, name="王科长"))
