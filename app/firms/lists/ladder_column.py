"""Where a firm stands on the ladder, as a column of its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
import yaml

from app.core import clock
from app.firms.models import Firm
from app.settings import ROOT

LADDER = "科技企业梯度"
NONE = "none"


@dataclass(frozen=True)
class Rung:
    code: str
    label: str
    height: int


@cache
def rungs() -> tuple[Rung, ...]:
    """The rungs of the ladder, lowest first, as declared in seeds/titles.yaml."""
    declared = yaml.safe_load((ROOT / "seeds" / "titles.yaml").read_text(encoding="utf-8"))
    found = (Rung(each["code"], each["label"], each["rung"]) for each in declared if each["ladder"] == LADDER)
    return tuple(sorted(found, key=lambda rung: rung.height))


def rung_options() -> list[tuple[str, str]]:
    """(code, label) pairs of the rungs, and one for firms that stand on none."""
    return [*((rung.code, rung.label) for rung in rungs()), (NONE, "未入梯度")]


# Titles stand above firms, which therefore may not import their model; the list still has to be narrowed
# and counted by them in one statement. These are the columns it needs, under the names the table has.
TITLE = sa.table(
    "title",
    sa.column("firm_id", sa.BigInteger),
    sa.column("kind", sa.String),
    sa.column("issued_on", sa.Date),
    sa.column("valid_until", sa.Date),
    sa.column("revoked_on", sa.Date),
    sa.column("superseded_at", sa.DateTime),
)


def heights() -> sa.Select[int, int]:
    """Every firm that stands on a rung today, and the height of the highest one: (firm_id, height)."""
    height = sa.case({rung.code: rung.height for rung in rungs()}, value=TITLE.c.kind)
    return sa.select(TITLE.c.firm_id, sa.func.max(height).label("height")).where(_counts()).group_by(TITLE.c.firm_id)


def on_rung(code: str) -> sa.ColumnElement[bool]:
    """The condition on Firm that it stands on a rung, or on none."""
    if code == NONE:
        return Firm.id.not_in(_holders([rung.code for rung in rungs()]))
    height = next(rung.height for rung in rungs() if rung.code == code)
    higher = [rung.code for rung in rungs() if rung.height > height]
    return Firm.id.in_(_holders([code])) & Firm.id.not_in(_holders(higher))


def _holders(codes: Sequence[str]) -> sa.Select[int]:
    return sa.select(TITLE.c.firm_id).where(TITLE.c.kind.in_(codes), _in_force())


def _counts() -> sa.ColumnElement[bool]:
    return sa.and_(TITLE.c.kind.in_([rung.code for rung in rungs()]), _in_force())


def _in_force() -> sa.ColumnElement[bool]:
    day = clock.today()
    return sa.and_(
        TITLE.c.superseded_at.is_(None),
        TITLE.c.issued_on <= day,
        TITLE.c.valid_until.is_(None) | (TITLE.c.valid_until >= day),
        TITLE.c.revoked_on.is_(None) | (TITLE.c.revoked_on > day),
    )
