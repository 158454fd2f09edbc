"""A rule and a fact sheet to a finding."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from app.rules.answer import Answer, all_of, any_of
from app.rules.evaluate import records as _records  # noqa: F401 - registers how records are evaluated
from app.rules.evaluate.amount import find_amount, find_stacking
from app.rules.evaluate.numbers import named, named_number
from app.rules.evaluate.run import STEP_BUDGET, OutOfStepsError, Result, Run, Trace
from app.rules.evaluate.tests import judge, show_result
from app.rules.finding import (
    NO_AMOUNT,
    Anchors,
    Comparison,
    ConditionFinding,
    Finding,
    Missing,
    Part,
    PathFinding,
    ScoreFinding,
    TermFinding,
    TotalFinding,
)
from app.rules.interval import ANYTHING, Bound, Interval
from app.rules.language import Expr
from app.rules.render import render
from app.rules.rule import Condition, Path, Rule, RuleVersion, Score, Term
from app.rules.sheet import FactSheet, Kept

OUT_OF_STEPS = f"计算超过{STEP_BUDGET}步，请把规则拆小"


def evaluate(rule: Rule, sheet: FactSheet, anchors: Anchors) -> Finding:
    """Judge one firm by one rule: 申报日 is `anchors.facts_on`, the version that of `anchors.policy_on`.

    Never raises, whatever the sheet holds: what cannot be worked out is 待核 with the reason. Where no version is in
    force the finding says so (`in_force` False) and answers nothing.
    """
    version = rule.version_on(anchors.policy_on)
    if version is None:
        return _not_in_force(rule, anchors)
    run = Run(version, sheet, anchors)
    conditions = tuple([_condition(run, each) for each in version.conditions.values()])
    answers = {each.id: each.answer for each in conditions}
    answer = decide(version, answers)
    amount = find_amount(run, version.amount, answer)
    missing = _missing_from(conditions) if answer is Answer.UNKNOWN else []
    return Finding(
        rule_code=rule.code,
        rule_name=rule.name,
        rule_kind=rule.kind,
        version_from=version.starts,
        in_force=True,
        reason="",
        anchors=anchors,
        answer=answer,
        conditions=conditions,
        needs=version.needs,
        vetoes=version.vetoes,
        paths=tuple(PathFinding(path.name, _path(path, answers), path.needs, path.any) for path in version.paths),
        terms=tuple(_term(run, each) for each in version.terms.values()),
        scores=tuple(_score(run, each) for each in version.scores.values()),
        totals=tuple(TotalFinding(name, _named_number(run, name)) for name in version.totals),
        amount=amount,
        stacking=find_stacking(run, version.stacking),
        missing=tuple(dict.fromkeys([*missing, *amount.missing])),
        notes=version.notes,
    )


def answer_of(rule: Rule, sheet: FactSheet, anchors: Anchors, *, assume: Collection[str] = ()) -> Answer:
    """Only the answer of `evaluate`, by the same evaluator, without putting anything on record.

    Conditions in `assume` count as decided in the firm's favour where they are 待核.
    """
    version = rule.version_on(anchors.policy_on)
    if version is None:
        return Answer.UNKNOWN
    run = Run(version, sheet, anchors)
    answers: dict[str, Answer] = {}
    for each in version.conditions.values():
        answer = _judge(run, each.test).answer
        if answer is Answer.UNKNOWN and each.id in assume:
            answer = Answer.of(each.id not in version.vetoes)
        answers[each.id] = answer
    return decide(version, answers)


def decide(version: RuleVersion, answers: Mapping[str, Answer]) -> Answer:
    """The answer of a version whose conditions, by id, are answered so: all needed, one path if any, and no veto."""
    parts = [answers[each] for each in version.needs]
    parts += [answers[each].negated() for each in version.vetoes]
    if version.paths:
        parts.append(any_of(_path(path, answers) for path in version.paths))
    return all_of(parts)


class Outline(NamedTuple):
    """How near a firm is to 符合: the answers it wants, those of every comparison, and the least of each score."""

    answer: Answer
    wanted: tuple[Answer, ...]
    comparisons: tuple[Answer, ...]
    scores: tuple[Bound, ...]


def outline_of(rule: Rule, sheet: FactSheet, anchors: Anchors) -> Outline:
    """The answers of `evaluate`, by the same evaluator, without putting anything on record.

    A veto counts in `wanted` as the firm would have it. Where no version is in force nothing is answered.
    """
    version = rule.version_on(anchors.policy_on)
    if version is None:
        return Outline(Answer.UNKNOWN, (), (), ())
    run = Run(version, sheet, anchors)
    judged = {each.id: _judge(run, each.test) for each in version.conditions.values()}
    answers = {name: each.answer for name, each in judged.items()}
    wanted = [each.negated() if name in version.vetoes else each for name, each in answers.items()]
    comparisons = [one.answer for each in judged.values() for one in each.comparisons]
    scores = [_named_number(run, name).low for name in version.scores]
    return Outline(decide(version, answers), tuple(wanted), tuple(comparisons), tuple(scores))


def _not_in_force(rule: Rule, anchors: Anchors) -> Finding:
    return Finding(
        rule_code=rule.code,
        rule_name=rule.name,
        rule_kind=rule.kind,
        version_from=None,
        in_force=False,
        reason=f"{anchors.policy_on.isoformat()} 没有施行中的版本",
        anchors=anchors,
        answer=Answer.UNKNOWN,
        conditions=(),
        needs=(),
        vetoes=(),
        paths=(),
        terms=(),
        scores=(),
        totals=(),
        amount=NO_AMOUNT,
        stacking=None,
        missing=(),
        notes=(),
    )


def _path(path: Path, answers: Mapping[str, Answer]) -> Answer:
    parts = [answers[each] for each in path.needs]
    if path.any:
        parts.append(any_of(answers[each] for each in path.any))
    return all_of(parts)


def _guarded(run: Run, work: Callable[[], Any], otherwise: Any) -> Any:
    """Do some work within the step budget; past it the outcome is open, with the reason."""
    run.steps = 0
    try:
        return work()
    except OutOfStepsError:
        run.doubt(OUT_OF_STEPS)
        return otherwise


def _fresh(run: Run) -> None:
    run.trace, run.comparisons, run.parts, run.silent = Trace(), [], [], False


class _Judged(NamedTuple):
    answer: Answer
    comparisons: tuple[Comparison, ...]
    missing: tuple[Missing, ...]
    reasons: tuple[str, ...]
    parts: tuple[Part, ...]


def _judge(run: Run, test: Expr) -> _Judged:
    """A test answered and put on record; the same test of another rule is answered by what is on record."""
    owner, key = run.place(test, "test")
    kept = run.sheet.answers.get(key)
    if kept is not None:
        found: _Judged = kept.content
        return found
    _fresh(run)
    run.steps = 0
    try:
        judged = _on_record(run, judge(run, test))
    except OutOfStepsError:
        run.doubt(OUT_OF_STEPS)
        return _on_record(run, Answer.UNKNOWN)
    run.sheet.answers[key] = Kept(owner, judged, run.trace)
    run.trace = Trace()  # what is kept is not written on any more
    return judged


def _on_record(run: Run, answer: Answer) -> _Judged:
    trace = run.trace
    return _Judged(
        answer, tuple(run.comparisons), tuple(trace.missing.values()), tuple(trace.reasons), tuple(run.parts)
    )


def _condition(run: Run, condition: Condition) -> ConditionFinding:
    judged = _judge(run, condition.test)
    return ConditionFinding(condition.id, condition.clause, condition.wording, render(condition.test), *judged)


def _term(run: Run, term: Term) -> TermFinding:
    _fresh(run)
    run.silent = True
    result: Result = _guarded(run, lambda: named(run, term.name), Answer.UNKNOWN)
    unit = term.type.unit or term.type.kind
    value = result if isinstance(result, Interval) else None
    return TermFinding(term.name, term.clause, value, show_result(result, unit), unit)


def _score(run: Run, score: Score) -> ScoreFinding:
    _fresh(run)
    run.silent = True
    return ScoreFinding(
        name=score.name,
        part_of=score.part_of,
        clause=score.clause,
        wording=score.wording,
        value=_named_number(run, score.name),
        max=run.number(score.max) if score.max is not None else None,
        missing=tuple(run.trace.missing.values()),
        reasons=tuple(run.trace.reasons),
    )


def _named_number(run: Run, name: str) -> Interval:
    found: Interval = _guarded(run, lambda: named_number(run, name), ANYTHING)
    return found


def _missing_from(conditions: Iterable[ConditionFinding]) -> list[Missing]:
    return [each for one in conditions if one.answer is Answer.UNKNOWN for each in one.missing]
