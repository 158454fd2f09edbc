"""A candidate in words: where they stand, what was done, what was objected, what may be done next."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.commissioners import queries as register
from app.commissioners.selection import service
from app.commissioners.selection.models import Candidate, CandidateState
from app.core import clock
from app.core.text import moment

SIGNS = {
    CandidateState.RECOMMENDED: "plain",
    CandidateState.CHOSEN: "accent",
    CandidateState.PUBLIC: "warn",
    CandidateState.APPOINTED: "good",
    CandidateState.DROPPED: "bad",
}
WAY = (CandidateState.RECOMMENDED, CandidateState.CHOSEN, CandidateState.PUBLIC, CandidateState.APPOINTED)


def whole(db: Session, actor: User, candidate: Candidate) -> dict[str, Any]:
    """What the page of a candidate needs."""
    writable = actor.may("selection:write")
    is_public = candidate.state is CandidateState.PUBLIC
    return {
        "candidate": candidate,
        "round": candidate.round,
        "sign": SIGNS[candidate.state],
        "way": _way(candidate.state),
        "details": _details(candidate, contacts=writable),
        "history": _history(candidate),
        "next_states": _next(candidate.state) if writable else [],
        "appoints": writable and is_public,
        "refusal": service.why_not_appointed(db, candidate) if is_public else "",
        "known": register.namesake(db, candidate.name, candidate.institution) if is_public else None,
        "users": register.accounts(db, None) if writable and is_public else [],
        "writable": writable,
        "editable": writable and candidate.state in (CandidateState.RECOMMENDED, CandidateState.CHOSEN),
        "day": clock.today(),
    }


def _next(here: CandidateState) -> list[tuple[str, str]]:
    """The states that the form of a step offers; 聘任 has a form of its own."""
    after = service.AFTER.get(here)
    onward = [after] if after in (CandidateState.CHOSEN, CandidateState.PUBLIC) else []
    dropped = [CandidateState.DROPPED] if here in service.AFTER else []
    return [(each.code, each.label) for each in (*onward, *dropped) if each]


def _way(here: CandidateState) -> list[dict[str, str]]:
    place = WAY.index(here) if here in WAY else -1
    done = len(WAY) if here is CandidateState.APPOINTED else place
    return [
        {"label": each.label, "state": "done" if at < done else "current" if at == place else "later"}
        for at, each in enumerate(WAY)
    ]


def _details(candidate: Candidate, *, contacts: bool) -> list[dict[str, Any]]:
    rows = [
        ("工作单位", candidate.institution),
        ("学历学位", candidate.degree.label if candidate.degree else "—"),
        ("职称职务", candidate.post or "—"),
        ("技术领域", candidate.fields or "—"),
        ("专长", candidate.words or "—"),
        ("推荐单位", candidate.recommended_by or "—"),
        *((("联系方式", candidate.phone or "—"),) if contacts else ()),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _history(candidate: Candidate) -> list[dict[str, Any]]:
    return [
        {
            "when": moment(each.taken_at),
            "title": each.state.label,
            "who": each.taken_by.name if each.taken_by else "系统",
            "text": each.remark,
        }
        for each in candidate.steps
    ]
