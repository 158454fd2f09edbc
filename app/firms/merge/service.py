"""Merging one firm into another, field by field and row by row, and taking them apart again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict
from app.firms.forms import FirmFields
from app.firms.merge import rows
from app.firms.merge.forms import MergeFields
from app.firms.merge.models import LikelyPair, Merge
from app.firms.merge.parts import Clash, parts
from app.firms.models import Firm, FirmState, FormerName
from app.firms.revision import touch
from app.firms.service import LABELS, identity_shown

# The code says which legal person it is: it goes with the firm that is kept.
CHOSEN = tuple(name for name in FirmFields.model_fields if name != "credit_code")

LEDGERS = {"facts": "数据", "records": "档案记录", "titles": "资质"}


@dataclass(frozen=True)
class Difference:
    """One field in which the two registrations differ."""

    name: str
    label: str
    kept: str
    gone: str
    blank: bool


@dataclass(frozen=True)
class Outlook:
    """What a merge would do, for somebody to decide on."""

    kept: Firm
    gone: Firm
    differences: list[Difference]
    clashes: list[Clash]
    brought: dict[str, int]

    @property
    def seen(self) -> str:
        """The state of both firms that the person had in front of them."""
        return f"{self.kept.id}:{self.kept.revision}:{self.gone.id}:{self.gone.revision}"


def outlook(db: Session, kept: Firm, gone: Firm) -> Outlook:
    """The fields and figures to choose between, and how many rows of what would go over."""
    brought: dict[str, int] = {}
    for name, ids in rows.movable(db, kept, gone).items():
        brought[rows.word_for(name)] = brought.get(rows.word_for(name), 0) + len(ids)
    clashes: list[Clash] = []
    for part in parts().values():
        clashes += part.clashes(db, kept, gone)
        brought |= part.brought(db, kept, gone)
    return Outlook(kept, gone, list(_differences(db, kept, gone)), clashes, brought)


def merge(db: Session, actor: User, kept: Firm, gone: Firm, fields: MergeFields) -> Merge:
    """Merge `gone` into `kept`; of what differs, the kept firm takes over what `fields` names.

    Raises:
        Conflict: one of the two was changed or merged since the person looked at them.
    """
    for firm in sorted((kept, gone), key=lambda each: each.id):
        db.refresh(firm, with_for_update={"of": Firm})
    if kept.merged_into_id or gone.merged_into_id or outlook(db, kept, gone).seen != fields.seen:
        raise Conflict("这两家企业的资料在您核对期间有变动，请返回重新核对后再合并。")
    moment = clock.now()
    identity = _take_identity(db, kept, gone, fields)
    moved = rows.movable(db, kept, gone)
    rows.hand_over(db, moved, giver=gone, taker=kept)
    written = {
        place: part.bring(db, actor, kept, gone, chosen=frozenset(fields.figures), moment=moment)
        for place, part in parts().items()
    }
    touch(db, kept.id)
    touch(db, gone.id)
    gone.merged_into_id = kept.id
    detail = {"identity": identity, "moved": moved, "written": written}
    made = Merge(kept_id=kept.id, gone_id=gone.id, made_at=moment, made_by_id=actor.id, detail=detail)
    db.add(made)
    db.flush()  # the address of the result needs its id
    told = {LABELS[name]: pair for name, pair in identity["chosen"].items()}
    brought = "、".join(f"{label} {count} 条" for label, count in moved_by_word(made).items())
    changes = {"并入": f"{gone.name}（{gone.credit_code}）", **told, **({"转入": brought} if brought else {})}
    audit.record(db, actor, "firm.merged", kept, changes=changes)
    return made


def undo(db: Session, actor: User, made: Merge) -> list[str]:
    """Take two merged firms apart; what had to stay, and why.

    Raises:
        Conflict: they were taken apart already, or the kept firm was itself merged since.
    """
    db.refresh(made, ["undone_at"], with_for_update=True)
    kept, gone = made.kept, made.gone
    db.refresh(gone, with_for_update={"of": Firm})
    if made.undone_at is not None:
        raise Conflict("这次合并已经撤销，请刷新页面查看。")
    if gone.merged_into_id != kept.id:
        raise Conflict(f"“{kept.name}”后来又并入了别的企业，请先撤销那一次合并。")
    rows.hand_over(db, made.detail["moved"], giver=kept, taker=gone)
    notes = [*_return_identity(db, kept, made.detail["identity"])]
    for place, part in parts().items():
        notes += part.take_back(db, actor, made.detail["written"][place])
    gone.merged_into_id = None
    made.undone_at, made.undone_by_id = clock.now(), actor.id
    made.detail = {**made.detail, "notes": notes}
    db.flush()
    # Apart again, each of the two tells it in its own timeline.
    for firm in (kept, gone):
        touch(db, firm.id)
        changes = {"分出": f"{gone.name}（{gone.credit_code}）"}
        audit.record(db, actor, "firm.parted", kept, changes=changes, firm_id=firm.id)
    return notes


def moved_by_word(made: Merge) -> dict[str, int]:
    """What went over to the kept firm: a word for the rows, and how many."""
    moved: dict[str, int] = {}
    for name, ids in made.detail["moved"].items():
        moved[rows.word_for(name)] = moved.get(rows.word_for(name), 0) + len(ids)
    for written in made.detail["written"].values():
        moved |= {LEDGERS[name]: len(found) for name, found in written.items() if found}
    return moved


def merges() -> sa.Select[Merge]:
    """Every merge, the latest first; only who may edit every firm of the district sees them."""
    loaded = (joinedload(each) for each in (Merge.kept, Merge.gone, Merge.made_by, Merge.undone_by))
    return sa.select(Merge).options(*loaded).order_by(Merge.id.desc())


def pair_of(db: Session, first_id: int, second_id: int) -> LikelyPair | None:
    ids = sorted((first_id, second_id))
    return db.scalar(sa.select(LikelyPair).where(LikelyPair.first_id == ids[0], LikelyPair.second_id == ids[1]))


def _differences(db: Session, kept: Firm, gone: Firm) -> Iterator[Difference]:
    mine, theirs = (identity_shown(db, firm) for firm in (kept, gone))
    for name in CHOSEN:
        label = LABELS[name]
        if mine[label] != theirs[label] and theirs[label] not in (None, ""):
            blank = mine[label] in (None, "")
            yield Difference(name, label, str(mine[label] or "—"), str(theirs[label]), blank)


def _take_identity(db: Session, kept: Firm, gone: Firm, fields: MergeFields) -> dict[str, Any]:
    """Take over the chosen fields; (before, after) of each, and the number of the former name this made."""
    chosen = [name for name in fields.fields if name in CHOSEN]
    before = {name: getattr(kept, name) for name in chosen}
    made = 0
    if "name" in chosen and kept.name != gone.name:
        former = FormerName(firm_id=kept.id, name=kept.name, until=clock.today())
        db.add(former)
        db.flush()
        made = former.id
    for name in chosen:
        setattr(kept, name, getattr(gone, name))
    db.flush()
    return {"chosen": {name: [_kept(before[name]), _kept(getattr(gone, name))] for name in chosen}, "former": made}


def _return_identity(db: Session, kept: Firm, identity: dict[str, Any]) -> Iterator[str]:
    """Give the kept firm its own values back, except those that somebody changed since."""
    for name, (before, after) in identity["chosen"].items():
        if _kept(getattr(kept, name)) != after:
            yield f"{LABELS[name]}在合并之后又有修改，保留。"
            continue
        setattr(kept, name, _restored(name, before))
        if name == "name" and (former := db.get(FormerName, identity["former"])) is not None:
            db.delete(former)


def _kept(value: Any) -> Any:
    """A value as JSON keeps it."""
    match value:
        case FirmState():
            return value.code
        case Decimal() | date():
            return str(value)
        case _:
            return value


def _restored(name: str, value: Any) -> Any:
    """A kept value as the firm's own field takes it."""
    match name:
        case "registered_capital" if value is not None:
            return Decimal(value)
        case "founded_on" if value is not None:
            return date.fromisoformat(value)
        case "state":
            return FirmState.of(value)
        case _:
            return value
