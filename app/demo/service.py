"""Last year's service in the demonstration: visits, deeds, what firms said, and grades that two officers gave."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.commissioners import queries as register
from app.commissioners.deeds import service
from app.commissioners.deeds.forms import AppraisalFields, DeedFields, RatingFields
from app.commissioners.deeds.models import Grade
from app.commissioners.deeds.sources import terms_in
from app.commissioners.deeds.terms import Term
from app.commissioners.models import BETWEEN, Commissioner
from app.core import clock
from app.core.seedfiles import SEEDS, read_yaml
from app.firms.models import Firm
from app.visits.models import Visit, VisitVersion


def load_service(db: Session, users: Mapping[str, User], today: date) -> None:
    """What each commissioner did last year is told by place: of the first firm, the second, …; this year waits."""
    year = today.year - 1
    for spec in read_yaml(SEEDS / "demo" / "service.yaml")["service"]:
        user = users[spec["by"]]
        person = register.of_user(db, user.id)
        if person is None:
            continue
        terms = terms_in(db, year, [user.id])
        for told, term in zip(spec["firms"], terms, strict=False):
            _served(db, user, users["bureau1"], person, told, term)
        if terms:
            _graded(db, users, person, spec, year)
        _this_year(db, user, person, spec["waiting"], today)


def _served(db: Session, user: User, officer: User, person: Commissioner, told: Mapping[str, Any], term: Term) -> None:
    firm = db.get_one(Firm, term.firm_id)
    for after, topics in told["visits"]:
        day = min(term.starts_on + timedelta(days=after), term.ends_on)
        _visited(db, user, firm, day, topics)
    for kind, after, words in told.get("deeds", ()):
        done_on = min(term.starts_on + timedelta(days=after), term.ends_on)
        deed = service.enter(db, user, person, DeedFields(firm_id=firm.id, kind=kind, done_on=done_on, words=words))
        service.confirm(db, officer, deed)
    if "rating" in told:
        points, words = told["rating"]
        given = RatingFields(commissioner_id=person.id, year=term.starts_on.year, points=points, words=words)
        service.rate(db, None, firm, given)


def _visited(db: Session, user: User, firm: Firm, day: date, topics: list[str]) -> None:
    """Written as it stood: nobody could enter a visit of so long ago."""
    key, body = str(uuid.uuid4()), [["visited_on", day.isoformat()]]
    moment = clock.day_starts(day) + timedelta(hours=15)
    told = {"people": "企业负责人", "place": firm.address or "", "topics": BETWEEN.join(topics)}
    made = Visit(key=key, digest="", firm=firm, user_id=user.id, visited_on=day, recorded_at=moment, **told)
    db.add(made)
    db.flush()  # its first version needs its id
    db.add(VisitVersion(visit_id=made.id, number=1, body=body, written_at=moment, written_by_id=user.id))


def _graded(db: Session, users: Mapping[str, User], person: Commissioner, spec: Mapping[str, Any], year: int) -> None:
    if "grade" not in spec:
        return
    grade, reason = spec["grade"]
    fields = AppraisalFields(year=year, grade=Grade.of(grade), reason=reason)
    service.settle(db, users["bureau2"], service.propose(db, users["bureau1"], person, fields))


def _this_year(db: Session, user: User, person: Commissioner, spec: tuple[str, str], today: date) -> None:
    """A deed of this month that nobody has confirmed yet."""
    kind, words = spec
    terms = [each for each in terms_in(db, today.year, [user.id]) if each.ends_on >= today]
    for term in terms[:1]:
        service.enter(db, user, person, DeedFields(firm_id=term.firm_id, kind=kind, done_on=today, words=words))
