"""The likely pairs of the register: searched, listed, set aside, named by hand; and firms like a name being typed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.db import lock
from app.core.errors import FieldError
from app.core.paging import count
from app.firms.access import visible
from app.firms.merge.alike import LEGAL_PERSON, SHORTEST_KEY, SHORTEST_PHONE, Known, Likeness, likely_pairs
from app.firms.merge.models import LikelyPair
from app.firms.models import Contact, Firm, FormerName
from app.firms.names import name_key, name_sound

MOST_ALIKE = 5
MOST_PAIRS = 5_000
SEARCHED = "pairs.searched"
BY_HAND = "由经办人指定"


@dataclass(frozen=True)
class Found:
    """The likeliest pairs of the register as it was read, and how many less likely ones were left out."""

    pairs: dict[tuple[int, int], Likeness]
    left_out: int

    def told(self, waiting: int) -> str:
        more = f"；相似程度较低的 {self.left_out} 对没有列出" if self.left_out else ""
        return f"已查找全部企业，待核对 {waiting} 对{more}。"


def find(db: Session) -> Found:
    """Look for likely pairs in the whole register; of very many the likeliest, for somebody is to look at each."""
    every = likely_pairs(_everything(db))
    likeliest = sorted(every, key=lambda key: (-every[key].weight, key))[:MOST_PAIRS]
    return Found({key: every[key] for key in likeliest}, len(every) - len(likeliest))


def keep(db: Session, actor: User, found: Found) -> int:
    """Bring the list up to what was found; how many pairs wait now. What was set aside stays set aside."""
    lock(db, "likely pairs")
    held = {(pair.first_id, pair.second_id): pair for pair in db.scalars(sa.select(LikelyPair))}
    moment = clock.now()
    for pair in _outdated(held, found.pairs):
        db.delete(pair)
    here = _still_here(db, found.pairs)
    fresh = [key for key in found.pairs if key not in held and here.issuperset(key)]
    db.add_all(_row(key, found.pairs[key], moment) for key in fresh)
    for key in found.pairs.keys() & held.keys():
        held[key].weight, held[key].reasons = found.pairs[key].weight, found.pairs[key].sentences
    db.flush()
    waiting = count(db, pairs(actor, "open"))
    audit.record(db, actor, "pairs.searched", changes={"count": waiting})
    return waiting


def pairs(actor: User, state: str) -> sa.Select[LikelyPair]:
    """Pairs that wait (`open`) or were set aside (`dismissed`), the likeliest first; merged firms are in none."""
    mine = sa.select(Firm.id).where(visible(actor, "firm:edit"))
    both = sa.select(LikelyPair).where(LikelyPair.first_id.in_(mine), LikelyPair.second_id.in_(mine))
    decided = LikelyPair.dismissed_at.is_not(None) if state == "dismissed" else LikelyPair.dismissed_at.is_(None)
    loaded = joinedload(LikelyPair.first), joinedload(LikelyPair.second), joinedload(LikelyPair.dismissed_by)
    return both.where(decided).options(*loaded).order_by(LikelyPair.weight.desc(), LikelyPair.id)


def dismiss(db: Session, actor: User, pair: LikelyPair) -> None:
    """They are two firms; the pair is not shown again until somebody restores it."""
    pair.dismissed_at, pair.dismissed_by_id = clock.now(), actor.id
    audit.record(db, actor, "pair.dismissed", pair)


def restore(db: Session, actor: User, pair: LikelyPair) -> None:
    pair.dismissed_at = pair.dismissed_by_id = None
    audit.record(db, actor, "pair.restored", pair)


def name_by_hand(db: Session, actor: User, codes: Sequence[str]) -> LikelyPair:
    """A pair that somebody knows of. FieldError when a code is unknown, or both are the same."""
    reached = sa.select(Firm).where(Firm.credit_code.in_(codes), visible(actor, "firm:edit")).order_by(Firm.id)
    firms = db.scalars(reached).all()
    for field, code in zip(("first", "second"), codes, strict=True):
        if code not in {firm.credit_code for firm in firms}:
            raise FieldError(field, "名录中没有这个信用代码的企业，请核对。")
    if len(firms) != len(codes):
        raise FieldError("second", "两个代码是同一家企业。")
    first, second = firms
    known = sa.select(LikelyPair).where(LikelyPair.first_id == first.id, LikelyPair.second_id == second.id)
    pair = db.scalar(known) or _row((first.id, second.id), Likeness({BY_HAND: 1}), clock.now())
    db.add(pair)
    db.flush()  # the address of the next page needs its id
    return pair


def firms_alike(db: Session, actor: User, name: str, *, but: Firm | None = None) -> list[Firm]:
    """Firms whose name sounds the same as one being typed, or is one character from it, without being the same."""
    key = name_key(name)
    if len(key) < SHORTEST_KEY:
        return []
    shorter = {key[:place] + key[place + 1 :] for place in range(len(key))}
    near = sa.func.length(Firm.name_key).between(len(key), len(key) + 1) & sa.or_(*_patterns(key))
    alike = (Firm.name_sound == name_sound(name)) | Firm.name_key.in_(shorter) | near
    found = sa.select(Firm).where(visible(actor, "firm:read"), alike, Firm.name_key != key)
    if but is not None:
        found = found.where(Firm.id != but.id)
    return list(db.scalars(found.order_by(Firm.id).limit(MOST_ALIKE)))


def _patterns(key: str) -> Iterator[sa.ColumnElement[bool]]:
    """One character changed, or one more, anywhere."""
    for place in range(len(key) + 1):
        before, after, rest = (_plain(part) for part in (key[:place], key[place:], key[place + 1 :]))
        yield Firm.name_key.like(f"{before}_{after}", escape="/")
        if place < len(key):
            yield Firm.name_key.like(f"{before}_{rest}", escape="/")


def _plain(text: str) -> str:
    return re.sub(r"([/%_])", r"/\1", text)


def _everything(db: Session) -> list[Known]:
    """Every firm that is not merged, with what is compared of it."""
    former = _grouped(db.execute(sa.select(FormerName.firm_id, FormerName.name_key)))
    phones: dict[int, set[str]] = defaultdict(set)
    persons: dict[int, set[str]] = defaultdict(set)
    current = sa.select(Contact.firm_id, Contact.name, Contact.post, Contact.phone).where(Contact.ended_at.is_(None))
    for firm_id, name, post, phone in db.execute(current):
        digits = re.sub(r"\D", "", phone or "").removeprefix("86")
        if len(digits) >= SHORTEST_PHONE:
            phones[firm_id].add(digits)
        if LEGAL_PERSON.search(post or ""):
            persons[firm_id].add(name)
    named = sa.select(Firm.id, Firm.name_key, Firm.name_sound).where(Firm.merged_into_id.is_(None))
    return [
        Known(each, key, sound, tuple(former[each]), frozenset(phones[each]), frozenset(persons[each]))
        for each, key, sound in db.execute(named)
    ]


def _still_here(db: Session, keys: Iterable[tuple[int, int]]) -> set[int]:
    """Which of the firms are still there: one may have gone with its import since the register was read."""
    named = sorted({each for key in keys for each in key})
    return {each for some in chunks(named) for each in db.scalars(sa.select(Firm.id).where(Firm.id.in_(some)))}


def _grouped(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for firm_id, value in rows:
        found[firm_id].append(value)
    return found


def _outdated(held: dict[tuple[int, int], LikelyPair], found: dict[tuple[int, int], Likeness]) -> Iterator[LikelyPair]:
    """Pairs that are like no longer; what people decided or named themselves stays."""
    for key, pair in held.items():
        if key not in found and pair.dismissed_at is None and pair.reasons != [BY_HAND]:
            yield pair


def _row(key: tuple[int, int], likeness: Likeness, moment: Any) -> LikelyPair:
    first, second = key
    return LikelyPair(
        first_id=first, second_id=second, weight=likeness.weight, reasons=likeness.sentences, found_at=moment
    )
