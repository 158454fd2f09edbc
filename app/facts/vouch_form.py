"""The form in which somebody vouches that a collection is complete, for one firm or for the whole district."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, NotFound
from app.facts import vouches
from app.facts.archive import read_scope
from app.facts.forms import VouchFields
from app.facts.ledger import Origin
from app.facts.models import Source, Vouch
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import CollectionKind
from app.web.forms import Form


def collection_of(code: str) -> CollectionKind:
    """The collection an address names; NotFound for none."""
    declared = vocabulary().collections.get(code)
    if declared is None:
        raise NotFound
    return declared


def default_form() -> Form[Any]:
    return Form(values={"source": Source.DEPARTMENT.code, "until": clock.today().isoformat()})


def record_vouch(db: Session, actor: User, firm: Firm | None, declared: CollectionKind, data: VouchFields) -> Vouch:
    """Write down what the form says; FieldError where it does not hold together."""
    try:
        scope = read_scope(declared, data.scope)
    except ValueError as error:
        raise FieldError("scope", str(error)) from error
    return vouches.vouch(
        db,
        actor,
        firm,
        declared.code,
        scope=scope,
        since=data.since,
        until=data.until,
        voucher=data.voucher,
        origin=Origin(data.source, data.note or None),
    )
