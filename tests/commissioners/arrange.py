"""Commissioners as tests need them: the fields of the form, and an entry with an account."""

from datetime import date
from typing import Any

from app.accounts.models import User
from app.accounts.permissions import Role
from app.commissioners import service
from app.commissioners.forms import CommissionerFields
from app.commissioners.models import Commissioner
from app.core import db as database
from tests.factories import make_user, numbers

TERM = {"starts_on": "2020-01-01", "ends_on": "2099-12-31"}


def fields(**more: Any) -> dict[str, Any]:
    """What an officer types: a person with a term who has declared to have no interests."""
    own = {"name": f"专员{next(numbers)}", "institution": "某大学", "most_firms": "12", "declared_on": "2026-01-05"}
    return {**own, **TERM, **more}


def commissioner(user: User | None = None, **more: Any) -> tuple[Commissioner, User]:
    """An entry of the register with its account."""
    account = user or make_user(Role.COMMISSIONER)
    given = fields(user_id=account.id, **more)
    with database.writing() as session:
        return service.enter(session, None, CommissionerFields.model_validate(given)), account


def day(text: str) -> date:
    return date.fromisoformat(text)
