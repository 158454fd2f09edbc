"""Changing titles: a certificate is recorded, corrected, revoked or taken back; no version is ever overwritten."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError, Stale
from app.facts.ledger import Origin, hold_firm, stamp, supersede
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm, StoredFile
from app.firms.revision import touch
from app.titles import queries
from app.titles.forms import TitleFields
from app.titles.models import Title
from app.titles.validity import last_day

# Keeps the scan of a certificate; called only once everything else is in order, so that no refusal leaves a file.
Attach = Callable[[], StoredFile]


def record_title(
    db: Session,
    actor: User | None,
    firm: Firm,
    fields: TitleFields,
    *,
    origin: Origin,
    attach: Attach | None = None,
    told: bool = True,
) -> Title:
    """Enter a certificate; where no end is given, its kind says how long it lasts (`validity.last_day`).

    Raises:
        FieldError: the dates contradict each other, the same certificate is on file, or the file is refused.
    """
    hold_firm(db, firm.id)
    valid_until = fields.valid_until or last_day(vocabulary().titles[fields.kind].valid_for, fields.issued_on)
    _check(db, firm, fields, valid_until)
    file = attach() if attach else None
    title = Title(
        firm_id=firm.id,
        thread=str(uuid.uuid4()),
        kind=fields.kind,
        number=fields.number or None,
        authority=fields.authority or None,
        issued_on=fields.issued_on,
        valid_until=valid_until,
        file_id=file.id if file else None,
        **stamp(actor, origin),
    )
    db.add(title)
    db.flush()  # the audit event needs its id
    touch(db, firm.id)
    if told:
        audit.record(db, actor, "title.recorded", title, changes=_told(title))
    return title


def correct_title(
    db: Session,
    actor: User | None,
    firm: Firm,
    title: Title,
    fields: TitleFields,
    *,
    revoked_on: date | None = None,
    revoke_reason: str | None = None,
    origin: Origin,
    attach: Attach | None = None,
) -> Title:
    """Put a new version of a certificate in the place of the standing one; its file stays unless another is given.

    The end is taken as given: a correction that leaves it out says that there is none.

    Raises:
        Stale: somebody else corrected the title meanwhile (carries the standing version) or retracted it (None).
        FieldError: the dates contradict each other, the same certificate is on file, or the file is refused.
    """
    _hold_standing(db, firm, title)
    _check(db, firm, fields, fields.valid_until, but=title.thread)
    _check_revocation(fields.issued_on, revoked_on, "revoked_on")
    file = attach() if attach else None
    given = {
        "kind": fields.kind,
        "number": fields.number or None,
        "authority": fields.authority or None,
        "issued_on": fields.issued_on,
        "valid_until": fields.valid_until,
        "revoked_on": revoked_on,
        "revoke_reason": (revoke_reason or None) if revoked_on else None,
        "file_id": file.id if file else title.file_id,
    }
    return _replace(db, actor, title, given, origin=origin, event="title.corrected")


def revoke_title(
    db: Session, actor: User | None, firm: Firm, title: Title, *, revoked_on: date, reason: str, origin: Origin
) -> Title:
    """Note that a certificate was revoked (撤销、取消资格): from `revoked_on` on it does not count.

    Raises:
        Stale: somebody else changed the title meanwhile.
        Conflict: it was revoked already.
        FieldError: the day lies before the day of issue, or in the future.
    """
    _hold_standing(db, firm, title)
    if title.revoked_on is not None:
        raise Conflict("这项资质已经登记过撤销；日期有误请用“更正”。")
    _check_revocation(title.issued_on, revoked_on, "revoked_on")
    given = {"revoked_on": revoked_on, "revoke_reason": reason}
    return _replace(db, actor, title, given, origin=origin, event="title.revoked", reason=reason)


def retract_title(db: Session, actor: User | None, firm: Firm, title: Title, *, reason: str) -> None:
    """Take back a certificate that was entered by mistake; it stays in the ledger as something once believed.

    Raises:
        Conflict: it stands no longer.
    """
    hold_firm(db, firm.id)
    db.refresh(title)
    if title.superseded_at is not None:
        raise Conflict("这项资质已被更正或撤回，请刷新后查看。")
    supersede(db, actor, title)
    touch(db, firm.id)
    audit.record(db, actor, "title.retracted", title, changes={**_told(title), "原因": reason})


def _hold_standing(db: Session, firm: Firm, title: Title) -> None:
    hold_firm(db, firm.id)
    db.refresh(title)
    if title.superseded_at is not None:
        raise Stale(queries.standing_version(db, firm.id, title.thread))


def _check(db: Session, firm: Firm, fields: TitleFields, valid_until: date | None, *, but: str = "") -> None:
    if valid_until is not None and valid_until < fields.issued_on:
        raise FieldError("valid_until", "有效期止早于认定日期，请核对。")
    if fields.issued_on > clock.today():
        raise FieldError("issued_on", "认定日期还没有到，请核对。")
    twin = queries.overlapping(db, firm.id, fields.kind, fields.number or None, fields.issued_on, valid_until, but=but)
    if twin is None:
        return
    label = vocabulary().titles[fields.kind].label
    number = f"编号{twin.number}" if twin.number else "未填编号"
    raise FieldError("number", f"这家企业在同一时期已有一条{label}（{number}），请更正那一条，不要重复登记。")


def _check_revocation(issued_on: date, revoked_on: date | None, field: str) -> None:
    if revoked_on is None:
        return
    if revoked_on < issued_on:
        raise FieldError(field, "撤销日期早于认定日期，请核对。")
    if revoked_on > clock.today():
        raise FieldError(field, "撤销日期还没有到，请核对。")


def _replace(
    db: Session,
    actor: User | None,
    title: Title,
    given: Mapping[str, object],
    *,
    origin: Origin,
    event: str,
    reason: str = "",
) -> Title:
    """Write the next version of a certificate: what it was, with what is given changed."""
    kept = ("kind", "number", "authority", "issued_on", "valid_until", "revoked_on", "revoke_reason", "file_id")
    values = {**{name: getattr(title, name) for name in kept}, **given}
    version = Title(firm_id=title.firm_id, thread=title.thread, **values, **stamp(actor, origin, after=title))
    supersede(db, actor, title, by=version)
    db.add(version)
    db.flush()  # the audit event needs its id
    touch(db, title.firm_id)
    changes = audit.differences(_told(title), _told(version))
    audit.record(db, actor, event, version, changes={**changes, **({"原因": reason} if reason else {})})
    return version


def _told(title: Title) -> dict[str, object]:
    """A certificate as an event tells it."""
    return {
        "资质": title.label,
        "编号": title.number,
        "认定机关": title.authority,
        "认定日期": title.issued_on,
        "有效期止": title.valid_until,
        "撤销日期": title.revoked_on,
        "附件": title.file_id,
    }
