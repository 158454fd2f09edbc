"""What checks supply to the lists of firms: a filter by a rule's latest answer, and the rungs whose answer is 符合."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.checks.models import Standing
from app.facts.vocabulary import vocabulary
from app.firms.lists import columns
from app.firms.lists.columns import Column
from app.firms.models import Firm
from app.firms.search import filters
from app.firms.search.filters import Filter, Offers
from app.policies.models import Rule
from app.rules import Answer

VALUE = re.compile(r"[a-z0-9_]{1,64}:(met|unmet|unknown)")


def register() -> None:
    """Fill the places that are kept for checks."""
    filters.register(Filter("verdict", "体检结论", _read, _answered, offers=Offers(_rules), grouped=True))
    columns.register(Column("verdicts", "体检符合", _met))


def _read(value: str) -> str:
    return value if VALUE.fullmatch(value) else ""


def _answered(value: str) -> sa.ColumnElement[bool]:
    rule, _, answer = value.partition(":")
    return Firm.id.in_(sa.select(Standing.firm_id).where(Standing.rule_code == rule, Standing.answer == answer))


def _rules(actor: User) -> sa.Select[Any, Any, Any]:  # noqa: ARG001 - the rules are open to everyone
    """Each rule that some firm was checked by, once per answer."""
    checked = sa.select(Standing.id).where(Standing.rule_code == Rule.code).exists()
    each = (
        sa.select(
            (Rule.code + f":{answer.code}").label("value"),
            (Rule.name + f"：{answer.value}").label("label"),
            (sa.cast(Rule.position + 10_000, sa.String) + str(place)).label("rank"),
        ).where(checked)
        for place, answer in enumerate(Answer)
    )
    return sa.select(sa.union_all(*each).subquery())


def _met(db: Session, firms: Sequence[Firm]) -> dict[int, str]:
    """The rungs, lowest first, whose conditions a firm fulfils, whether or not it holds the title."""
    kinds = sorted(vocabulary().titles.values(), key=lambda kind: (kind.ladder, kind.rung or 0))
    labels = {kind.code: kind.label for kind in kinds}
    mine = Standing.firm_id.in_([firm.id for firm in firms]), Standing.answer == Answer.MET.code
    rows = db.execute(sa.select(Standing.firm_id, Standing.rule_code).where(*mine, Standing.rule_code.in_(labels)))
    found: dict[int, set[str]] = {}
    for firm_id, code in rows:
        found.setdefault(firm_id, set()).add(code)
    return {firm_id: "、".join(labels[code] for code in labels if code in met) for firm_id, met in found.items()}
