"""A duty: the units a clause names as answerable for it."""

from dataclasses import dataclass
from enum import StrEnum

from app.policytext.text.plain import Piece


class Part(StrEnum):
    """What a unit's part in a duty is."""

    LEAD = "牵头"
    RESPONSIBLE = "责任"
    SUPPORTING = "配合"


class Form(StrEnum):
    """Where a duty was written."""

    BLOCK = "单位栏"
    SUFFIX = "句末括号"
    PROSE = "正文"
    TABLE = "表格"


@dataclass(frozen=True)
class NamedUnit:
    """A unit as the plan writes it, such as “区科技局” or “各乡(镇)”."""

    name: str
    part: Part
    piece: Piece


@dataclass(frozen=True)
class Duty:
    """The units answerable for one clause; `others` is what the plan leaves open, such as “等相关部门”."""

    path: str
    units: tuple[NamedUnit, ...]
    form: Form
    others: str
    piece: Piece

    def names(self, part: Part) -> tuple[str, ...]:
        return tuple(unit.name for unit in self.units if unit.part is part)
