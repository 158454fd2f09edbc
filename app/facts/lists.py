"""What the ledger supplies to the lists of firms: a filter by a figure that nobody has supplied."""

import sqlalchemy as sa

from app.core import clock
from app.facts.models import Fact
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.firms.search import filters
from app.firms.search.filters import Filter
from app.rules import FactKind

# The registration keeps it on the firm itself, never in the ledger.
NOT_IN_THE_LEDGER = ("founded",)


def register() -> None:
    """Fill the place that is kept for the ledger."""
    filters.register(Filter("lacks", "缺少数据", _read, _lacks, options=_options, grouped=True))


def _options() -> list[tuple[str, str]]:
    """Every figure of a firm, under its group; a yearly one stands for the last accounting year."""
    closed = f"（{_last_year()} 年）"
    return [(kind.code, f"{kind.group}：{kind.label}{closed if _is_yearly(kind) else ''}") for kind in _kinds()]


def _kinds() -> list[FactKind]:
    kinds = vocabulary().facts.values()
    return [kind for kind in kinds if kind.subject == "firm" and kind.code not in NOT_IN_THE_LEDGER]


def _read(value: str) -> str:
    """“rd_expense” means the last accounting year, “rd_expense:2023” that one."""
    code, colon, year = value.partition(":")
    kind = next((kind for kind in _kinds() if kind.code == code), None)
    if kind is None or (colon and not (_is_yearly(kind) and year.isdecimal() and len(year) == len("2025"))):
        return ""
    return value


def _lacks(value: str) -> sa.ColumnElement[bool]:
    code, _, typed = value.partition(":")
    year = (int(typed) if typed else _last_year()) if _is_yearly(vocabulary().facts[code]) else 0
    held = sa.select(Fact.id).where(
        Fact.firm_id == Firm.id, Fact.kind == code, Fact.year == year, Fact.superseded_at.is_(None)
    )
    return ~held.exists()


def _is_yearly(kind: FactKind) -> bool:
    return kind.period == "year"


def _last_year() -> int:
    return clock.today().year - 1
