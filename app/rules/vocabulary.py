"""The declared vocabulary: every fact, record collection and title a rule may speak of."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self

from app.rules.declare import Declaration
from app.rules.errors import VocabularyError
from app.rules.kinds import (
    FACT_TYPES,
    NUMERIC_TYPES,
    AttributeKind,
    Bounds,
    CollectionKind,
    FactKind,
    Lever,
    TitleKind,
    plain_attribute,
)

NAME_PATTERN = r"[^\W\d][\w·]*"
FOUNDING_LABEL = "成立日期"
TITLES = "titles"
LONGEST_GOOD_FOR = 366
RESERVED = frozenset({"申报日", "其余", "有效", "是", "否", "且", "或", "非", "属于", "不属于", "总分"})


@dataclass(frozen=True)
class Vocabulary:
    """Every declared fact, collection and title, found by code or by label."""

    facts: Mapping[str, FactKind]
    collections: Mapping[str, CollectionKind]
    titles: Mapping[str, TitleKind]
    _labels: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_data(cls, facts: Iterable[Any], records: Iterable[Any], titles: Iterable[Any]) -> Self:
        """Build the vocabulary from the plain data of facts.yaml, records.yaml and titles.yaml.

        Raises:
            VocabularyError: listing every entry that is incomplete or contradicts another.
        """
        problems: list[str] = []
        title_kinds = [_title(Declaration(each, "资质", problems)) for each in titles]
        fact_kinds = [_fact(Declaration(each, "数据项", problems)) for each in facts]
        collections = [_collection(Declaration(each, "记录", problems)) for each in records]
        collections = _with_titles(collections, title_kinds)
        labels: dict[str, str] = {}
        for group in (fact_kinds, collections, title_kinds):
            _index(group, labels, problems)
        if problems:
            raise VocabularyError(tuple(problems))
        return cls(
            MappingProxyType({each.code: each for each in fact_kinds}),
            MappingProxyType({each.code: each for each in collections}),
            MappingProxyType({each.code: each for each in title_kinds}),
            MappingProxyType(labels),
        )

    def fact(self, name: str) -> FactKind | None:
        return self.facts.get(name) or self.facts.get(self._labels.get(f"fact:{name}", ""))

    def collection(self, name: str) -> CollectionKind | None:
        return self.collections.get(name) or self.collections.get(self._labels.get(f"collection:{name}", ""))

    def title(self, name: str) -> TitleKind | None:
        return self.titles.get(name) or self.titles.get(self._labels.get(f"title:{name}", ""))

    @property
    def founding(self) -> FactKind | None:
        """The fact that tells since when a firm exists; it cuts 近3年 to the years there were."""
        return self.fact(FOUNDING_LABEL)


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate closest in writing, or an empty text when none is near."""
    close = difflib.get_close_matches(word[:60], list(candidates), n=1, cutoff=0.5)
    return close[0] if close else ""


def _fact(given: Declaration) -> FactKind:
    code = given.text("code")
    kind = given.one_of("type", FACT_TYPES)
    unit = given.optional_text("unit") or ("元" if kind == "money" else "")
    made = FactKind(
        code=code,
        label=given.text("label"),
        group=given.optional_text("group"),
        type=kind,
        unit="" if kind in ("flag", "date", "choice", "text") else unit,
        period=given.one_of("period", ("none", "year"), default="none"),
        subject=given.one_of("subject", ("firm", "region"), default="firm"),
        bounds=_bounds(given, kind),
        choices=given.texts("choices"),
        definition=given.optional_text("definition"),
        basis=given.optional_text("basis"),
        supplied_by=given.optional_text("supplied_by"),
        fresh_for=given.optional_whole("fresh_for"),
        lever=_lever(given),
    )
    if kind == "choice" and not made.choices:
        given.complain("choice 类型须列出 choices")
    if kind == "money" and unit != "元":
        given.complain("money 类型的单位只能是“元”")
    given.finish()
    return made


def _bounds(given: Declaration, kind: str) -> Bounds:
    raw = given.take("bounds", None)
    if raw is None:
        return (Decimal(0), Decimal(1)) if kind == "ratio" else (None, None)
    if not isinstance(raw, list | tuple) or len(raw) != 2:  # noqa: PLR2004 - a pair
        given.complain("bounds 须写成 [下限, 上限]，没有的写 null")
        return None, None
    low, high = (_bound(given, each, kind) for each in raw)
    if low is not None and high is not None and low > high:  # type: ignore[operator] # both have the kind's type
        given.complain("bounds 的下限大于上限")
    return low, high


def _bound(given: Declaration, raw: object, kind: str) -> Decimal | date | None:
    if raw is None:
        return None
    if kind == "date":
        return given.as_date(raw, "bounds")
    if kind not in NUMERIC_TYPES:
        given.complain(f"{kind} 类型没有 bounds")
        return None
    return given.as_number(raw, "bounds")


def _lever(given: Declaration) -> Lever | None:
    inner = given.inner("lever")
    if inner is None:
        return None
    lever = Lever(
        direction=inner.one_of("direction", ("up", "down"), default="up"),
        lead_months=inner.optional_whole("lead_months") or 0,
        effort=inner.optional_whole("effort") or 3,
        step=inner.as_number(inner.take("step", 1), "step") or Decimal(1),
        measure=inner.optional_text("measure"),
    )
    if lever.step <= 0:
        inner.complain("step 须大于 0")
    inner.finish()
    return lever


def _collection(given: Declaration) -> CollectionKind:
    made = CollectionKind(
        code=given.text("code"),
        label=given.text("label"),
        starts=given.optional_text("starts"),
        ends=given.optional_text("ends"),
        supplied_by=given.optional_text("supplied_by"),
        attributes=tuple(_attribute(each) for each in given.inners("attributes")),
        lever=_lever(given),
        definition=given.optional_text("definition"),
        group=given.optional_text("group"),
        good_for=given.optional_whole("good_for") or 0,
    )
    if not 0 <= made.good_for <= LONGEST_GOOD_FOR:
        given.complain(f"good_for 须在0到{LONGEST_GOOD_FOR}天之间")
    codes = {each.code for each in made.attributes}
    for each in made.attributes:
        if each.derived_from and each.derived_from not in codes:
            given.complain(f"属性“{each.label}”的 derived_from 指向没有的属性“{each.derived_from}”")
    given.finish()
    return made


def _attribute(given: Declaration) -> AttributeKind:
    kind = given.one_of("type", FACT_TYPES, default="text")
    mapping = given.take("mapping", {}) or {}
    made = AttributeKind(
        code=given.text("code"),
        label=given.text("label"),
        type=kind,
        unit=given.optional_text("unit") or ("元" if kind == "money" else ""),
        choices=given.texts("choices"),
        bounds=_bounds(given, kind),
        derived_from=given.optional_text("derived_from"),
        mapping=MappingProxyType({str(key): str(value) for key, value in mapping.items()}),
    )
    if made.bounds == (None, None) and kind in ("money", "count"):
        made = plain_attribute(made.code, made.label, kind, made.unit, (Decimal(0), None))
    if kind == "choice" and not made.choices:
        given.complain("choice 类型须列出 choices")
    given.drop("definition", "basis", "required")
    given.finish()
    return made


def _title(given: Declaration) -> TitleKind:
    made = TitleKind(
        code=given.text("code"),
        label=given.text("label"),
        ladder=given.optional_text("ladder"),
        rung=given.optional_whole("rung"),
        level=given.optional_text("level"),
        valid_for=given.optional_text("valid_for"),
    )
    if not re.fullmatch(r"(自然年|长期|[0-9]{1,2}年|[0-9]{1,3}个月)?", made.valid_for):
        given.complain("valid_for 须写成“3年”“6个月”“自然年”或“长期”")
    return made


def _with_titles(collections: list[CollectionKind], titles: list[TitleKind]) -> list[CollectionKind]:
    """The collections with 资质 among them: declared by the house, so that its `kind` is always a declared title."""
    labels = tuple(each.label for each in titles)
    kind = AttributeKind("kind", "种类", "choice", "", labels, (None, None), "", MappingProxyType({}))
    own = [plain_attribute(*each) for each in (("number", "编号", "text"), ("authority", "认定机关", "text"))]
    own += [plain_attribute(*each) for each in (("batch", "批次", "text"), ("revoked_on", "撤销日期", "date"))]
    given = next((each for each in collections if each.code == TITLES), None)
    known = {each.code for each in given.attributes} if given else set()
    attributes = tuple(each for each in (kind, *own) if each.code == "kind" or each.code not in known)
    attributes += tuple(each for each in given.attributes if each.code != "kind") if given else ()
    made = CollectionKind(
        code=TITLES,
        label=given.label if given else "资质",
        starts=(given.starts if given else "") or "认定日期",
        ends=(given.ends if given else "") or "有效期至",
        supplied_by=(given.supplied_by if given else "") or "主管部门",
        attributes=attributes,
        lever=given.lever if given else None,
        definition=given.definition if given else "",
        group=given.group if given else "",
        good_for=given.good_for if given else 0,
    )
    return [*(each for each in collections if each.code != TITLES), made]


def _index(kinds: Iterable[FactKind | CollectionKind | TitleKind], labels: dict[str, str], problems: list[str]) -> None:
    spaces = {FactKind: "fact", CollectionKind: "collection", TitleKind: "title"}
    names = {FactKind: "数据项", CollectionKind: "记录", TitleKind: "资质"}
    codes: set[str] = set()
    for each in kinds:
        what, key = f"{names[type(each)]}“{each.label}”", f"{spaces[type(each)]}:{each.label}"
        if not re.fullmatch(NAME_PATTERN, each.label):
            problems.append(f"{what}：名称须以文字开头，不含空格、括号和标点")
        if each.label in RESERVED or re.fullmatch(r"近\d+(年|天|日|个月)", each.label):
            problems.append(f"{what}：这个名称在规则语言里另有用途")
        if each.code in codes:
            problems.append(f"{what}：代码“{each.code}”重复")
        if key in labels:
            problems.append(f"{what}：名称重复")
        codes.add(each.code)
        labels[key] = each.code
