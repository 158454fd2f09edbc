"""A lost race as its page shows it: what differs between the two versions, and who saved first."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.audit import firm_of
from app.accounts.models import Event
from app.core import text
from app.core.db import Model

RECENT = 50


def both_versions(db: Session, subject: Model, mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, Any]:
    """What `ui.conflict` shows; the versions are given in words, by label."""
    rows = [
        {"label": label, "mine": shown or "—", "theirs": theirs.get(label) or "—"}
        for label, shown in mine.items()
        if (shown or "—") != (theirs.get(label) or "—")
    ]
    who, when = _last_change(db, subject)
    return {"rows": rows, "who": who, "when": when}


def _last_change(db: Session, subject: Model) -> tuple[str, str]:
    """Who last edited something and when, as the trail has it."""
    edits = sa.select(Event).where(Event.kind == f"{subject.__tablename__}.edited", Event.firm_id == firm_of(subject))
    for event in db.scalars(edits.order_by(Event.id.desc()).limit(RECENT)):
        body = json.loads(event.body)
        if body["subject"]["id"] == subject.id:
            return body["actor"]["name"] if body["actor"] else "系统", text.moment(event.at)
    return "另一人", "刚刚"
