"""Statements as tests need them."""

from decimal import Decimal
from typing import Any

from app.core import clock
from app.facts.models import Fact
from app.firms.models import Firm
from app.statements.models import Sort, Stance, Statement, StatementState


def correction(firm: Firm, fact: Fact, **more: Any) -> Statement:
    """A firm's correction of a figure that waits for the bureau, not yet in the database."""
    said: dict[str, Any] = {
        "firm_id": firm.id,
        "sort": Sort.FACT,
        "code": fact.kind,
        "year": fact.year,
        "label": "2025 年销售收入",
        "stance": Stance.CORRECT,
        "number": Decimal(52_000_000),
        "remark": "以审计报告为准",
        "seen": str(fact.id),
        "seen_text": "5,000 万元",
        "state": StatementState.WAITING,
        "made_at": clock.now(),
    }
    return Statement(**said | more)
