"""Who may do what, printed: a change of power is a change of this file, which somebody has to look at and accept."""

import os
from pathlib import Path

from app.accounts.permissions import Role, duties_of
from app.main import build
from tests.authz.inventory import inventory, printed

FILE = Path(__file__).with_name("matrix.txt")
RENEW = "TIDU_RENEW=1 .venv/bin/pytest tests/authz/test_snapshot.py"


def test_the_printed_matrix_is_the_one_that_was_accepted() -> None:
    now = printed(inventory(build()))

    if os.environ.get("TIDU_RENEW"):
        FILE.write_text(now, encoding="utf-8")

    assert now == FILE.read_text(encoding="utf-8"), f"who may do what has changed; read the difference, then: {RENEW}"


def test_no_role_has_two_of_the_separated_duties() -> None:
    both = {role: duties_of(role) for role in Role if len(duties_of(role)) > 1}

    assert both == {}
