"""Asking a unit for an open parameter, and taking the value into a draft of the rule's next version."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Unit, User
from app.core import clock
from app.core.errors import FieldError
from app.facts.vocabulary import vocabulary
from app.parameters import queries
from app.parameters.forms import SupplyFields
from app.parameters.models import ParameterKeeper, Supply
from app.parameters.queries import OpenParameter
from app.policies.models import Rule
from app.rules import LanguageError, check, parse
from app.workbench import queries as workbench
from app.workbench import service as drafting
from app.workbench.models import DraftState, RuleDraft

HOLE = ("hole_reason", "hole_waits_for")


def assign(db: Session, actor: User, parameter: OpenParameter, unit_id: int | None) -> None:
    """Say which unit is to supply it; nobody where no unit is given."""
    keeper = queries.keeper_of(db, parameter.key)
    before = keeper.unit.name if keeper else ""
    unit = db.get(Unit, unit_id) if unit_id else None
    if unit_id and (unit is None or unit.closed_at is not None):
        raise FieldError("unit_id", "请从列表中选择单位。")
    db.execute(sa.delete(ParameterKeeper).where(ParameterKeeper.key == parameter.key))
    if unit is not None:
        db.add(ParameterKeeper(key=parameter.key, unit_id=unit.id, set_at=clock.now(), set_by_id=actor.id))
    changes = {"参数": parameter.name, "提供单位": [before, unit.name if unit else ""]}
    audit.record(db, actor, "parameter.assigned", changes=changes)


def supply(db: Session, actor: User, parameter: OpenParameter, fields: SupplyFields) -> RuleDraft:
    """Put a value into a draft; the rule itself stays as it is until somebody else publishes the draft.

    Raises:
        FieldError: the value is no amount in the rule language.
        Conflict: a draft of the rule is under review, or cannot be made.
    """
    _insist_on_an_amount(fields.value)
    draft = _draft_for(db, actor, parameter)
    db.flush()  # saving reads the draft anew
    drafting.save(db, actor, draft, _filled(draft, fields), version=draft.version)
    db.add(
        Supply(
            key=parameter.key,
            value=fields.value,
            document=fields.document,
            starts_on=fields.starts_on,
            note=fields.note or None,
            draft_id=draft.id,
            supplied_at=clock.now(),
            supplied_by_id=actor.id,
        )
    )
    changes = {"参数": parameter.name, "补定": fields.value, "依据": fields.document}
    audit.record(db, actor, "parameter.supplied", draft, changes=changes)
    return draft


def _insist_on_an_amount(value: str) -> None:
    try:
        check(parse(value, vocabulary()), vocabulary(), "amount")
    except LanguageError as error:
        raise FieldError("value", f"读不成金额：{error}") from error


def _draft_for(db: Session, actor: User, parameter: OpenParameter) -> RuleDraft:
    if parameter.draft is not None and parameter.draft.state in (DraftState.DRAFT, DraftState.SUBMITTED):
        return parameter.draft
    if parameter.rule_code:
        rule: Rule = workbench.rule_of(db, parameter.rule_code)
        return drafting.start_next(db, actor, rule)
    number = int(parameter.key.removeprefix("provision-"))
    return drafting.start_from_provision(db, actor, workbench.provision_of(db, number))


def _filled(draft: RuleDraft, fields: SupplyFields) -> dict[str, Any]:
    """The draft with the value in the place of the hole, and its source among the notes."""
    single = {name: text for name, text in draft.body["single"].items() if name not in HOLE}
    source = f"金额依据：{fields.document}（{fields.value}）{fields.note}"
    notes = [line for line in single.get("notes", "").splitlines() if line and not line.startswith("金额依据：")]
    single |= {
        "amount_value": fields.value,
        "starts": fields.starts_on.isoformat(),
        "notes": "\n".join([*notes, source]),
    }
    return {**draft.body, "single": single}
