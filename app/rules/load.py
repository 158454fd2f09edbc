"""Plain data to rules: every problem of a rule is found and named in one go."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from app.rules.check import check
from app.rules.declare import Declaration
from app.rules.errors import LanguageError, RuleError
from app.rules.language import Expr, Named, walk
from app.rules.load_amount import read_amount, read_stacking
from app.rules.parse import parse
from app.rules.rule import KINDS, TOTAL, Condition, Obligation, Parameter, Path, Rule, RuleVersion, Score, Term, Window
from app.rules.types import LITERAL, Type
from app.rules.vocabulary import RESERVED, Vocabulary

_DAY_OF_YEAR = re.compile(r"([0-9]{1,2})[-月]([0-9]{1,2})日?")


def load_rule(data: Mapping[str, object], vocabulary: Vocabulary) -> Rule:
    """Build a rule from the plain data of a file in seeds/rules, parsing and checking every expression once.

    Raises:
        RuleError: listing every problem found, each naming the rule, the version and the condition.
    """
    problems: list[str] = []
    given = Declaration(data, "规则", problems)
    rule = _read_rule(given, vocabulary)
    if problems:
        raise RuleError(tuple(problems))
    return rule


def _read_rule(given: Declaration, vocabulary: Vocabulary) -> Rule:
    versions = [_Version(each, vocabulary).read() for each in given.inners("versions")]
    versions.sort(key=lambda version: version.starts)
    rule = Rule(
        code=given.text("code"),
        name=given.text("name"),
        kind=given.one_of("kind", KINDS),
        title=given.optional_text("title"),
        scope=given.optional_text("scope"),
        policy=given.optional_text("policy"),
        example=given.flag("example"),
        beneficiary=given.optional_text("beneficiary"),
        clause=given.optional_text("clause"),
        source=given.optional_text("source"),
        preset=given.flag("preset"),
        versions=tuple(versions),
    )
    if rule.title and vocabulary.title(rule.title) is None:
        given.complain(f"title：没有“{rule.title}”这种资质")
    _check_versions(given, rule)
    given.finish()
    return rule


def _check_versions(given: Declaration, rule: Rule) -> None:
    if not rule.versions:
        given.complain("至少要有一个版本（versions）")
    for earlier, later in zip(rule.versions, rule.versions[1:], strict=False):
        if earlier.until is None or earlier.until > later.starts:
            given.complain(f"{earlier.starts} 起的版本与 {later.starts} 起的版本时间重叠，请写明前者的 until")
    for version in rule.versions:
        if rule.kind != "incentive" and version.amount is not None:
            given.complain(f"{version.starts} 起的版本：只有奖补（incentive）才有 amount")


class _Version:
    """Reads one version; names become usable from the line after the one that defines them."""

    def __init__(self, given: Declaration, vocabulary: Vocabulary) -> None:
        self.given = given
        self.vocabulary = vocabulary
        self.starts = given.optional_date("from")
        given.where = f"{given.where.split(' versions')[0]} {self.starts or '缺 from'} 起的版本"
        self.types: dict[str, Type] = {}

    def read(self) -> RuleVersion:
        given = self.given
        if self.starts is None:
            given.complain("缺少 from（从哪一天起施行）")
        parameters = {each.name: each for each in map(self._parameter, self._inners("parameters", "参数"))}
        terms = {each.name: each for each in map(self._term, self._inners("terms", "指标"))}
        scores = self._scores()
        conditions = self._conditions()
        version = RuleVersion(
            starts=self.starts or date.min,
            until=given.optional_date("until"),
            parameters=MappingProxyType(parameters),
            terms=MappingProxyType(terms),
            scores=MappingProxyType(scores),
            conditions=MappingProxyType(conditions),
            needs=self._needs(given),
            paths=tuple(map(self._path, self._inners("paths", "路径"))),
            vetoes=given.texts("vetoes"),
            valid_for=given.optional_text("valid_for"),
            amount=read_amount(given.inner("amount"), self.expression),
            stacking=read_stacking(given.inner("stacking"), self.expression),
            window=self._window(given.inner("window")),
            obligations=tuple(map(self._obligation, self._inners("obligations", "义务"))),
            notes=given.texts("notes"),
            vocabulary=self.vocabulary,
        )
        version = self._with_default_needs(version)
        self._check(version)
        given.finish()
        return version

    def expression(
        self, given: Declaration, key: str, expected: str, names: Mapping[str, Type] | None = None
    ) -> Expr | None:
        """The checked expression under a key, or None when it is absent or was complained about."""
        raw = given.take(key, None)
        if raw is None:
            return None
        try:
            expression = parse(_text(raw), self.vocabulary, names=self.types if names is None else names)
            check(expression, self.vocabulary, expected, names=self.types if names is None else names)
        except LanguageError as error:
            given.complain(f"{key}：{error}")
            return None
        return expression

    def required(self, given: Declaration, key: str, expected: str, names: Mapping[str, Type] | None = None) -> Expr:
        """The checked expression under a key that must be there; a stand-in where it was complained about."""
        if given.data.get(key) is None:
            given.complain(f"缺少 {key}")
        return self.expression(given, key, expected, names) or Named("")

    def _inners(self, key: str, noun: str) -> tuple[Declaration, ...]:
        found = self.given.inners(key)
        for each in found:
            each.where = each.where.replace(f" {key}[", f" {noun}[")
        return found

    def _parameter(self, given: Declaration) -> Parameter:
        name = self._new_name(given)
        value = self.required(given, "value", "any", names={})
        self.types[name] = self._type_of(value, {})
        made = Parameter(name, value, given.optional_text("clause"))
        given.drop("note", "wording")
        given.finish()
        return made

    def _term(self, given: Declaration) -> Term:
        name = self._new_name(given)
        value = self.required(given, "value", "any")
        kind = self.types[name] = self._type_of(value, self.types)
        made = Term(name, value, given.optional_text("clause"), kind)
        given.drop("wording", "note")
        given.finish()
        return made

    def _type_of(self, value: Expr, names: Mapping[str, Type]) -> Type:
        refused = isinstance(value, Named) and not value.name
        return LITERAL if refused else check(value, self.vocabulary, "any", names=names)

    def _scores(self) -> dict[str, Score]:
        declared = self._inners("scores", "得分")
        groups = [str(each.data.get("part_of") or "") for each in declared if "part_of" in each.data]
        scores = [self._score(each) for each in declared]
        names = {each.name for each in scores}
        for group in (TOTAL, *groups):
            if scores and group and group not in names:
                self.types[group] = LITERAL
        self._check_parts(scores)
        return {each.name: each for each in scores}

    def _score(self, given: Declaration) -> Score:
        part_of = given.optional_text("part_of") if "part_of" in given.data else TOTAL
        name = self._new_name(given)
        made = Score(
            name=name,
            value=self.expression(given, "value", "number"),
            max=self.expression(given, "max", "number", names={}),
            part_of=part_of,
            clause=given.optional_text("clause"),
            wording=given.optional_text("wording"),
        )
        self.types[name] = LITERAL
        given.drop("note")
        given.finish()
        return made

    def _check_parts(self, scores: list[Score]) -> None:
        groups = {each.part_of for each in scores}
        places = {each.name: place for place, each in enumerate(scores)}
        for each in scores:
            if each.value is None and each.name not in groups:
                self.given.complain(f"得分“{each.name}”：须有能读懂的 value，或者有别的得分写明 part_of: {each.name}")
            group = places.get(each.part_of, -1)
            if (
                group >= 0
                and group <= places[each.name]
                and scores[group].value is None
                and _speaks(each, each.part_of)
            ):
                self.given.complain(f"得分“{each.name}”用到了由它自己合成的“{each.part_of}”")

    def _conditions(self) -> dict[str, Condition]:
        found: dict[str, Condition] = {}
        for given in self._inners("conditions", "条件"):
            made = Condition(
                id=given.text("id"),
                clause=given.optional_text("clause"),
                wording=given.optional_text("wording"),
                test=self.required(given, "test", "test"),
                evidence=given.texts("evidence"),
            )
            if made.id in found:
                given.complain("条件编号重复")
            given.drop("note")
            given.finish()
            found[made.id] = made
        return found

    def _needs(self, given: Declaration) -> tuple[str, ...]:
        self.needs_given = given.data.get("needs") is not None
        return given.texts("needs")

    def _path(self, given: Declaration) -> Path:
        made = Path(given.text("name"), given.texts("needs"), given.texts("any"))
        if not made.needs and not made.any:
            given.complain("路径须写明 needs 或 any")
        given.drop("clause", "wording")
        given.finish()
        return made

    def _window(self, given: Declaration | None) -> Window | None:
        if given is None:
            return None
        made = Window(_day(given, "opens"), _day(given, "closes"), given.optional_text("note"))
        given.finish()
        return made

    def _obligation(self, given: Declaration) -> Obligation:
        made = Obligation(given.text("what"), given.optional_text("within"), given.optional_text("breach"))
        given.drop("clause")
        given.finish()
        return made

    def _new_name(self, given: Declaration) -> str:
        name = given.text("name")
        if name in self.types:
            given.complain(f"名称“{name}”已经用过")
        if name in RESERVED or self.vocabulary.fact(name) is not None:
            given.complain(f"名称“{name}”与数据项或规则语言的用词相同，请换一个")
        return name

    def _with_default_needs(self, version: RuleVersion) -> RuleVersion:
        if self.needs_given:
            return version
        elsewhere = {each for path in version.paths for each in (*path.needs, *path.any)} | set(version.vetoes)
        return replace(version, needs=tuple(each for each in version.conditions if each not in elsewhere))

    def _check(self, version: RuleVersion) -> None:
        if version.until is not None and version.until <= version.starts:
            self.given.complain("until 须晚于 from")
        used = [("needs", each) for each in version.needs] + [("vetoes", each) for each in version.vetoes]
        used += [(f"路径“{path.name}”", each) for path in version.paths for each in (*path.needs, *path.any)]
        for where, name in used:
            if name not in version.conditions:
                self.given.complain(f"{where} 里的“{name}”不是这个版本的条件编号")
        for each in set(version.conditions) - {name for _, name in used}:
            self.given.complain(f"条件“{each}”没有用在 needs、paths 或 vetoes 里")


def _speaks(score: Score, name: str) -> bool:
    return score.value is not None and any(isinstance(node, Named) and node.name == name for node in walk(score.value))


def _text(raw: object) -> str:
    return ("是" if raw else "否") if isinstance(raw, bool) else str(raw)


def _day(given: Declaration, key: str) -> date | tuple[int, int] | None:
    raw = given.take(key, None)
    match = _DAY_OF_YEAR.fullmatch(str(raw)) if raw is not None else None
    if match is None:
        return None if raw is None else given.as_date(raw, key)
    month, day = int(match[1]), int(match[2])
    try:
        date(2024, month, day)  # a leap year, so that 29 February is accepted
    except ValueError:
        given.complain(f"{key}：没有“{raw}”这一天")
        return None
    return month, day
