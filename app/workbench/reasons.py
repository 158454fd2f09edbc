"""Why firms would be judged or paid otherwise under a draft, in words: condition by condition."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from app.rules import Anchors, Answer, Condition, Parameter, Rule, RuleVersion, Term, render
from app.rules.causes import Cause, causes_of
from app.rules.evaluate import decide
from app.rules.language import Named, walk

if TYPE_CHECKING:
    from app.checks.pool import Pool

ANSWERS = {True: Answer.MET, False: Answer.UNMET, None: Answer.UNKNOWN}
VETOED = {Answer.MET: "成立", Answer.UNMET: "不成立", Answer.UNKNOWN: "待核"}
LONGEST_WORDING = 40
MOST_NAMES = 3
NEW, ENDED = "原来没有施行的规则", "规则停用，不再施行"
OTHERWISE = "各条件的结论没有变，必须符合的条件、路径或否决改了"


def reasons(pool: "Pool", before: Rule, after: Rule, anchors: Anchors) -> Iterator[str]:
    """For each firm of a pool, all of which change, what makes the difference."""
    told = _Telling(before.version_on(anchors.policy_on), after.version_on(anchors.policy_on))
    known: dict[tuple[object, ...], str] = {}
    for one, two in zip(_answers(pool, before, anchors), _answers(pool, after, anchors), strict=True):
        pattern = (*one.values(), *two.values())
        if pattern not in known:
            known[pattern] = told.why(one, two)
        yield known[pattern]


def _answers(pool: "Pool", rule: Rule, anchors: Anchors) -> Iterator[Mapping[str, Answer]]:
    """For each firm, the answer of every condition by id."""
    if rule.version_on(anchors.policy_on) is None:
        yield from ({} for _ in pool.firms)
        return
    from app.rules.pool import judge_pool  # noqa: PLC0415 - brings polars

    table = judge_pool([rule], pool.frame, anchors, exact=pool.sheets).conditions(rule.code)
    for row in table.iter_rows(named=True):
        yield {name: ANSWERS[answer] for name, answer in row.items()}


class _Telling:
    """Both versions, to put into words what differs between them for a firm."""

    def __init__(self, old: RuleVersion | None, new: RuleVersion | None) -> None:
        self.old = old
        self.new = new

    def why(self, before: Mapping[str, Answer], after: Mapping[str, Answer]) -> str:
        if self.new is None:
            return ENDED
        if self.old is None:
            return self._why_new(self.new, after)
        if decide(self.old, before) is decide(self.new, after):
            return f"结论不变，金额由“{_paid(self.old)}”改为“{_paid(self.new)}”"
        found = causes_of(self.old, self.new, before, after)
        return "；".join(self._say(self.old, self.new, each) for each in found) or OTHERWISE

    def _why_new(self, new: RuleVersion, after: Mapping[str, Answer]) -> str:
        if decide(new, after) is not Answer.UNKNOWN:
            return NEW
        waiting = [_named(new.conditions[name]) for name, answer in after.items() if answer is Answer.UNKNOWN]
        return f"{NEW}；待核的条件：{'、'.join(waiting)}"

    def _say(self, old: RuleVersion, new: RuleVersion, cause: Cause) -> str:
        one, two = old.conditions.get(cause.condition), new.conditions.get(cause.condition)
        if two is None:
            assert one is not None, "a cause is a condition of one of the versions"
            return f"取消{_role(old, one)}{_named(one)}（原{_said(old, one, cause.before)}）"
        if one is None:
            return f"新增{_role(new, two)}{_named(two)}：{_said(new, two, cause.after)}"
        answers = f"{_said(old, one, cause.before)} → {_said(new, two, cause.after)}"
        return f"{_role(new, two)}{_named(two)}{_reworded(old, new, cause.condition)}：{answers}"


def _role(version: RuleVersion, condition: Condition) -> str:
    return "否决" if condition.id in version.vetoes else "条件"


def _said(version: RuleVersion, condition: Condition, answer: Answer | None) -> str:
    assert answer is not None, "a version that has a condition answers it"
    return VETOED[answer] if condition.id in version.vetoes else answer.value


def _named(condition: Condition) -> str:
    wording = condition.wording or render(condition.test)
    short = wording if len(wording) <= LONGEST_WORDING else f"{wording[: LONGEST_WORDING - 1]}…"
    return f"{condition.id}“{short}”"


def _reworded(old: RuleVersion, new: RuleVersion, name: str) -> str:
    """What became of a test; where its own words are the same, of the names it rests on."""
    before, after = render(old.conditions[name].test), render(new.conditions[name].test)
    if before != after:
        return f"（{before} 改为 {after}）"
    one, two = _resting_on(old, name), _resting_on(new, name)
    moved = [f"{each} {one[each]} 改为 {two[each]}" for each in two if each in one and one[each] != two[each]]
    return f"（{'，'.join(moved[:MOST_NAMES]) or '所引的评分或名词改了'}）"


def _resting_on(version: RuleVersion, condition: str) -> dict[str, str]:
    """Every parameter and term that a condition refers to, directly or through others, as it is written."""
    values: dict[str, Parameter | Term] = {**version.parameters, **version.terms}
    found: dict[str, str] = {}
    waiting = [version.conditions[condition].test]
    while waiting:
        names = {each.name for each in walk(waiting.pop()) if isinstance(each, Named)} & values.keys() - found.keys()
        found |= {name: render(values[name].value) for name in sorted(names)}
        waiting += [values[name].value for name in names]
    return found


def _paid(version: RuleVersion) -> str:
    amount = version.amount
    if amount is None:
        return "不给金额"
    if amount.value is None:
        return "金额待定"
    ends = [f"{label}{render(each)}" for label, each in (("封顶", amount.cap), ("起付线", amount.floor)) if each]
    return "，".join([render(amount.value), *ends])
