"""Which column stands for what: proposed with the reason said, decided by a person."""

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from app.facts.models import Source
from app.imports.columns.headings import MONEY_UNITS, take_apart
from app.imports.columns.targets import (
    ATTRIBUTE,
    CODE,
    FACT,
    ISSUED,
    NAME,
    STARTS,
    TITLE_KIND,
    YEAR,
    Target,
    key_of,
    known_words,
    stem_of,
    targets_of,
)
from app.imports.models import Kind, Policy

NEAR = 0.6
MOST_CANDIDATES = 4
FIRST_HAND = (Source.REGISTRY, Source.DEPARTMENT)
PLACED = ("unit_id", "park_id")


@dataclass(frozen=True)
class Proposal:
    """What one heading seems to mean; `sure` is good, warn or plain, and `reason` says why in words."""

    target: str
    sure: str
    reason: str


@dataclass(frozen=True)
class Column:
    """One column as decided: its place, what it stands for, and what to do where a value is on file already."""

    place: int
    name: str
    target: str
    policy: Policy
    year: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Mapping:
    """`year` and `unit` count where a column names none of its own; `title` is the kind of titles without a column."""

    kind: Kind
    columns: tuple[Column, ...]
    unit: str = "万元"
    year: int | None = None
    from_1904: bool = False
    title: str = ""

    def kept(self) -> dict[str, Any]:
        columns = [{**asdict(column), "policy": column.policy.code} for column in self.columns]
        rest = {"unit": self.unit, "year": self.year, "from_1904": self.from_1904, "title": self.title}
        return {"columns": columns, **rest}

    @classmethod
    def restored(cls, kind: Kind, kept: dict[str, Any]) -> Self:
        columns = tuple(Column(**{**each, "policy": Policy.of(each["policy"])}) for each in kept["columns"])
        return cls(kind, columns, kept["unit"], kept["year"], kept["from_1904"], kept.get("title", ""))

    def column(self, target: str) -> Column | None:
        return next((column for column in self.columns if column.target == target), None)

    def target(self, column: Column) -> Target:
        return targets_of(self.kind)[column.target]


@dataclass
class Faults:
    """What is wrong with a choice of columns: by place, and for the whole."""

    columns: dict[int, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.columns or self.whole)


def propose(name: str, kind: Kind) -> Proposal:
    """What a heading stands for. Several meanings, or a mere likeness, are named but not chosen."""
    words = take_apart(name).words
    if not words:
        return Proposal("", "plain", "没有列名，不导入")
    own, other, stems = _matches(words, kind)
    if len(own) == 1:
        return Proposal(own[0], "good", "名称一致")
    for found, sure, reason in ((other, "good", "常用的另一种写法"), (stems, "warn", "写法相近，请核对")):
        if len(found) == 1:
            return Proposal(found[0], sure, reason)
        if found:
            return Proposal("", "warn", f"可能是{_named(found, kind)}，口径不同，请选择")
    near = _near(words, kind)
    return Proposal("", "plain", f"没有认出，可能是{_named(near, kind)}" if near else "没有认出，不导入")


def _matches(words: str, kind: Kind) -> tuple[list[str], list[str], list[str]]:
    key, stem = key_of(words), stem_of(words)
    known = known_words(kind).items()
    own = [code for code, (keys, _, _) in known if key in keys]
    other = [code for code, (_, keys, _) in known if key in keys]
    return own, other, [code for code, (_, _, stems) in known if stem in stems]


def _near(words: str, kind: Kind) -> list[str]:
    keys = {key: code for code, (own, other, _) in known_words(kind).items() for key in own | other}
    close = difflib.get_close_matches(key_of(words)[:40], keys, n=MOST_CANDIDATES, cutoff=NEAR)
    return list(dict.fromkeys(keys[key] for key in close))


def _named(codes: Sequence[str], kind: Kind) -> str:
    return "或".join(f"“{targets_of(kind)[code].label}”" for code in codes[:MOST_CANDIDATES])


def default_policy(target: str, kind: Kind, source: Source) -> Policy:
    """Figures and records replace, and so does what the registry itself says; all else only fills what is empty."""
    if kind is not Kind.FIRMS or (source in FIRST_HAND and target not in PLACED):
        return Policy.OVERWRITE
    return Policy.FILL


def decide(
    kind: Kind,
    names: Sequence[str],
    chosen: Sequence[tuple[str, Policy]],
    *,
    unit: str,
    year: int | None,
    from_1904: bool = False,
    title: str = "",
) -> Mapping:
    """The mapping of what a person chose, column by column; columns that are not imported are left out."""
    columns = []
    for place, (name, (target, policy)) in enumerate(zip(names, chosen, strict=True)):
        if target and policy is not Policy.IGNORE:
            parts = take_apart(name)
            own_unit = parts.unit if parts.unit in MONEY_UNITS else ""
            columns.append(Column(place, name, target, policy, parts.year, own_unit))
    return Mapping(kind, tuple(columns), unit, year, from_1904, title)


def faults_of(mapping: Mapping) -> Faults:
    """What keeps a mapping from being used."""
    faults = Faults()
    known = targets_of(mapping.kind)
    seen: dict[tuple[str, int | None], Column] = {}
    for column in mapping.columns:
        target = known.get(column.target)
        if target is None:
            faults.columns[column.place] = "请从列表中选择。"
            continue
        year = column.year if target.annual else None
        if (column.target, year) in seen:
            faults.columns[column.place] = f"与“{seen[column.target, year].name}”列对应了同一项，请保留一列。"
        elif target.annual and year is None and not mapping.column(YEAR) and mapping.year is None:
            faults.columns[column.place] = "不知道是哪一年的数：请在下方填写年度，或指定“年度”列。"
        seen[column.target, year] = column
    faults.whole = [sentence for wrong, sentence in _missing(mapping) if wrong]
    return faults


def _missing(mapping: Mapping) -> tuple[tuple[bool, str], ...]:
    code, who = mapping.column(CODE), mapping.column(CODE) or mapping.column(NAME)
    if mapping.kind is Kind.FIRMS:
        return ((not code, "请指定哪一列是“统一社会信用代码”：企业按信用代码对应，名称不够可靠。"),)
    if mapping.kind.is_register:
        name = targets_of(mapping.kind)[NAME].label
        return ((not mapping.column(NAME), f"请指定哪一列是“{name}”：名册里的每一条都要有它。"),)
    says = any(column.target.startswith((FACT, ATTRIBUTE, STARTS)) for column in mapping.columns)
    titles = mapping.kind is Kind.TITLES
    return (
        (not who, "请指定“统一社会信用代码”列；没有代码时可以指定“企业名称”列。"),
        (not titles and not says, "请至少为一列选择数据项。"),
        (titles and not mapping.column(ISSUED), "请指定哪一列是“认定日期”：有效期从这一天起算。"),
        (
            titles and not mapping.column(TITLE_KIND) and not mapping.title,
            "不知道是哪一种资质：请在下方选择，或指定“资质种类”列。",
        ),
    )
