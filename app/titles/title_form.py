"""The form of a certificate: filled from a title, and both versions after a lost race."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.text import day, moment
from app.facts.models import Source
from app.facts.queries import people
from app.facts.vocabulary import vocabulary
from app.titles.forms import CorrectionForm
from app.titles.models import Title
from app.web.forms import Form

LABELS = {
    "kind": "资质种类",
    "number": "编号",
    "authority": "认定机关",
    "issued_on": "认定日期",
    "valid_until": "有效期止",
    "revoked_on": "撤销日期",
    "revoke_reason": "撤销原因",
}
DAYS = ("issued_on", "valid_until", "revoked_on")


def filled(title: Title) -> Form[CorrectionForm]:
    """A form with what a title says typed in."""
    values: dict[str, Any] = {name: getattr(title, name) or "" for name in LABELS}
    return Form(values={**values, "source": Source.PLATFORM.code, "note": ""})


def both_versions(db: Session, form: Form[CorrectionForm], current: Title) -> dict[str, Any]:
    """What `ui.conflict` shows after a lost race: every field in which the two differ."""
    mine = {name: _shown(name, getattr(form.data, name, None)) for name in LABELS}
    theirs = {name: _shown(name, getattr(current, name)) for name in LABELS}
    rows = [
        {"label": label, "mine": mine[name], "theirs": theirs[name]}
        for name, label in LABELS.items()
        if mine[name] != theirs[name]
    ]
    who = people(db, [current]).get(current.recorded_by_id, "他人")
    return {"rows": rows, "who": who, "when": moment(current.recorded_at)}


def _shown(name: str, value: Any) -> str:
    if not value:
        return "空"
    if name in DAYS:
        return day(value)
    kind = vocabulary().titles.get(value) if name == "kind" else None
    return kind.label if kind else str(value)
