from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.checks.check import Distance, distance_of
from app.checks.sheet import sheet_of
from app.core import clock
from app.core import db as database
from app.core.seedfiles import SEEDS, read_yaml
from app.demo.load import load_demo
from app.demo.making import make_pool
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import Anchors, Answer, Finding, evaluate, load_rule
from tests.databases import SqliteTemplate
from tests.demo.conftest import files_in

RUNGS = ("tsme", "isme", "hnte", "leader")
Findings = dict[str, dict[str, list[Finding]]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def findings(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Findings]:
    """Rung → archetype → the findings of its firms, from the database as the product reads it."""
    with sqlite_template.copy() as copy, files_in(tmp_path_factory.mktemp("demo")) as patch:
        patch.setattr(database, "engine", lambda: copy)
        with database.writing() as db:
            load_demo(db)
        yield _evaluate()


def _evaluate() -> Findings:
    today = clock.today()
    rules = [load_rule(read_yaml(SEEDS / "rules" / "ladder" / f"{code}.yaml"), vocabulary()) for code in RUNGS]
    archetypes = {firm.credit_code: firm.archetype for firm in make_pool(today)}
    found: Findings = {code: defaultdict(list) for code in RUNGS}
    with database.reading() as db:
        for firm in db.scalars(sa.select(Firm)):
            sheet = sheet_of(db, firm)
            for rule in rules:
                found[rule.code][archetypes[firm.credit_code]].append(evaluate(rule, sheet, Anchors(today, today)))
    return found


def everything(findings: Findings, rung: str) -> list[Finding]:
    return [each for group in findings[rung].values() for each in group]


def distances(findings: Findings, rung: str) -> list[Distance]:
    return [distance_of(each) for each in everything(findings, rung) if each.answer is Answer.UNMET]


def unmet(finding: Finding) -> set[str]:
    needed = {*finding.needs, *(each for path in finding.paths for each in path.needs)}
    return {each.id for each in finding.conditions if each.id in needed and each.answer is Answer.UNMET}


@pytest.mark.parametrize("rung", RUNGS)
def test_every_answer_occurs(findings: Findings, rung: str) -> None:
    answers = Counter(each.answer for each in everything(findings, rung))

    assert set(answers) == set(Answer)


@pytest.mark.parametrize("rung", RUNGS)
def test_some_firms_are_nearly_there_and_nothing_about_them_is_unknown(findings: Findings, rung: str) -> None:
    assert any(each.unmet <= 2 and each.unknown == 0 for each in distances(findings, rung))


@pytest.mark.parametrize("rung", ["tsme", "isme", "hnte"])
def test_most_firms_are_not_there(findings: Findings, rung: str) -> None:
    answers = [each.answer for each in everything(findings, rung)]

    assert answers.count(Answer.MET) < len(answers) / 4


@pytest.mark.parametrize(
    ("archetype", "condition"),
    [
        ("near_hnte_rd", "B5"),
        ("near_hnte_staff", "B4"),
        ("near_hnte_income", "B6"),
        ("near_hnte_domestic", "B5b"),
        ("near_hnte_ip", "B2"),
        ("near_hnte_score", "B7"),
        ("days_364", "B1"),
        ("edge_20000", "B5"),
    ],
)
def test_one_condition_keeps_them_from_becoming_a_high_technology_firm(
    findings: Findings, archetype: str, condition: str
) -> None:
    assert all(unmet(each) == {condition} for each in findings["hnte"][archetype])


@pytest.mark.parametrize(
    ("rung", "archetype", "condition"),
    [
        ("tsme", "near_tsme_ip", "A8a"),
        ("tsme", "near_tsme_staff", "A8b"),
        ("tsme", "near_tsme_rd", "A8a"),
        ("tsme", "tsme_abnormal", "A7"),
        ("tsme", "environment_offence", "A6c"),
        ("isme", "near_isme_growth", "S3"),
        ("isme", "near_isme_ip", "S2"),
        ("leader", "near_leader", "L2"),
    ],
)
def test_one_condition_keeps_them_from_the_rung(findings: Findings, rung: str, archetype: str, condition: str) -> None:
    assert all(condition in unmet(each) for each in findings[rung][archetype])
    assert all(distance_of(each).unmet == 1 for each in findings[rung][archetype])


@pytest.mark.parametrize(
    ("rung", "archetype"),
    [
        ("tsme", "tsme_steady"),
        ("tsme", "tsme_unregistered"),
        ("tsme", "no_revenue"),
        ("tsme", "platform_holder"),
        ("tsme", "standard_setter"),
        ("isme", "isme_steady"),
        ("isme", "isme_equity"),
        ("isme", "isme_prize"),
        ("hnte", "hnte_solid"),
        ("hnte", "hnte_ready"),
        ("hnte", "edge_5000"),
        ("hnte", "edge_over_5000"),
        ("leader", "leader_listed"),
    ],
)
def test_they_meet_the_rung(findings: Findings, rung: str, archetype: str) -> None:
    assert {each.answer for each in findings[rung][archetype]} == {Answer.MET}


@pytest.mark.parametrize(
    ("rung", "archetype", "condition"),
    [
        ("tsme", "tsme_no_staff", "A8a"),
        ("tsme", "tsme_no_rd", "A8a"),
        ("tsme", "tsme_no_assets", "A4"),
        ("tsme", "tsme_unanswered", "A6d"),
        ("tsme", "tsme_list_left", "A7b"),
        ("tsme", "barred", "A5b"),
        ("hnte", "hnte_unscored", "B7"),
        ("hnte", "hnte_missing_year", "B5"),
        ("hnte", "edge_growth", "B7"),
        ("hnte", "edge_conversions", "B7"),
        ("hnte", "edge_net_assets", "B7"),
        ("hnte", "two_year", "B7"),
        ("hnte", "days_365", "B7"),
        ("leader", "leader_second", "L3"),
    ],
)
def test_one_question_is_open(findings: Findings, rung: str, archetype: str, condition: str) -> None:
    for finding in findings[rung][archetype]:
        assert finding.answer is Answer.UNKNOWN
        assert finding.condition(condition).answer is Answer.UNKNOWN


def test_a_firm_of_which_only_the_registration_is_known_is_never_judged_eligible_or_not(findings: Findings) -> None:
    for rung in ("tsme", "isme", "hnte"):
        assert {each.answer for each in findings[rung]["registry_only"]} == {Answer.UNKNOWN}
