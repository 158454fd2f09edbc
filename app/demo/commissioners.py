"""The commissioners of the demonstration: their entries in the register."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.commissioners import queries as register
from app.commissioners import service
from app.commissioners.forms import CommissionerFields, InterestFields
from app.commissioners.selection import service as selection
from app.commissioners.selection.forms import CandidateFields, RoundFields
from app.commissioners.selection.models import CandidateState, CandidateStep
from app.commissioners.selection.shown import WAY
from app.core import clock
from app.core.seedfiles import SEEDS, read_yaml

WHO = ("name", "degree", "post", "institution", "fields", "words")
SAID = ("name", "degree", "post", "institution", "fields", "words", "phone", "most_firms")


def load_commissioners(
    db: Session,
    actor: User,
    users: Mapping[str, User],
    units: Mapping[str, Unit],
    firms: Mapping[str, str],
    today: date,
) -> None:
    """`firms` gives the credit code by archetype; whoever looks after a firm is assigned afterwards."""
    for spec in read_yaml(SEEDS / "demo" / "commissioners.yaml")["commissioners"]:
        person = service.enter(db, actor, _fields(spec, users, units, today))
        for each in spec.get("interests", ()):
            fields = InterestFields(firm=firms[each["firm"]], kind=each["kind"], note=each["note"])
            service.declare_interest(db, actor, person, fields)


def load_selection(db: Session, actor: User, today: date) -> None:
    """A round that ended with those who serve now; written as it stood, for a notice cannot be made to have passed."""
    spec = read_yaml(SEEDS / "demo" / "commissioners.yaml")["selection"]
    own = {name: spec[name] for name in ("name", "places", "notice_days", "conditions")}
    found = selection.open_round(db, actor, RoundFields(**own))
    for each in spec["candidates"]:
        person = register.namesake(db, each["name"], each["institution"])
        who = {name: each[name] for name in (*WHO, "recommended_by") if name in each}
        candidate = selection.recommend(db, actor, found, CandidateFields(**who))
        last = CandidateState.of(each["state"])
        if last is CandidateState.APPOINTED:
            candidate.notice_starts_on, candidate.notice_ends_on = (today + timedelta(days=n) for n in spec["notice"])
            candidate.commissioner = person
        reached = WAY[1 : WAY.index(last) + 1] if last in WAY else (last,)
        for state in reached:
            candidate.state = state
            remark = each.get("remark", "") if state is last else ""
            taken = {"taken_at": _moment(spec, state, today), "taken_by_id": actor.id}
            db.add(CandidateStep(candidate_id=candidate.id, state=state, remark=remark, **taken))
        # The first step was written as of this moment; it stands with the others, long ago.
        first = CandidateStep.candidate_id == candidate.id, CandidateStep.state == CandidateState.RECOMMENDED
        moment = _moment(spec, CandidateState.RECOMMENDED, today)
        db.execute(sa.update(CandidateStep).where(*first).values(taken_at=moment))
    db.flush()


def _moment(spec: Mapping[str, Any], state: CandidateState, today: date) -> datetime:
    """In the morning of the day on which candidates reached a state."""
    return clock.day_starts(today + timedelta(days=spec["steps"][state.code])) + timedelta(hours=10)


def _fields(
    spec: Mapping[str, Any], users: Mapping[str, User], units: Mapping[str, Unit], today: date
) -> CommissionerFields:
    """What an officer would have typed; numbers of days become dates."""
    starts_on, ends_on = (today + timedelta(days=each) for each in spec["term"])
    contract = spec.get("contract_ends")
    return CommissionerFields(
        **{name: spec[name] for name in SAID if name in spec},
        user_id=users[spec["user"]].id if "user" in spec else None,
        starts_on=starts_on,
        ends_on=ends_on,
        contract_ends_on=today + timedelta(days=contract) if contract else None,
        unit_ids=[units[name].id for name in spec["near"]],
        declared_on=today + timedelta(days=spec["declared"]),
    )
