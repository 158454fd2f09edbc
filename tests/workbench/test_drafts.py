"""Drafts of rules: written, reviewed by somebody else, published, and from then on what everybody is judged by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.checks import service as checks
from app.checks.models import KeptFinding, Round
from app.core import clock
from app.core import db as database
from app.core.seedfiles import SEEDS
from app.facts.vocabulary import vocabulary_of
from app.firms.models import Firm
from app.library.models import ProvisionKind
from app.policies.book import engine_view, load_book, plain_data, read_rules
from app.policies.models import Rule, RuleVersion
from app.policies.queries import rule_book
from app.rules import Anchors, load_rule
from app.rules.functions import FUNCTIONS as LANGUAGE
from app.workbench.drafted import body_of, rule_data
from app.workbench.forms import values_of
from app.workbench.models import DraftState, RuleDraft
from app.workbench.readings import readings
from app.workbench.words import FUNCTIONS
from tests.browser import Answer, Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import put
from tests.library.plan import PLAN, address_of
from tests.library.test_library import filled, provisions_in

Enter = Callable[..., Visitor]
TODAY = clock.today()
TOMORROW = TODAY + timedelta(days=1)
HUNDRED = {
    "name": "百人企业奖补",
    "kind": "incentive",
    "clause": "第三条",
    "starts": TOMORROW.isoformat(),
    "conditions-0-id": "P1",
    "conditions-0-clause": "第三条（一）",
    "conditions-0-wording": "职工100人以上",
    "conditions-0-test": "职工总数 >= 100人",
    "amount_value": "20万元",
}


def started(officer: Visitor, query: str = "") -> str:
    """The address of a new draft."""
    return str(officer.post(f"/workbench/drafts{query}").headers["location"]).removesuffix("/edit")


def version_of(address: str) -> int:
    with database.reading() as session:
        return session.get_one(RuleDraft, int(address.rpartition("/")[2])).version


def step(who: Visitor, address: str, name: str, *, status: int = 303, **fields: Any) -> Answer:
    fields |= {"unproven": "用例随后补"} if name == "publication" else {}
    fields |= {"defence": "已核对"} if name == "submission" and "defence" not in fields else {}
    return who.post(f"{address}/{name}", {"version": version_of(address), **fields}, status=status)


def written(officer: Visitor, **changes: str) -> str:
    """A new draft, saved and sent in."""
    address = started(officer)
    officer.post(address, {**HUNDRED, "version": version_of(address), **changes})
    step(officer, address, "submission")
    return address


def next_of(officer: Visitor, code: str, **changes: str) -> str:
    """The next version of a rule of the book, sent in."""
    address = started(officer, f"?rule={code}&purpose=next")
    with database.reading() as session:
        draft = session.get_one(RuleDraft, int(address.rpartition("/")[2]))
        values = {name: text for name, text in values_of(draft.body).items() if name in VERSION or "-" in name}
    officer.post(address, {**values, "starts": TOMORROW.isoformat(), "version": 1, **changes})
    step(officer, address, "submission")
    return address


VERSION = {"valid_for", "needs", "vetoes", "amount_value", "hole_reason", "hole_waits_for", "window_note", "notes"}


def book() -> dict[str, Any]:
    with database.reading() as session:
        return {entry.rule.code: entry for entry in rule_book(session).entries}


def test_every_rule_of_the_book_survives_its_form() -> None:
    for data in map(engine_view, read_rules(SEEDS)):
        for version in data["versions"]:
            typed = body_of(data, plain_data(version))

            again = {**data, **rule_data(typed, data["code"])}

            words = vocabulary_of(data)
            assert load_rule(again, words) == load_rule({**data, "versions": [version]}, words)
            assert not [each.error for each in readings(typed).values() if each.error]


def test_every_function_of_the_language_is_offered_while_typing() -> None:
    assert {word.removesuffix("(") for word in FUNCTIONS} == set(LANGUAGE)


def test_what_does_not_read_is_said_under_its_row_and_nothing_typed_is_lost(officer: Visitor) -> None:
    address = started(officer)
    wrong = {**HUNDRED, "conditions-0-test": "职工总人数 >= 100人", "version": "1"}

    checked = officer.post(address, {**wrong, "then": "check"}, status=200)
    typed = officer.post(address, {**wrong, "then": "check"}, status=200, headers={"hx-request": "true"})
    officer.post(address, wrong)
    kept = officer.get(address)

    for page in (checked, typed):
        assert "是否指“职工总数”" in page.one("#conditions-0-test-reading").text
        assert page.one("#conditions-0-test").text.strip() == "职工总人数 >= 100人"
    assert "还不能送审" in kept
    assert "是否指“职工总数”" in kept
    assert "还不能送审" in step(officer, address, "submission", status=409)


def test_rows_come_and_go_without_scripts(officer: Visitor) -> None:
    address = started(officer)

    page = officer.post(address, {**HUNDRED, "version": "1", "then": "insert:conditions-0"}, status=200)

    assert page.one("#conditions-1-id")["value"] == "P1"
    assert page.one("#conditions-0-id")["value"] == ""
    assert "读作" in page.one("#conditions-1-test-reading").text


def test_a_rule_is_published_by_somebody_else_and_judges_from_its_first_day(
    officer: Visitor, reviewer: Visitor, db: Session
) -> None:
    address = written(officer)

    refused = step(officer, address, "publication", status=409)
    step(reviewer, address, "publication", remark="与文件一致")

    code = db.scalars(sa.select(RuleDraft.rule_code)).one()
    made = book()[code]
    assert "须由另一人复核" in refused
    assert made.applies_here
    assert made.rule.version_on(TODAY) is None
    assert made.rule.version_on(TOMORROW) is not None
    said = db.scalars(sa.select(Event).where(Event.kind == "rule_draft.published")).one()
    assert "与文件一致" in said.body
    assert "百人企业奖补" in reviewer.get(f"/workbench/rules/{code}")


def test_a_returned_draft_can_be_mended_and_nobody_who_mended_it_may_publish(
    officer: Visitor, reviewer: Visitor, db: Session
) -> None:
    address = written(officer)
    step(reviewer, address, "return", status=422, remark="")
    step(reviewer, address, "return", remark="条款写细")
    reviewer.post(address, {**HUNDRED, "clause": "第三条（一）", "version": version_of(address)})
    step(officer, address, "submission")

    refused = step(reviewer, address, "publication", status=409)

    assert "须由另一人复核" in refused
    assert db.scalars(sa.select(RuleDraft.state)).one() is DraftState.SUBMITTED


def test_the_database_itself_holds_to_four_eyes_and_to_what_was_published(officer: Visitor, engine: sa.Engine) -> None:
    written(officer)
    forbidden = (
        "UPDATE rule_draft SET decided_by_id = author_id",
        "UPDATE rule_version SET digest = 'x'",
        "UPDATE rule_version SET superseded_at = NULL",
        "DELETE FROM rule_version",
    )

    for statement in forbidden:
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.execute(sa.text(statement))


def test_a_first_day_that_is_over_needs_a_reason(officer: Visitor, reviewer: Visitor, db: Session) -> None:
    address = written(officer, starts="2026-01-01")

    unsaid = step(reviewer, address, "publication", status=422, remark="同意")
    bare = step(reviewer, address, "publication", status=422, past="on")
    step(reviewer, address, "publication", past="on", reason="补录已生效的文件")

    assert "已过" in unsaid
    assert unsaid.one("#remark").text.strip() == "同意"
    assert "请写明追溯施行的理由" in bare
    said = db.scalars(sa.select(Event).where(Event.kind == "rule_draft.published")).one()
    assert "补录已生效的文件" in said.body


def test_the_next_version_cuts_the_standing_one_and_kept_findings_stay_as_they_were(
    officer: Visitor, reviewer: Visitor
) -> None:
    firm = make_firm("新疆四百人公司")
    put(firm, "staff", "480", year=TODAY.year - 1)
    kept = keep(firm)
    address = next_of(officer, "tsme", **{"parameters-0-value": "450人"})
    shown = reviewer.get(address)

    step(reviewer, address, "publication")

    rule = book()["tsme"].rule
    assert "参数 人数上限：数值" in shown
    assert [each.starts for each in rule.versions][-1] == TOMORROW
    assert rule.versions[-2].until == TOMORROW
    with database.reading() as session:
        assert checks.replay(session, session.get_one(KeptFinding, kept))
        finding, _ = checks.finding_again(
            session, session.get_one(Firm, firm.id), "tsme", Anchors(TOMORROW, TOMORROW, None)
        )
    assert finding.version_from == TOMORROW
    assert finding.condition("A2").answer.value == "不符合"


def keep(firm: Firm) -> int:
    user = make_user(Role.BUREAU)
    with database.writing() as session:
        held = session.get_one(Firm, firm.id)
        return checks.keep_finding(session, user, held, "tsme", Anchors(TODAY, TODAY, None), reason="初审").id


def test_the_pool_is_judged_anew_by_the_version_that_was_published(
    officer: Visitor, reviewer: Visitor, db: Session
) -> None:
    make_firm()
    checks.refresh_all()
    step(reviewer, next_of(officer, "tsme", starts=TODAY.isoformat()), "publication")

    checks.refresh_all()

    judged = db.scalars(sa.select(Round.rule_version_id).where(Round.rule_code == "tsme")).one()
    assert judged == db.scalars(sa.select(RuleDraft.published_version_id)).one()


def test_loading_the_files_again_undoes_nothing_that_was_published(officer: Visitor, reviewer: Visitor) -> None:
    step(reviewer, next_of(officer, "tsme", **{"parameters-0-value": "450人"}), "publication")
    ending = started(officer, "?rule=isme&purpose=end")
    officer.post(ending, {"starts": TOMORROW.isoformat(), "notes": "文件废止", "version": "1"})
    step(officer, ending, "submission")
    step(reviewer, ending, "publication")
    before = book()

    with database.writing() as session:
        loaded = load_book(session)

    after = book()
    assert loaded.left_alone == 2
    assert {code: entry.rule for code, entry in after.items()} == {code: entry.rule for code, entry in before.items()}
    assert after["isme"].rule.version_on(TOMORROW) is None
    assert after["isme"].rule.version_on(TODAY) is not None


def test_two_who_save_the_same_draft_see_both_versions(officer: Visitor, reviewer: Visitor) -> None:
    address = started(officer)
    officer.post(address, {**HUNDRED, "version": "1"})

    late = reviewer.post(address, {**HUNDRED, "name": "另一个名称", "version": "1"}, status=409)

    assert "李科长" in late.one(".conflict").text
    assert late.one("#name")["value"] == "另一个名称"


def test_a_confirmed_incentive_of_the_library_becomes_a_draft_that_leads_back_to_its_clause(
    officer: Visitor, db: Session
) -> None:
    address_of(officer)
    provision = provisions_in(db, ProvisionKind.INCENTIVE)[0]
    officer.post(f"/workbench/drafts?provision={provision.id}", status=404)
    decision = f"/policies/{provision.text.policy_id}/provisions/{provision.id}/decision"
    officer.post(decision, filled(provision))

    page = officer.get(started(officer, f"?provision={provision.id}"))

    assert page.all(f'a[href*="provision={provision.id}"]')
    assert "还不能送审" not in page
    assert page.all("tbody tr")


def test_a_draft_is_as_long_in_force_as_its_document_says(officer: Visitor, db: Session) -> None:
    closing = "\n四、附则\n\n本方案自2026年12月1日起施行，有效期三年。\n"
    address_of(officer, PLAN + closing)
    provision = provisions_in(db, ProvisionKind.INCENTIVE)[0]
    policy = f"/policies/{provision.text.policy_id}"
    officer.post(f"{policy}/provisions/{provision.id}/decision", filled(provision))

    page = officer.get(f"{started(officer, f'?provision={provision.id}')}/edit")
    known = officer.get(f"{policy}/edit")

    for form, first, last in ((page, "#starts", "#until"), (known, "#starts_on", "#ends_on")):
        assert (form.one(first)["value"], form.one(last)["value"]) == ("2026-12-01", "2029-12-01")


def test_versions_are_compared_in_words(officer: Visitor, db: Session) -> None:
    page = officer.get("/workbench/rules/srdi")

    assert len(db.scalars(sa.select(RuleVersion).join(Rule).where(Rule.code == "srdi")).all()) == 2
    assert page.all("#differences tbody tr")
    assert "条件" in page.one("#differences").text
