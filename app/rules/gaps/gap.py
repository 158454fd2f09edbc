"""What a search for gaps proposes, and how it reads."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.rules.values import Value, show_date, show_number

_RELATIONS = {"up": "至少", "down": "至多", "same": "为"}


@dataclass(frozen=True)
class Move:
    """One thing that changes, or is found out: money in 元, ratios as fractions.

    `before` is None for something not known yet (`confirm` is then True) and for a collection nothing is taken from.
    `relation` tells whether `after` is the least (up), the most (down) or the only value that does; `limit` is the
    other end where both ends are limited. `change` is signed, None where there is nothing to subtract. `attributes` are
    those the added records of a collection must have, by code.
    """

    label: str
    code: str
    year: int | None
    collection: str | None
    before: Value | None
    after: Value
    limit: Value | None
    relation: str
    change: Decimal | None
    unit: str
    lead_months: int
    effort: int
    measure: str
    confirm: bool
    supplied_by: str
    attributes: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Gap:
    """A set of moves, none of which can be left out or made smaller, after which the rule answers 符合.

    `kind` is change (levers are moved), wait (only 申报日 advances, to `on`) or supply (only unknown facts are
    confirmed). `open` names the conditions that hang on a person's judgement whatever is done; the rule answers 符合 if
    they are judged in the firm's favour. Every gap is verified with the evaluator before it is proposed.
    """

    kind: str
    moves: tuple[Move, ...]
    lead_months: int
    effort: int
    on: date | None
    open: tuple[str, ...] = ()
    verified: bool = True


def say_gap(gap: Gap) -> str:
    """The proposal as one Chinese sentence."""
    parts = [_say_move(each) for each in gap.moves]
    if gap.on is not None:
        parts.insert(0, f"最早于{show_date(gap.on)}满足")
    if gap.open:
        parts.append(f"另须评审核定{'、'.join(gap.open)}")
    lead = f"（约需{gap.lead_months}个月）" if gap.kind == "change" and gap.lead_months else ""
    return "；".join(parts) + lead


def _say_move(move: Move) -> str:
    year = f"{move.year}年度" if move.year else ""
    after = _show(move.after, move.unit)
    if move.confirm:
        if isinstance(move.after, bool) and move.collection:
            return f"确认{move.label}"
        return f"确认{year}{move.label}{_RELATIONS[move.relation]}{after}{_upto(move)}"
    if move.change is None or move.before is None:
        return f"{year}{move.label}改为{after}"
    verb = "增加" if move.change > 0 else "减少"
    change = _points(move) if move.unit == "%" else _show(abs(move.change), move.unit)
    return f"{year}{move.label}{verb}{change}（由{_show(move.before, move.unit)}到{after}）"


def _points(move: Move) -> str:
    return f"{show_number(abs(move.change or Decimal(0)), '%').removesuffix('%')}个百分点"


def _upto(move: Move) -> str:
    return f"且不超过{_show(move.limit, move.unit)}" if move.limit is not None else ""


def _show(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return show_number(value, unit)
    return show_date(value) if isinstance(value, date) else value
