"""The kinds of needs that this installation knows, and what each of them asks; read once from seeds/needs.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.core.seedfiles import SEEDS, read_yaml

WHOLE = 100
PARTS: Mapping[str, str] = {
    "object": "对象",
    "present": "现状",
    "wanted": "目标",
    "constraint": "约束",
    "budget": "经费",
    "deadline": "期限",
}
SHAPES = ("words", "figure", "money", "day", "choice")


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that is asked for in a form, and how it is typed."""

    code: str
    label: str
    shape: str
    hint: str = ""
    options: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return f"said_{self.code}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(each, each) for each in self.options]


@dataclass(frozen=True, kw_only=True)
class Asked(Item):
    """One part of a need, and how many of the hundred points it carries."""

    part: str
    weight: int


@dataclass(frozen=True)
class NeedKind:
    code: str
    label: str
    asked: tuple[Asked, ...]

    def first_of(self, shape: str) -> Asked | None:
        """The part of this shape that stands first: the amount, or the day, of the need."""
        return next((each for each in self.asked if each.shape == shape), None)


@dataclass(frozen=True)
class Declared:
    """`clear_from` is the score from which a need counts as clear."""

    clear_from: int
    kinds: Mapping[str, NeedKind]

    def options(self) -> list[tuple[str, str]]:
        return [(kind.code, kind.label) for kind in self.kinds.values()]


@cache
def declared() -> Declared:
    return read_declared(read_yaml(SEEDS / "needs.yaml"))


def read_declared(data: Mapping[str, Any]) -> Declared:
    """The declaration of a file; ValueError that names the kind where its points do not add up to a hundred."""
    kinds = {each["code"]: _kind(each) for each in data["kinds"]}
    return Declared(int(data["clear_from"]), kinds)


def _kind(data: Mapping[str, Any]) -> NeedKind:
    asked = tuple(Asked(**{**each, "options": tuple(each.get("options", ()))}) for each in data["fields"])
    if sum(each.weight for each in asked) != WHOLE:
        raise ValueError(f"需求类别“{data['label']}”各项的分值之和应为 {WHOLE}。")
    if any(each.part not in PARTS or each.shape not in SHAPES for each in asked):
        raise ValueError(f"需求类别“{data['label']}”有一项的 part 或 shape 不在取值之内。")
    return NeedKind(data["code"], data["label"], asked)
