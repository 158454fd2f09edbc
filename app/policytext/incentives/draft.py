"""A draft rule for an incentive: valid in the rule language, with every open question left open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from app.policytext.incentives.incentive import AmountKind, AwardAmount, Incentive, Term, TermKind, Tier
from app.policytext.incentives.phrases import LEVELS, RD_LABEL, Phrase, leaning, left_over, phrases_in
from app.rules import RuleError, Vocabulary, load_rule

LONGEST_WORDING = 120
LONGEST_NAME = 30
NOT_FIRMS = re.compile(r"机构(?!创建)|单位|人员|人才|专员|团队|个人|孵化器|众创空间|载体|园区")
_YEARS = re.compile(r"([一二三四五六七八九十\d]{1,2}年)内")
_ALTERNATIVES = re.compile("、|或|和|及")
_TOGETHER = re.compile("且|并|同时")
_IN_PARTS = re.compile("分阶段|分年度?|分[一二三两\\d]{1,2}[年次批期]|连续[补资奖支][助励持]|逐年")
# What is spent on one project is not what the firm spends.
_A_PART = re.compile("(?:项目|品种|产品)$")
_PLACED = re.compile("注册|登记|独立法人|纳税|税收|统计")


@dataclass(frozen=True)
class DraftRule:
    """A rule as plain data in the form of a file in seeds/rules, and the questions a person has to answer first.

    The data is accepted by `load_rule` with the vocabulary it was made for; a draft pays nobody before it is published.
    """

    data: Mapping[str, Any]
    questions: tuple[str, ...]


def draft_rule(incentive: Incentive, vocabulary: Vocabulary, *, code: str, starts: date, scope: str = "") -> DraftRule:
    """A draft rule for an incentive of a plan.

    In: the incentive as read, the declared vocabulary, the code of the new rule (letters), the day it is to begin, and
    whose law it is. Out: a valid rule; conditions that no test can say are left to a person (人工核定), an amount that
    the plan leaves open is a hole that names what it waits for, and each of these is a question.
    """
    drafting = _Drafting(incentive, vocabulary, code, starts)
    conditions = drafting.conditions()
    version: dict[str, Any] = {"from": starts, "conditions": conditions, "amount": drafting.amount()}
    version |= drafting.stacking() | drafting.obligations()
    version["notes"] = list(dict.fromkeys(drafting.questions))
    data: dict[str, Any] = {
        "code": code,
        "name": _name(incentive),
        "kind": "incentive",
        "clause": incentive.path or "正文",
        "versions": [version],
    }
    data |= {"scope": scope} if scope else {}
    data |= {"beneficiary": incentive.beneficiary} if NOT_FIRMS.search(incentive.beneficiary) else {}
    return DraftRule(data, tuple(version["notes"]))


class _Drafting:
    """Puts one version together and collects the questions on the way."""

    def __init__(self, incentive: Incentive, vocabulary: Vocabulary, code: str, starts: date) -> None:
        self.incentive = incentive
        self.vocabulary = vocabulary
        self.code = code
        self.starts = starts
        self.questions: list[str] = []

    def conditions(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for words in self.incentive.conditions or (self.incentive.piece.text[:LONGEST_WORDING],):
            made += self._tests(words)
        made += [self._term(term) for term in self.incentive.terms if term.kind is TermKind.EXCLUSION]
        made += self._placed()
        return [{"id": f"P{number}", **each} for number, each in enumerate(_unique(made), 1)]

    def _tests(self, words: str) -> list[dict[str, Any]]:
        """The conditions a phrase of the plan stands for; one for a person where there is no test."""
        found = [phrase for phrase in self._phrases(words) if self._is_valid(phrase.test)]
        if not found:
            self._ask(f"条件“{_short(words)}”没有对应的数据项，须人工核定或补写测试")
            return [self._condition(words, f"人工核定(“{_quotable(words)}”)", None)]
        rest = left_over(words, found)
        if rest:
            self._ask(f"条件“{_short(words)}”里的“{_short(rest)}”没有写进测试，须核对")
        if len(found) > 1 and _ALTERNATIVES.search(words) and not _TOGETHER.search(words):
            self._ask(f"“{_short(words)}”是并列的几种情形，读作满足任一即可，须确认")
            return [self._condition(words, " 或 ".join(f"({each.test})" for each in found), found[0])]
        return [self._condition(phrase.wording, phrase.test, phrase) for phrase in found]

    def _phrases(self, words: str) -> list[Phrase]:
        if NOT_FIRMS.search(self.incentive.beneficiary):
            # The tests speak of the firm that applies, not of an agency or a person.
            return []
        return phrases_in(words, self.vocabulary) or leaning(words, self.incentive.follows, self.vocabulary)

    def amount(self) -> dict[str, Any]:
        amount = self.incentive.amount
        value = self._value(amount)
        limits = self._limits(amount)
        if amount.cap is not None and amount.cap_for:
            self._ask(f"上限“{amount.cap_for}”按什么范围和期间计，须确认")
        if _IN_PARTS.search(self.incentive.piece.text):
            self._ask("原文要求分期或连续兑付，各期比例和条件须补写")
        if self.incentive.discretionary and limits:
            self._ask(_open_amount(amount))
            return {"discretionary": True, **limits}
        if value is not None and self._is_payable(value):
            return {"value": value, **limits}
        return {"hole": self._hole(amount), **limits}

    def _limits(self, amount: AwardAmount) -> dict[str, str]:
        """The cap, unless it is no sum the language can hold."""
        if amount.cap is None:
            return {}
        limits = {"cap": _money(amount.cap)}
        if self._is_payable("1元", limits):
            return limits
        self._ask(f"上限“{_money(amount.cap)}”不像是一个金额，须核对")
        return {}

    def stacking(self) -> dict[str, Any]:
        term = next((each for each in self.incentive.terms if each.kind is TermKind.STACKING), None)
        if term is not None:
            self._ask(f"叠加规则照“{_short(term.words)}”（{term.path}），与哪些奖补合为一组，须确认")
            mode = "就高不重复" if re.search("就高|择优|从优", term.words) else "同一事项一次"
            return {"stacking": {"group": _name(self.incentive), "mode": mode}}
        if self.incentive.one_time:
            return {"stacking": {"group": _name(self.incentive), "mode": "同一事项一次"}}
        return {}

    def obligations(self) -> dict[str, Any]:
        made = [_obligation(term) for term in self.incentive.terms if term.kind is TermKind.OBLIGATION]
        return {"obligations": made} if made else {}

    def _value(self, amount: AwardAmount) -> str | None:
        match amount.kind:
            case AmountKind.FIXED if not amount.per or re.fullmatch("每(?:家|户)", amount.per):
                return _money(amount.value)
            case AmountKind.PERCENT:
                return self._percent(amount)
            case AmountKind.TIERS:
                return self._tiers(amount)
            case _:
                return None

    def _percent(self, amount: AwardAmount) -> str | None:
        if amount.rate is None or not re.search("研发|增量|新增|增长部分", amount.base) or "设备" in amount.base:
            return None
        if _A_PART.search(self.incentive.beneficiary):
            return None
        grown = re.search("增量|新增|增长部分|增加部分", amount.base)
        if grown and not any("研发" in words for words in self.incentive.conditions):
            return None
        self._ask("研发费用按哪个口径，原文未写，暂按加计扣除口径")
        base = f"较大({RD_LABEL} - 往年({RD_LABEL}, 2), 0元)" if grown else RD_LABEL
        return f"{base} * {_plain(amount.rate * 100)}%"

    def _tiers(self, amount: AwardAmount) -> str | None:
        """Steps by the level of a platform or by title, the largest first; other steps stay a hole that lists them."""
        steps = [(self._step(tier), tier.value) for tier in sorted(amount.tiers, key=lambda tier: -tier.value)]
        if not all(test and value > 1 for test, value in steps):
            return None
        value = "0元"
        for test, worth in reversed(steps):
            value = f"如果({test}, {_money(worth)}, {value})"
        return value

    def _step(self, tier: Tier) -> str:
        sorts = [each.test for words in self.incentive.conditions for each in phrases_in(words, self.vocabulary)]
        sort = next((match[1] for test in sorts if (match := re.search(r"平台种类 = ([^,]+)", test))), None)
        if sort and tier.words in LEVELS:
            return f"有(研发平台, 平台种类 = {sort}, 级别 = {LEVELS[tier.words]}, 有效)"
        return next((each.test for each in phrases_in(tier.words, self.vocabulary)), "")

    def _hole(self, amount: AwardAmount) -> dict[str, str]:
        reason = _reason(amount)
        waits = amount.waits_for or ("一事一议" if self.incentive.case_by_case else "未指明")
        self._ask(
            f"金额未定：{reason}" + (f"；须等“{amount.waits_for}”" if amount.waits_for else "；原文未指明依据哪份文件")
        )
        return {"reason": reason, "waits_for": waits}

    def _placed(self) -> list[dict[str, Any]]:
        """注册、纳税、统计在本区域, where the plan asks for them."""
        made = []
        for term in self.incentive.terms:
            if term.kind is TermKind.ELIGIBILITY and _PLACED.search(term.words):
                tests = [
                    ("注册|登记", "注册在本区域"),
                    ("纳税|税收|税务", "税收在本区域"),
                    ("统计", "统计在本区域"),
                    ("独立法人", "独立法人"),
                ]
                made += [
                    {"clause": term.path, "wording": _short(term.words), "test": test}
                    for words, test in tests
                    if re.search(words, term.words) and self._is_valid(test)
                ]
        return made

    def _condition(self, wording: str, test: str, phrase: Phrase | None) -> dict[str, Any]:
        if phrase is not None and phrase.question:
            self._ask(phrase.question)
        return {"clause": self.incentive.path or "正文", "wording": wording[:LONGEST_WORDING], "test": test}

    def _term(self, term: Term) -> dict[str, Any]:
        self._ask(f"排除情形“{_short(term.words)}”（{term.path}）须逐项核对")
        return {
            "clause": term.path or "正文",
            "wording": term.words[:LONGEST_WORDING],
            "test": f"人工核定(“不属于：{_quotable(term.words)}”)",
        }

    def _ask(self, question: str) -> None:
        self.questions.append(question)

    def _is_valid(self, test: str) -> bool:
        return self._loads([{"id": "P1", "clause": "一", "wording": "条件", "test": test}], {"value": "1元"})

    def _is_payable(self, value: str, limits: Mapping[str, str] = MappingProxyType({})) -> bool:
        condition = {"id": "P1", "clause": "一", "wording": "条件", "test": "人工核定(“条件”)"}
        return self._loads([condition], {"value": value, **limits})

    def _loads(self, conditions: list[dict[str, Any]], amount: dict[str, Any]) -> bool:
        version = {"from": self.starts, "conditions": conditions, "amount": amount}
        data = {"code": self.code, "name": "试", "kind": "incentive", "clause": "一", "versions": [version]}
        try:
            load_rule(data, self.vocabulary)
        except RuleError:
            return False
        return True


def _reason(amount: AwardAmount) -> str:
    """Why an amount is a hole, with every figure the plan gives."""
    match amount.kind:
        case AmountKind.MATCHING:
            rate = f"的{_plain(amount.rate * 100)}%" if amount.rate is not None else ""
            return f"按“{amount.base or '上级奖补'}”{rate}配套，须先知道上级兑现的金额"
        case AmountKind.PERCENT if amount.tiers:
            return f"按“{amount.base or '未写明的基数'}”的{_ends(amount)}计，原文没有写怎样在这之间确定"
        case AmountKind.PERCENT if amount.rate is not None:
            return f"按“{amount.base or '未写明的基数'}”的{_plain(amount.rate * 100)}%计，没有对应的数据项"
        case AmountKind.TIERS:
            return "分档：" + "，".join(f"{tier.words} {_tier(tier.value)}" for tier in amount.tiers)[:200]
        case AmountKind.FIXED:
            return f"{amount.per}{_money(amount.value)}，须按数量计算"
        case _:
            return "参照其他标准执行" if amount.kind is AmountKind.REFERENCE else "原文没有写金额"


def _open_amount(amount: AwardAmount) -> str:
    if amount.tiers:
        return f"原文只写了幅度（{_ends(amount)}），没有写怎样在这之间确定"
    return "原文只写了上限，没有写怎样计算"


def _ends(amount: AwardAmount) -> str:
    return "至".join(_tier(tier.value) for tier in amount.tiers)


def _tier(value: Decimal) -> str:
    return _money(value) if value > 1 else f"{_plain(value * 100)}%"


def _obligation(term: Term) -> dict[str, str]:
    years = _YEARS.search(term.words)
    within = {"within": years[1]} if years else {}
    breach = (
        "全额收回"
        if re.search("全额", term.words)
        else "收回"
        if re.search("收回|追回|退还|退回", term.words)
        else "未写"
    )
    return {"what": term.words[:LONGEST_WORDING], "breach": breach, **within}


def _unique(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({each["test"]: each for each in conditions}.values())


def _name(incentive: Incentive) -> str:
    named = incentive.beneficiary if incentive.beneficiary != "企业" else (incentive.conditions or ("企业",))[0]
    said = named.rstrip("的") if len(named) <= LONGEST_NAME else f"{named[: LONGEST_NAME - 1]}…"
    heading = f"{incentive.heading}：" if 0 < len(incentive.heading) <= LONGEST_NAME // 2 else ""
    return f"{heading}{said}奖补（{incentive.path or '正文'}）"


def _money(value: Decimal | None) -> str:
    """元 as the rule language writes them: 20万元, 8000元."""
    if value is None:
        return "0元"
    return f"{_plain(value / 10_000)}万元" if value >= 1_000 else f"{_plain(value)}元"  # noqa: PLR2004


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_WORDING // 2 else words[: LONGEST_WORDING // 2] + "……"


def _quotable(words: str) -> str:
    """Words that may stand between quotation marks in the rule language."""
    return re.sub(r"[“”\"\s\ufffd]", "", words)[:LONGEST_WORDING] or "条件"
