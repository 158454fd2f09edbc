"""担保齐全: somebody vouches that a collection is complete, for one firm or for every firm, and takes it back."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError
from app.facts.archive import scope_text
from app.facts.ledger import Origin, hold_firm, hold_region, stamp, supersede
from app.facts.models import Vouch
from app.facts.service import collection_label
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.firms.revision import touch, touch_all


def vouch(
    db: Session,
    actor: User | None,
    firm: Firm | None,
    collection: str,
    *,
    scope: Mapping[str, str],
    since: date | None,
    until: date,
    voucher: str,
    origin: Origin,
) -> Vouch:
    """Close a collection: it is complete for what matches the scope, from `since` (None: from the start) to `until`.

    Raises:
        FieldError: the collection is not declared, the window is empty, or it lies in the future.
    """
    label = collection_label(collection)
    if since is not None and since > until:
        raise FieldError("since", "开始日期晚于截止日期。")
    if until > clock.today():
        raise FieldError("until", "只能为已经过去的日期担保。")
    made = Vouch(
        firm_id=firm.id if firm else None,
        collection=collection,
        scope=dict(sorted(scope.items())),
        since=since,
        until=until,
        voucher=voucher,
        **stamp(actor, origin),
    )
    db.add(made)
    db.flush()  # the audit event needs its id
    _touch(db, firm)
    changes = {"记录": label, **_state(made), "担保单位": voucher}
    audit.record(db, actor, "collection.vouched", firm, changes=changes)
    return made


def retract_vouch(db: Session, actor: User | None, firm: Firm | None, made: Vouch, *, reason: str) -> None:
    """Take a vouch for a firm, or for every firm (None), back; what was closed by it is open again.

    Raises:
        Conflict: it stands no longer.
    """
    _hold(db, firm)
    db.refresh(made)
    if made.superseded_at is not None:
        raise Conflict("这项担保已经撤回或已由新的名单接续，请刷新后查看。")
    made.withdrawn_for = reason
    supersede(db, actor, made)
    _touch(db, firm)
    told = {"记录": collection_label(made.collection), **_state(made), "担保单位": made.voucher}
    audit.record(db, actor, "collection.reopened", firm, changes={**told, "原因": reason})


def _hold(db: Session, firm: Firm | None) -> None:
    if firm:
        hold_firm(db, firm.id)
    else:
        hold_region(db)


def _touch(db: Session, firm: Firm | None) -> None:
    """Every firm is measured against a list of the whole district."""
    if firm:
        touch(db, firm.id)
    else:
        touch_all(db)


def _state(made: Vouch) -> dict[str, object]:
    scoped = scope_text(vocabulary().collections[made.collection], made.scope) or "全部"
    reach = {} if made.firm_id else {"适用": "全区企业"}
    return {"范围": scoped, **reach, "从": made.since or "自始", "到": made.until}
