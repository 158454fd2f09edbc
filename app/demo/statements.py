"""What demonstration firms say of themselves, each in another state; kept by the same services as anybody's."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.seedfiles import SEEDS, read_yaml
from app.firms.models import Firm
from app.portal.forms import SignUpFields
from app.portal.signups import ask
from app.statements import service
from app.statements.beliefs import belief_of
from app.statements.forms import StatementFields
from app.statements.models import Sort, StatementState

OFFICER = "bureau1"
NOWHERE = "127.0.0.1"


def load_statements(db: Session, ids: Mapping[str, int], users: Mapping[str, User], today: date) -> None:
    """Statements with what became of them, and applications for accounts; `ids` gives the firm by its archetype."""
    given = read_yaml(SEEDS / "demo" / "statements.yaml")
    for each in given["statements"]:
        _state(db, each, users, today)
    for each in given["signups"]:
        firm = db.get_one(Firm, ids[each.pop("firm")])
        ask(db, SignUpFields(credit_code=firm.credit_code, firm_name=firm.name, **each), address=NOWHERE)


def _state(db: Session, given: Mapping[str, Any], users: Mapping[str, User], today: date) -> None:
    speaker, officer = users[given["by"]], users[OFFICER]
    firm = db.get_one(Firm, speaker.firm_id)
    year = today.year - given["year"] if given["year"] else 0
    seen = belief_of(db, firm, Sort.FACT, given["code"], year).seen
    said = {name: given[name] for name in ("code", "stance", "value", "remark") if name in given}
    fields = StatementFields.model_validate({**said, "sort": Sort.FACT.code, "year": year, "seen": seen})
    made = service.state(db, speaker, firm, fields, lambda: None)
    if given.get("taken") and made.state is StatementState.WAITING:
        service.accept(db, officer, firm, made, seen=seen)
    if "refused" in given:
        service.refuse(db, officer, made, reason=given["refused"])
