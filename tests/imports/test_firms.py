"""Importing a registry export: preview, application, idempotence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.facts.models import Batch
from app.firms.models import Firm, FormerName
from app.imports.models import Outcome, Row
from tests.browser import Answer, Visitor
from tests.factories import make_code, make_firm, make_user
from tests.imports.corpus import HEADER, plain, saved, text, workbook
from tests.imports.journey import applied, counts, mapped, undone, uploaded


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


def test_every_row_is_new_in_an_empty_register(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", plain(3))

    assert counts(officer, batch) == {"新增": 3, "变更": 0, "不变": 0, "重复": 0, "错误": 0}
    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 0
