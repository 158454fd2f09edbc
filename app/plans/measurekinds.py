"""The library of measures: what a plan may ask of a firm or an office, declared in seeds/measures.yaml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.core.seedfiles import SEEDS, read_yaml
from app.facts.vocabulary import vocabulary
from app.rules import VocabularyError
from app.rules.declare import Declaration
from app.rules.kinds import Lever

KINDS = (
    *("研发投入", "研发核算", "知识产权", "成果转化", "人才", "产品对应"),
    *("平台", "资金", "市场", "质量数字化", "数据核实", "申报服务"),
)
ASK, AWAIT = "ask_facts", "await_day"
NEEDED = (ASK, AWAIT)
FIRM = "企业"


@dataclass(frozen=True)
class MeasureKind:
    """One measure of the library: what it moves (codes of facts and records), who usually does it, in how long."""

    code: str
    name: str
    type: str
    moves: tuple[str, ...]
    owner: str
    helper: str
    lead_months: int
    clause: str
    steps: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        """What it moves, as people call it."""
        known = vocabulary()
        return [(known.facts.get(code) or known.collections[code]).label for code in self.moves]


@cache
def measure_kinds() -> Mapping[str, MeasureKind]:
    """Code → measure, in the order of the file.

    Raises:
        VocabularyError: listing what is wrong in seeds/measures.yaml.
    """
    return read_kinds(read_yaml(SEEDS / "measures.yaml"))


def read_kinds(data: Iterable[Any]) -> dict[str, MeasureKind]:
    """The library from plain data; every lever of the vocabulary must find its measure here, and back."""
    problems: list[str] = []
    kinds = [_kind(Declaration(each, "措施", problems)) for each in data]
    found = {kind.code: kind for kind in kinds}
    if len(found) < len(kinds):
        problems.append("有重复的措施代码")
    problems += [f"缺少措施 {code}" for code in NEEDED if code not in found]
    problems += _unmatched(found)
    if problems:
        raise VocabularyError(tuple(problems))
    return found


def _kind(given: Declaration) -> MeasureKind:
    made = MeasureKind(
        code=given.text("code"),
        name=given.text("name"),
        type=given.one_of("type", KINDS),
        moves=given.texts("moves"),
        owner=given.text("owner"),
        helper=given.optional_text("helper"),
        lead_months=given.optional_whole("lead_months") or 0,
        clause=given.text("clause"),
        steps=given.texts("steps"),
    )
    if not made.steps:
        given.complain("steps 至少写一步")
    given.finish()
    return made


def _unmatched(found: Mapping[str, MeasureKind]) -> list[str]:
    """Levers without their measure, and measures that claim to move what has another lever or none."""
    levers = _levers()
    lost = [
        f"{code} 的措施 {lever.measure} 不在措施库，或没有列出它"
        for code, lever in levers.items()
        if lever.measure not in found or code not in found[lever.measure].moves
    ]
    claimed = [(kind.code, code) for kind in found.values() for code in kind.moves]
    wrong = [(kind, code) for kind, code in claimed if code not in levers or levers[code].measure != kind]
    return lost + [f"{kind} 列出的 {code} 不由它推动" for kind, code in wrong]


def _levers() -> dict[str, Lever]:
    known = vocabulary()
    found = {kind.code: kind.lever for kind in known.facts.values()}
    found |= {kind.code: kind.lever for kind in known.collections.values()}
    return {code: lever for code, lever in found.items() if lever is not None}
