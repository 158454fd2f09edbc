"""What the pages of a draft show."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.facts.vocabulary import vocabulary
from app.policies.models import Policy
from app.policies.shown import KINDS, written
from app.rules import RuleError
from app.web.forms import Form
from app.workbench import bench, previewing, previews, queries, service
from app.workbench.differences import Difference, differences
from app.workbench.doubts import by_condition, doubts_about
from app.workbench.forms import MODES
from app.workbench.layout import GROUPS, Group, field
from app.workbench.models import DraftPurpose, DraftState, RuleDraft
from app.workbench.readings import readings, rule_of
from app.workbench.words import words

BLANKS = {"conditions": 1}


def shown(db: Session, actor: User, draft: RuleDraft) -> dict[str, Any]:
    """A draft for reading: what it says, what is missing, what it changes, and what this person may do with it."""
    read: dict[str, Any] = {}
    if draft.purpose is not DraftPurpose.END:
        try:
            rule = rule_of(draft.body, draft.rule_code)
            read = written(rule, rule.versions[0])
        except RuleError:
            read = {}
    policy = db.scalar(sa.select(Policy).where(Policy.code == draft.body["single"].get("policy", "")))
    return {
        "kinds": KINDS,
        **read,
        "readable": bool(read),
        "policy": policy,
        "doubts": doubts_about(db, draft) if draft.is_open else (),
        "problems": service.what_is_missing(draft) if draft.is_open else (),
        "said": _said(db, draft),
        "day": clock.today(),
        "unproven": bench.why_unproven(db, draft) if draft.state is DraftState.SUBMITTED else "",
        "cases": len(bench.cases(db, draft)),
        "may_decide": service.may_decide(actor, draft),
        "preview": _preview(db, draft),
    }


def editing(db: Session, draft: RuleDraft, form: Form[Any], body: dict[str, Any]) -> dict[str, Any]:
    """What the form of a draft needs beside its values."""
    titles = [(kind.code, kind.label) for kind in vocabulary().titles.values()]
    return {
        "groups": GROUPS,
        "policies": db.execute(sa.select(Policy.code, Policy.title).order_by(Policy.title)).all(),
        "rows": {name: _numbers(group, form, body) for name, group in GROUPS.items()},
        "field": field,
        "readings": readings(body),
        "doubts": by_condition(doubts_about(db, draft, body)),
        "titles": titles,
        "kinds": list(KINDS.items()),
        "modes": MODES,
        "words": words(),
        "is_new": draft.purpose is DraftPurpose.NEW,
    }


def _preview(db: Session, draft: RuleDraft) -> dict[str, Any] | None:
    """What the latest preview of a draft says, and why it may no longer hold."""
    made = previews.preview_of(db, draft)
    if made is None:
        return None
    return {
        "said": previews.headline(db, made),
        "as_of": made.as_of,
        "outdated": previewing.why_outdated(db, made, draft),
    }


def _numbers(group: Group, form: Form[Any], body: dict[str, Any]) -> range:
    """The rows to show: those that are filled, or were there when the form was posted, and one to fill."""
    some = len(body["rows"].get(group.name, ()))
    typed = [int(name.split("-")[1]) for name in form.values if name.startswith(f"{group.name}-")]
    return range(max([some, *(number + 1 for number in typed), BLANKS.get(group.name, 0)]))


def _said(db: Session, draft: RuleDraft) -> list[Difference]:
    """What the next version changes in the one it follows."""
    if draft.purpose is not DraftPurpose.NEXT or draft.follows is None:
        return []
    return differences(queries.body_of_version(queries.rule_of(db, draft.rule_code), draft.follows), draft.body)
