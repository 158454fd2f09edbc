"""A real registry export, where there is one: set TIDU_SAMPLE_DIR to the folder that holds registry-sample.csv."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.firms.models import Firm
from app.imports.models import Row
from tests.browser import Visitor
from tests.factories import make_user
from tests.imports.journey import apply, counts, mapped, undone

ROWS = 2_376
VARIABLE = "TIDU_SAMPLE_DIR"


@pytest.fixture
def sample() -> bytes:
    file = Path(os.environ.get(VARIABLE, "/nonexistent")) / "registry-sample.csv"
    if not file.exists():
        pytest.skip(f"no registry sample: {VARIABLE} names no folder with registry-sample.csv")
    return file.read_bytes()


@pytest.mark.slow
def test_every_row_of_a_registry_export_is_accounted_for(
    visitor: Callable[..., Visitor], db: Session, sample: bytes
) -> None:
    officer = visitor(make_user())

    batch = mapped(officer, "registry-sample.csv", sample)
    first = counts(officer, batch)
    assert first["新增"] + first["不变"] + first["错误"] == ROWS
    assert db.scalar(sa.select(sa.func.count()).where(Row.outcome.is_(None))) == 0
    db.rollback()

    apply(officer, batch)
    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == first["新增"]
    assert db.scalar(sa.select(sa.func.count()).where(Firm.unit_id.is_not(None))) == 0
    db.rollback()

    again = counts(officer, mapped(officer, "registry-sample.csv", sample))
    assert again == {**first, "新增": 0, "不变": first["新增"] + first["不变"]}

    undone(officer, batch)
    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 0
