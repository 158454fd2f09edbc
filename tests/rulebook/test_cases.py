"""Every case of the book holds, and the cases are enough to hold the book."""

from collections import defaultdict
from dataclasses import replace
from itertools import chain

import pytest

from app.rules.bench import Case
from tests.rulebook.casebook import SEEDS, all_cases, read, rule, rule_files
from tests.rulebook.check import complaints, finding_of

LADDER = ("tsme", "isme", "hnte", "leader", "leader_zhejiang", "leader_anhui", "srdi", "giant")
# A condition no fact can decide: the source is cut there, or the document leaves it to people.
UNDECIDABLE = {("leader_anhui", "H10")}
# Conditions read second hand or left to discretion: what does not meet them goes to a person, never to a refusal.
LEFT_TO_PEOPLE = {"A1b", "A5b", "A7b", "L7"}


def cases_by_rule() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in all_cases():
        found[case.rule].append(case)
    return found


@pytest.mark.parametrize("code", sorted(rule_files()))
def test_every_case_of_the_rule_holds(code: str) -> None:
    wrong = [
        f"{case.name}：{complaint}"
        for case in cases_by_rule()[code]
        for complaint in complaints(case, finding_of(case))
    ]

    assert not wrong, f"{code}\n" + "\n".join(wrong)


@pytest.mark.parametrize("code", sorted(rule_files()))
def test_every_rule_is_seen_met_and_not_met_or_open(code: str) -> None:
    cases = cases_by_rule()[code]

    answers = {case.expect.answer for case in cases}

    assert {"不符合", "待核"} & answers, f"{code} 缺不符合或待核的用例"
    assert "符合" in answers or never_met(code), f"{code} 缺符合的用例"


def never_met(code: str) -> bool:
    """Whether the rule says itself that people decide: some needed condition is 人工核定."""
    return any("人工核定" in str(each["test"]) for each in read(rule_files()[code])["versions"][-1]["conditions"])


@pytest.mark.parametrize("code", LADDER)
def test_every_condition_of_the_ladder_is_decided_both_ways(code: str) -> None:
    seen: dict[str, set[str]] = defaultdict(set)

    for case in cases_by_rule()[code]:
        for condition in finding_of(case).conditions:
            seen[condition.id].add(condition.answer.value)

    one_sided = {name: answers for name, answers in seen.items() if not both_ways(code, name, answers)}
    assert not one_sided
    assert set(seen) == set(chain.from_iterable(version.conditions for version in rule(code).versions))


def both_ways(code: str, name: str, answers: set[str]) -> bool:
    other = "待核" if name in LEFT_TO_PEOPLE else "不符合"
    return {"符合", other} <= answers or (code, name) in UNDECIDABLE


@pytest.mark.parametrize("code", sorted(rule_files()))
def test_leaving_out_one_known_fact_never_turns_a_firm_down(code: str) -> None:
    met = [case for case in cases_by_rule()[code] if case.expect.answer == "符合"]

    refused = [
        (case.name, label) for case in met[:5] for label in case.facts if answer_without(case, label) == "不符合"
    ]

    assert not refused


def answer_without(case: Case, label: str) -> str:
    rest = {each: value for each, value in case.facts.items() if each != label}
    return finding_of(replace(case, facts=rest)).answer.value


def test_every_rule_lies_under_its_code_and_cites_a_known_document() -> None:
    documents = {each["code"] for each in read(SEEDS / "policies.yaml")}

    for code, path in rule_files().items():
        data = read(path)

        assert data["code"] == code
        assert data["policy"] in documents, code
        assert all(each["clause"] for version in data["versions"] for each in version["conditions"]), code


def test_only_the_districts_own_plan_pays_here() -> None:
    own = {each["code"] for each in read(SEEDS / "policies.yaml") if each.get("own")}

    paying = {code for code, path in rule_files().items() if rule(code).kind == "incentive" and not rule(code).example}

    assert own == {"dabancheng-2023"}
    assert paying == {code for code in rule_files() if code.startswith("plan_dabancheng_")}


def test_no_clause_of_the_plans_names_an_amount() -> None:
    for path in (SEEDS / "rules" / "plans").glob("*.yaml"):
        for version in rule(path.stem).versions:
            assert version.amount is not None
            assert version.amount.value is None
            assert version.amount.hole is not None
            assert version.amount.hole.waits_for


def test_the_districts_leader_standard_is_the_preset_it_says_it_adopts() -> None:
    own, preset = (rule(code).versions[0] for code in ("leader", "leader_zhejiang"))

    assert own.conditions == preset.conditions
    assert own.terms == preset.terms
