"""Targets and plans for the tests."""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import db
from app.policies.models import Policy
from app.targets.models import Target


def a_target(policy: Policy, **values: Any) -> Target:
    """“2025年高新技术企业 达到 6 家” unless said otherwise; not saved."""
    usual = {"path": "一/(二)", "indicator": "高新技术企业", "scope": "全区", "year": 2025, "every_year": False}
    said = {"comparator": "=", "low": Decimal(6), "unit": "家", "measure": "存量", "starts_on": date(2023, 1, 1)}
    return Target(policy=policy, **{**usual, **said, **values})


def make_target(*, own: bool = True, **values: Any) -> Target:
    with db.writing() as session:
        policy = Policy(code=f"plan-{secrets.token_hex(4)}", title="云岭区培育方案", status="草案", body={"own": own})
        target = a_target(policy, **values)
        session.add(target)
        session.flush()
        return target
