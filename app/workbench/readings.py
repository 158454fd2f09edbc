"""How the rule language reads what was typed in a draft: each text by itself, and the draft as a whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.facts.vocabulary import vocabulary_of
from app.rules import LanguageError, Rule, RuleError, Type, Vocabulary, check, load_rule, parse, render
from app.rules.rule import TOTAL
from app.rules.types import LITERAL
from app.workbench.drafted import ALONE, Body, rule_data
from app.workbench.layout import GROUPS, MONEY, Column, field

QUOTED = re.compile(r"(“[^”]*”)")
ENGLISH = re.compile(r"[a-z_]+")
WORDS = {
    "amount": "金额",
    "any": "任一符合的条件",
    "cap": "封顶",
    "conditions": "条件",
    "floor": "起付线",
    "from": "施行自",
    "gate": "条件",
    "hole": "金额待定",
    "id": "编号",
    "incentive": "类别为奖补的规则",
    "instalments": "分期",
    "kind": "类别",
    "max": "满分",
    "mode": "叠加方式",
    "name": "名称",
    "needs": "必须符合的条件",
    "part": "比例",
    "part_of": "计入",
    "paths": "路径",
    "payer": "承担方",
    "shares": "分担",
    "stacking": "叠加",
    "test": "测试",
    "title": "对应资质",
    "until": "施行至",
    "value": "算式",
    "vetoes": "否决的条件",
    "what": "内容",
    "when": "何时",
    "window": "申报时段",
}


@dataclass(frozen=True)
class Reading:
    """One text as the language reads it, or why it does not."""

    text: str = ""
    error: str = ""


def readings(body: Body) -> dict[str, Reading]:
    """Field of the form → its reading, for every expression that was typed."""
    reader = _Reader(vocabulary_of(body["single"]))
    for group in ("parameters", "terms", "scores", "conditions", "shares", "instalments"):
        reader.read_rows(group, body["rows"].get(group, ()))
    for name in MONEY:
        if body["single"].get(name):
            reader.read(name, body["single"][name], "amount")
    return reader.found


def rule_of(body: Body, code: str) -> Rule:
    """The rule a draft would be.

    Raises:
        RuleError: with every problem in words that a person can act on.
    """
    problems = [] if body["single"].get("starts") else ["请填写从哪一天起施行。"]
    try:
        rule = load_rule(rule_data(body, code), vocabulary_of(body["single"]))
    except RuleError as error:
        problems += [_in_chinese(each) for each in error.problems if "缺少 from" not in each]
        raise RuleError(tuple(dict.fromkeys(problems))) from error
    if problems:
        raise RuleError(tuple(problems))
    return rule


def problems_of(body: Body, code: str) -> tuple[str, ...]:
    """What keeps a draft from being a rule; nothing where it is one."""
    try:
        rule_of(body, code)
    except RuleError as error:
        return error.problems
    return ()


class _Reader:
    """Reads row by row; a name can be used from the row after the one that defines it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.types: dict[str, Type] = {}
        self.found: dict[str, Reading] = {}

    def read_rows(self, group: str, rows: list[Mapping[str, str]]) -> None:
        if group == "scores" and any(rows):
            self._add_totals(rows)
        for number, row in enumerate(rows):
            for column in GROUPS[group].expressions:
                if row.get(column.name):
                    self._read_cell(group, number, column, row)

    def read(self, name: str, text: str, expects: str, *, constant: bool = False) -> Type | None:
        """Note how one text reads; its type, or None where it was refused."""
        names = {} if constant else self.types
        try:
            expression = parse(text, self.vocabulary, names=names)
            kind = check(expression, self.vocabulary, expects, names=names)
        except LanguageError as error:
            self.found[name] = Reading(error=str(error))
            return None
        self.found[name] = Reading(text=render(expression))
        return kind

    def _read_cell(self, group: str, number: int, column: Column, row: Mapping[str, str]) -> None:
        constant = group == "parameters" or column.name in {"max", "least"}
        kind = self.read(field(group, number, column.name), row[column.name], column.expects, constant=constant)
        if column.name == "value" and row.get("name"):
            self.types[row["name"]] = LITERAL if group == "scores" or kind is None else kind

    def _add_totals(self, rows: list[Mapping[str, str]]) -> None:
        """Sums are known under their names before any score is."""
        for row in rows:
            group = row.get("part_of") or TOTAL
            self.types |= {group: LITERAL} if group != ALONE else {}
            self.types |= {row["name"]: LITERAL} if row.get("name") and not row.get("value") else {}


def _in_chinese(problem: str) -> str:
    """A problem without the words of the file format; what stands in quotation marks is the person's own."""
    parts = QUOTED.split(problem)
    return "".join(part if place % 2 else ENGLISH.sub(_word, part) for place, part in enumerate(parts)).strip()


def _word(found: re.Match[str]) -> str:
    return WORDS.get(found[0], found[0])
