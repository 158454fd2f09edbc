"""A rule book, an officer, and a firm that is short of one thing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.facts.models import Source
from app.facts.service import Origin, record_fact
from app.facts.vouches import vouch
from app.firms.models import Firm
from app.policies.book import load_book
from tests.browser import Visitor
from tests.factories import make_firm, make_user

LAST = clock.today().year - 1
FIGURES = {"sales": 40_000_000, "rd_tax": 1_500_000, "staff": 100, "tech_staff": 12, "assets": 30_000_000}
FLAGS = {"prohibited_product": False, "resident": True, "independent_accounts": True, "sound_accounts": True}


def give(firm: Firm, kind: str, value: object, *, year: int = 0) -> None:
    with database.writing() as session:
        stored = session.get_one(Firm, firm.id)
        record_fact(session, None, stored, kind, value, year=year, origin=Origin(Source.TAX))  # type: ignore[arg-type]


def vouch_for(firm: Firm, collection: str) -> None:
    with database.writing() as session:
        stored = session.get_one(Firm, firm.id)
        origin = Origin(Source.DEPARTMENT)
        until = clock.today()
        vouch(session, None, stored, collection, scope={}, since=None, until=until, voucher="主管部门", origin=origin)


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    with database.writing() as session:
        load_book(session)
    return visitor(bureau())


def bureau() -> User:
    return make_user(Role.BUREAU, name="李科长")


@pytest.fixture
def firm(officer: Visitor) -> Firm:
    """A firm of ten years with last year's figures."""
    made = make_firm("新疆示例装备有限公司", founded_on=date(LAST - 10, 3, 1))
    for kind, value in FIGURES.items():
        give(made, kind, Decimal(value), year=LAST)
    for kind, flag in FLAGS.items():
        give(made, kind, flag)
    return made
