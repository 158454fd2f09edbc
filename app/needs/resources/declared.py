"""The registers of resources and the columns of each; read once from seeds/resources.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.core.seedfiles import SEEDS, read_yaml
from app.needs.declared import Item, declared

CONTACT = "contact"


@dataclass(frozen=True)
class Register:
    """`name` and `organisation` are what the two columns that every register has are called in this one."""

    code: str
    label: str
    name: str
    organisation: str
    columns: tuple[Item, ...]

    def shown(self, *, contacts: bool) -> tuple[Item, ...]:
        """The columns for somebody who may, or may not, see how people are reached."""
        return tuple(column for column in self.columns if contacts or column.shape != CONTACT)


@dataclass(frozen=True)
class Registers:
    """`matches` says in which registers help for a kind of need is looked for."""

    registers: Mapping[str, Register]
    matches: Mapping[str, tuple[str, ...]]

    def options(self) -> list[tuple[str, str]]:
        return [(each.code, each.label) for each in self.registers.values()]


@cache
def registers() -> Registers:
    data = read_yaml(SEEDS / "resources.yaml")
    found = {each["code"]: Register(**{**each, "columns": _columns(each["columns"])}) for each in data["registers"]}
    matches = {kind: tuple(codes) for kind, codes in data["matches"].items()}
    assert set(matches) == set(declared().kinds), "say in seeds/resources.yaml where each kind of need finds help"
    return Registers(found, matches)


def _columns(given: list[Mapping[str, object]]) -> tuple[Item, ...]:
    return tuple(Item(**{**each, "options": tuple(each.get("options", ()))}) for each in given)  # type: ignore[arg-type]
