"""A matching in words: why each person, who else, and which firms nobody is suggested for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.commissioners.matching.models import Matching, Pairing, PairingState
from app.commissioners.models import Commissioner
from app.core.chunks import chunks
from app.firms.models import Firm

SIGNS = {
    PairingState.OPEN: "warn",
    PairingState.ACCEPTED: "good",
    PairingState.CHANGED: "accent",
    PairingState.DECLINED: "plain",
}


def options(db: Session, pairing: Pairing) -> list[dict[str, Any]]:
    """Everybody who was compared, the best first; those who must not be last."""
    ids = [each[0] for each in pairing.options]
    names = {each.id: each.name for each in db.scalars(sa.select(Commissioner).where(Commissioner.id.in_(ids)))}
    rows = [
        {
            "id": number,
            "name": names.get(number, "—"),
            "points": points,
            "features": told,
            "suggested": number == pairing.commissioner_id,
        }
        for number, points, told in pairing.options
    ]
    return sorted(rows, key=lambda row: (row["points"] is None, -(row["points"] or 0)))


def may_be_sent(option: dict[str, Any]) -> bool:
    """Whether somebody other than the one who is suggested may be sent; the register refuses what is forbidden."""
    return not option["suggested"]


def unmatched(db: Session, matching: Matching) -> list[tuple[str, list[Firm]]]:
    """Why nobody is suggested, with the firms it holds for."""
    ids = [number for number, _ in matching.unmatched]
    known: dict[int, Firm] = {}
    for some in chunks(ids):
        known |= {firm.id: firm for firm in db.scalars(sa.select(Firm).where(Firm.id.in_(some)))}
    found: dict[str, list[Firm]] = {}
    for number, why in matching.unmatched:
        if number in known:
            found.setdefault(why, []).append(known[number])
    return list(found.items())
