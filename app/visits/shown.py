"""A visit as pages and paper show it: to staff whole, to the firm without what is for staff."""

from typing import Any

from sqlalchemy.orm import Session

from app.firms.access import FirmAccess
from app.needs.queries import raised_on
from app.notices.overdue import escalated
from app.visits import queries, replies, service
from app.visits.content import values_in
from app.visits.exports import said
from app.visits.forms import ANSWER, RecordFields
from app.visits.models import Reply, Visit, VisitVersion
from app.visits.overdue import PROMISE
from app.visits.service import BETWEEN, LABELS

FOR_STAFF = "visit:list"


def whole(db: Session, seen: FirmAccess, visit: Visit) -> dict[str, Any]:
    """What a page about a visit needs; internal remarks and earlier versions only for staff."""
    is_staff, promises = seen.may(FOR_STAFF), queries.promises_of(db, visit)
    return {
        "visit": visit,
        "remarks": visit.remarks if is_staff else "",
        "versions": [told(each) for each in queries.versions_of(db, visit)] if is_staff and visit.version > 1 else [],
        "promises": promises,
        "escalated": escalated(db, PROMISE, {each.id: each.due_on for each in promises if each.due_on}),
        "keepers": [(user.id, user.name) for user in queries.keepers_of(db, seen.firm)] if is_staff else [],
        "raised": raised_on(db, visit.id) if seen.may("need:read") else [],
        "replies": [reply_row(each) for each in queries.replies_of(db, visit)],
        "photos": queries.photos_of(db, [visit])[visit.id],
        "position": where(visit),
        "said": said,
        "correctable": service.may_correct(seen.actor, visit),
    }


def reply_row(reply: Reply) -> dict[str, Any]:
    return {"reply": reply, "label": replies.label_of(reply), "value": replies.shown_value(reply)}


def told(version: VisitVersion) -> dict[str, Any]:
    """One version: who wrote it, when and why, and its values by label."""
    values = values_in(version.body)
    rows = [(LABELS[name], _joined(value)) for name, value in values.items() if name in LABELS]
    answers = sum(1 for name in values if name.startswith(f"{ANSWER}-"))
    counted = [("回答", f"{answers} 项")] if answers else []
    return {"version": version, "rows": rows + counted}


def values_of(visit: Visit) -> dict[str, Any]:
    """What the form of a correction starts with."""
    values = {name: getattr(visit, name) for name in RecordFields.model_fields}
    plain = {name: "" if value is None else value for name, value in values.items()}
    return {**plain, "topics": visit.topics.split(BETWEEN) if visit.topics else [], "version": visit.version}


def side_by_side(typed: dict[str, Any], visit: Visit) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed and what stands, by label."""
    stands = values_of(visit)
    mine = {label: _joined(typed.get(name, "")) for name, label in LABELS.items()}
    return mine, {label: _joined(stands[name]) for name, label in LABELS.items()}


def where(visit: Visit) -> str:
    """“43.36312, 88.31044（误差约 20 米）”; empty where the visitor did not ask for it."""
    if visit.latitude is None or visit.longitude is None:
        return ""
    within = f"（误差约 {visit.accuracy} 米）" if visit.accuracy is not None else ""
    return f"{visit.latitude:f}, {visit.longitude:f}{within}"


def _joined(value: Any) -> str:
    return BETWEEN.join(value) if isinstance(value, list) else str(value if value is not None else "")
