"""The test bench of a draft: its cases judged by the real evaluator, and how well they hold the rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.seedfiles import SEEDS, read_yaml
from app.facts.vocabulary import vocabulary, vocabulary_of
from app.policies.models import RuleVersion
from app.rules import Rule, RuleError, load_rule
from app.rules.bench import Case, case_of, cases_of, complaints, edge_cases, expectation_of, finding_of, mutants
from app.rules.bench.verdict import said
from app.rules.finding import Finding
from app.workbench.drafted import Body, rule_data
from app.workbench.models import DraftPurpose, Measurement, RuleCase, RuleDraft

# A case keeps its own day, on which the draft may not be in force yet: on the bench it always was.
ALWAYS = date(1900, 1, 1)
# So many trials of a case are done while somebody waits.
MOST_AT_ONCE = 300
LISTS = ("missing", "fails", "open", "met")


@dataclass(frozen=True)
class Verdict:
    """One case with what is wrong about it; nothing where the rule says what the case expects."""

    row: RuleCase
    expects: str
    wrong: tuple[str, ...]


def cases(db: Session, draft: RuleDraft) -> list[RuleCase]:
    return list(db.scalars(sa.select(RuleCase).where(RuleCase.draft_id == draft.id).order_by(RuleCase.id)))


def case_in(db: Session, draft: RuleDraft, number: int) -> RuleCase | None:
    return db.scalar(sa.select(RuleCase).where(RuleCase.draft_id == draft.id, RuleCase.id == number))


def latest(db: Session, draft: RuleDraft) -> Measurement | None:
    """The last measurement of a draft."""
    made = sa.select(Measurement).where(Measurement.draft_id == draft.id).options(joinedload(Measurement.made_by))
    return db.scalars(made.order_by(Measurement.id.desc())).first()


def is_stale(measurement: Measurement, draft: RuleDraft, rows: Iterable[RuleCase]) -> bool:
    """Whether the draft or its cases have changed since they were measured."""
    return measurement.edition != draft.version or measurement.cases != [row.id for row in rows]


def verdicts(draft: RuleDraft, rows: Iterable[RuleCase]) -> list[Verdict]:
    """Every case held against the draft. RuleError where the draft cannot be read."""
    rule = rule_on_the_bench(draft.body, draft.rule_code)
    found = ((row, restored(draft, row.name, row.body)) for row in rows)
    return [Verdict(row, in_words(case), tuple(complaints(case, finding_of(case, rule)))) for row, case in found]


def why_unproven(db: Session, draft: RuleDraft) -> str:
    """Why the cases do not speak for a draft; empty where all of them do, or there is nothing to prove."""
    if draft.purpose is DraftPurpose.END:
        return ""
    rows = cases(db, draft)
    if not rows:
        return "没有用例"
    try:
        wrong = sum(bool(each.wrong) for each in verdicts(draft, rows))
    except RuleError:
        return "草稿读不通"
    return f"{len(rows)} 个用例中有 {wrong} 个不符" if wrong else ""


def rule_on_the_bench(body: Body, code: str) -> Rule:
    """The rule of a draft, in force on every day. RuleError where it cannot be read."""
    data = data_on_the_bench(body, code)
    return load_rule(data, vocabulary_of(data))


def data_on_the_bench(body: Body, code: str) -> dict[str, Any]:
    data = rule_data(body, code)
    version = {name: value for name, value in data["versions"][0].items() if name != "until"}
    return {**data, "versions": [{**version, "from": ALWAYS}]}


def measured(draft: RuleDraft, rows: Sequence[RuleCase]) -> tuple[int, int, dict[str, Any]]:
    """(changes caught, changes tried, the rest): every number and sign of the draft changed a little."""
    rule, data = rule_on_the_bench(draft.body, draft.rule_code), data_on_the_bench(draft.body, draft.rule_code)
    every = [restored(draft, row.name, row.body) for row in rows]
    # A case that the rule itself does not meet would seem to catch every change.
    held = [case for case in every if not any(complaints(case, finding_of(case, rule)))]
    edges = edge_cases(rule, _base(held)) if held else []
    findings = [finding_of(case, rule) for case in edges]
    tried, survivors = 0, []
    for mutant in mutants(data, vocabulary_of(data)):
        tried += 1
        if not _catches(held, mutant.rule):
            by = _who_would_catch(edges, findings, mutant.rule)
            survivors.append({"where": mutant.where, "before": mutant.before, "after": mutant.after, "by": by})
    found = [_edge(case, finding) for case, finding in zip(edges, findings, strict=True)]
    return tried - len(survivors), tried, {"survivors": survivors, "edges": found}


def effort(draft: RuleDraft, rows: Sequence[RuleCase]) -> int:
    """How many trials measuring takes at most."""
    body = draft.body
    return sum(len(some) for some in body["rows"].values()) * max(1, len(rows)) * 4


def inherited(code: str, follows: RuleVersion) -> Iterator[Case]:
    """The cases that the files have for a version of a rule: those of days on which it is in force."""
    for path in sorted((SEEDS / "cases").glob("*/*.yaml")):
        if code in path.read_text(encoding="utf-8"):
            for case in cases_of(read_yaml(path), vocabulary_of(follows.rule.body)):
                begun = follows.starts_on <= case.on and (follows.ends_on is None or case.on < follows.ends_on)
                if case.rule == code and begun:
                    yield case


def kept(case: Case) -> dict[str, Any]:
    """A case as it is stored, with days as text."""
    expect: dict[str, Any] = {name: list(getattr(case.expect, name)) for name in LISTS if getattr(case.expect, name)}
    expect |= {name: getattr(case.expect, name) for name in ("answer", "amount") if getattr(case.expect, name)}
    expect |= {"scores": dict(case.expect.scores)} if case.expect.scores else {}
    data = {"day": case.on, "facts": case.facts, "records": case.records, "vouches": list(case.vouches)}
    return {**_as_text(data), "expect": expect}


def restored(draft: RuleDraft, name: str, body: Mapping[str, Any]) -> Case:
    """A stored case. ValueError where the vocabulary knows one of its words no longer."""
    facts = {
        label: {int(year): each for year, each in value.items()} if isinstance(value, dict) else value
        for label, value in body["facts"].items()
    }
    records = {label: [_dated(label, row) for row in some] for label, some in body["records"].items()}
    data = {"day": date.fromisoformat(body["day"]), "facts": facts, "records": records, "vouches": body["vouches"]}
    return case_of(draft.rule_code, name, data, body["expect"], vocabulary_of(draft.body["single"]))


def in_words(case: Case) -> str:
    """“符合，金额20万元；不符合的条件P1”."""
    wanted = case.expect
    parts = [wanted.answer or "", f"金额{wanted.amount}" if wanted.amount else ""]
    for name, label in (("fails", "不符合的条件"), ("open", "待核的条件"), ("met", "符合的条件"), ("missing", "缺项")):
        parts.append(f"{label}{'、'.join(getattr(wanted, name))}" if getattr(wanted, name) else "")
    parts += [f"{name}{points}" for name, points in wanted.scores.items()]
    return "，".join(part for part in parts if part)


def _base(held: Sequence[Case]) -> Case:
    """The case from which the edges are looked for: one that is met, or else the first."""
    return next((each for each in held if each.expect.answer == "符合"), held[0])


def _catches(held: list[Case], rule: Rule) -> bool:
    """Whether some case fails under a changed rule; the one that does is tried first on the next."""
    for place, case in enumerate(held):
        if any(True for _ in complaints(case, finding_of(case, rule))):
            held.insert(0, held.pop(place))
            return True
    return False


def _who_would_catch(edges: Sequence[Case], findings: Sequence[Finding], rule: Rule) -> str:
    """The first case at an edge of which a changed rule says something else; empty where there is none."""
    for case, finding in zip(edges, findings, strict=True):
        if expectation_of(finding_of(case, rule)) != expectation_of(finding):
            return case.name
    return ""


def _edge(case: Case, finding: Finding) -> dict[str, Any]:
    wanted = expectation_of(finding)
    expect = {"answer": wanted.answer, "fails": list(wanted.fails), "open": list(wanted.open)}
    expect |= {"amount": said(finding)} if said(finding) else {}
    return {"name": case.name, "body": {**kept(case), "expect": {key: each for key, each in expect.items() if each}}}


def _dated(label: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A record whose first and last day are days again."""
    collection = vocabulary().collection(label)
    days = {collection.starts, collection.ends} if collection else set()
    return {
        name: date.fromisoformat(value) if name in days and isinstance(value, str) else value
        for name, value in row.items()
    }


def _as_text(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _as_text(each) for key, each in value.items()}
        case list():
            return [_as_text(each) for each in value]
        case date():
            return value.isoformat()
    return value
