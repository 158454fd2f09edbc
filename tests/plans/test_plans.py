"""一企一策 as people meet it: drafted by a job, edited, approved by a second person, carried out, revised."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.checks.models import KeptFinding
from app.checks.service import replay
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.plans.models import Measure, Plan, PlanState
from app.plans.progress import follow_some
from app.rules import Answer
from tests.browser import Visitor
from tests.checks.conftest import LAST, give, vouch_for
from tests.exports.taken import above, table
from tests.factories import assign, make_firm, make_unit
from tests.plans.conftest import approve, drafted, measures, newest, reread, someone


def test_a_draft_names_the_gap_as_an_amount_and_rests_on_a_finding_that_can_be_replayed(
    officer: Visitor, firm: Firm, db: Session
) -> None:
    plan = drafted(officer, firm)

    kept = db.get_one(KeptFinding, plan.finding_id)
    assert replay(db, kept)
    assert kept.finding.answer is not Answer.MET
    page = officer.get(f"/plans/{plan.id}")
    assert "达标办法" in page
    assert "草稿" in page
    known = {each.id for each in kept.finding.conditions}
    drawn = measures(plan)
    assert drawn
    assert all(each.aims and set(each.aims) <= known for each in drawn)
    assert all(each.due_on <= plan.declares_on for each in drawn)
    assert page.one("#measures").get_text().count("针对") == len(drawn)


def test_a_draft_works_towards_the_window_that_the_rule_declares(officer: Visitor, firm: Firm) -> None:
    plan = drafted(officer, firm)

    assert (plan.declares_on.month, plan.declares_on.day) >= (6, 1)
    assert plan.declares_on <= date(plan.declares_on.year, 8, 31)
    assert "申报时段" in plan.body["window"]


def test_a_day_somebody_names_counts_before_the_window(officer: Visitor, firm: Firm) -> None:
    day = clock.today() + timedelta(days=500)

    plan = drafted(officer, firm, declares_on=day.isoformat())

    assert plan.declares_on == day


def test_a_firm_has_one_edition_at_a_time_in_the_making(officer: Visitor, firm: Firm, plan: Plan) -> None:
    refused = officer.post(f"/firms/{firm.id}/plans", {"rule": "tsme", "declares_on": ""}, status=409)

    assert "第 1 版草稿" in refused


def test_whoever_wrote_it_cannot_approve_it_and_a_second_person_can(
    officer: Visitor, second: Visitor, plan: Plan
) -> None:
    officer.post(f"/plans/{plan.id}/submission")
    version = reread(plan).version

    refused = officer.post(f"/plans/{plan.id}/approval", {"words": "", "version": version}, status=409)
    second.post(f"/plans/{plan.id}/approval", {"words": "同意", "version": version})

    assert "另一位同事" in refused
    assert reread(plan).state is PlanState.APPROVED


def test_what_was_changed_after_it_was_read_is_not_approved(
    officer: Visitor, second: Visitor, plan: Plan, visitor: Callable[..., Visitor]
) -> None:
    officer.post(f"/plans/{plan.id}/submission")
    read = reread(plan).version
    second.post(f"/plans/{plan.id}/return", {"words": "期限太紧"})
    officer.post(f"/measures/{measures(plan)[0].id}/removal")
    officer.post(f"/plans/{plan.id}/submission")

    answer = second.post(f"/plans/{plan.id}/approval", {"words": "同意", "version": read}, status=422)

    assert "又有改动" in answer
    assert "同意" in answer.one("#words-approve").get_text()
    assert reread(plan).state is PlanState.SUBMITTED


def test_a_return_says_why_and_loses_nothing(officer: Visitor, second: Visitor, plan: Plan) -> None:
    before = [each.id for each in measures(plan)]
    officer.post(f"/plans/{plan.id}/comments", {"words": "企业已知悉"})
    officer.post(f"/plans/{plan.id}/submission")

    silent = second.post(f"/plans/{plan.id}/return", {"words": " "}, status=422)
    second.post(f"/plans/{plan.id}/return", {"words": "请写明责任单位"})

    assert "必填" in silent
    page = officer.get(f"/plans/{plan.id}")
    assert "请写明责任单位" in page
    assert "企业已知悉" in page
    assert [each.id for each in measures(plan)] == before


def test_a_refused_measure_keeps_what_was_typed(officer: Visitor, plan: Plan) -> None:
    typed = {"kind": "training", "name": "参加培训", "steps": "第一步", "due_on": "不是日期"}

    page = officer.post(f"/plans/{plan.id}/measures", typed, status=422)

    assert "请输入日期" in page
    assert page.one("#steps").get_text().strip() == "第一步"
    assert page.one("#due_on")["value"] == "不是日期"


def test_a_plan_that_counts_is_changed_by_a_new_edition_only(officer: Visitor, second: Visitor, plan: Plan) -> None:
    approve(officer, second, plan)

    refused = officer.post(f"/plans/{plan.id}/measures", NEW, status=409)

    assert "新的一版" in refused


NEW = {"kind": "training", "name": "参加认定培训", "due_on": (clock.today() + timedelta(days=90)).isoformat()}


def test_a_new_fact_moves_the_diagnosis_and_proposes_what_a_person_confirms(
    officer: Visitor, second: Visitor, firm: Firm, plan: Plan
) -> None:
    approve(officer, second, plan)
    vouch_for(firm, "incidents")

    assert follow_some() == 1
    assert follow_some() == 0

    drift = {each["id"]: each for each in reread(plan).drift}
    assert drift["A6a"]["now"] == "met"
    assert "担保齐全" in drift["A6a"]["why"]
    assert drift["A6a"]["since"] == clock.today().isoformat()
    asking = next(each for each in measures(plan) if "事故与违法" in each.name)
    assert asking.met_on is None, "the list entries are still to be asked"
    vouch_for(firm, "list_entries")
    give(firm, "registration_place", "中国境内")
    give(firm, "prohibited_product", True)
    follow_some()
    asking = next(each for each in measures(plan) if each.id == asking.id)
    assert (asking.met_on, asking.done_on) == (clock.today(), None)
    page = officer.get(f"/plans/{plan.id}")
    assert "诊断已有变化" in page
    assert "产品属禁止限制淘汰类登记为是" in page
    assert "已符合，待确认" in page


def test_closing_a_measure_takes_words_and_can_be_taken_back(officer: Visitor, second: Visitor, plan: Plan) -> None:
    approve(officer, second, plan)
    measure = measures(plan)[0]

    officer.post(f"/measures/{measure.id}/completion", {"words": ""}, status=422)
    officer.post(f"/measures/{measure.id}/completion", {"words": "已核对审计报告"})
    assert measures(plan)[0].done_on == clock.today()
    officer.post(f"/measures/{measure.id}/reopening", {"words": "数字有误"})

    assert measures(plan)[0].done_on is None
    page = officer.get(f"/measures/{measure.id}")
    assert "已核对审计报告" in page
    assert "数字有误" in page


def test_evidence_is_a_figure_of_the_firm_and_nothing_else(
    officer: Visitor, second: Visitor, firm: Firm, plan: Plan, db: Session
) -> None:
    approve(officer, second, plan)
    measure = measures(plan)[0]
    fact = db.scalar(sa.text(f"SELECT max(id) FROM fact WHERE firm_id = {firm.id}"))  # noqa: S608
    other = make_firm()
    give(other, "sales", Decimal(1), year=LAST)
    foreign = db.scalar(sa.text(f"SELECT max(id) FROM fact WHERE firm_id = {other.id}"))  # noqa: S608

    officer.post(f"/measures/{measure.id}/notes", {"words": "已到位", "reference": f"fact:{fact}"})
    refused = officer.post(
        f"/measures/{measure.id}/notes", {"words": "不对", "reference": f"fact:{foreign}"}, status=422
    )

    assert "没有这条数据" in refused
    assert "证据" in officer.get(f"/measures/{measure.id}")


def test_evidence_may_be_a_file_that_the_firms_readers_open(
    officer: Visitor, second: Visitor, firm: Firm, plan: Plan, db: Session
) -> None:
    approve(officer, second, plan)
    address = f"/measures/{measures(plan)[0].id}"
    upload = {"file": ("验收报告.pdf", b"%PDF-1.7 report", "application/pdf")}

    officer.post(f"{address}/notes", {"words": "已验收"}, files=upload)
    refused = officer.post(f"{address}/notes", {"words": "又一份"}, files={"file": ("a.exe", b"MZ", "x")}, status=422)

    shown = officer.get(address)
    assert "附件“验收报告.pdf”" in shown
    assert officer.client.get(shown.one("main .timeline a")["href"]).content == b"%PDF-1.7 report"
    assert "只能上传 PDF" in refused
    assert refused.one("form[action$=notes] textarea").text.strip() == "又一份"


def test_the_next_edition_carries_progress_on_and_replaces_the_one_before(
    officer: Visitor, second: Visitor, firm: Firm, plan: Plan
) -> None:
    approve(officer, second, plan)
    first = measures(plan)[0]
    after = drafted(officer, firm)
    officer.post(f"/measures/{first.id}/notes", {"words": "修订期间的进展"})
    officer.post(f"/measures/{first.id}/completion", {"words": "完成"})
    approve(officer, second, after)

    carried = next(each for each in measures(after) if each.thread == first.id)
    assert after.edition == 2
    assert carried.done_on == clock.today()
    assert "修订期间的进展" in officer.get(f"/measures/{carried.id}")
    assert reread(plan).state is PlanState.REPLACED
    # What is proposed already is not proposed twice.
    assert len(measures(after)) == len(measures(plan))


def test_a_firm_reads_and_answers_what_was_approved_and_nothing_before(
    officer: Visitor, second: Visitor, firm: Firm, plan: Plan, visitor: Callable[..., Visitor]
) -> None:
    own = visitor(someone(Role.FIRM, firm_id=firm.id))
    officer.post(f"/plans/{plan.id}/comments", {"words": "内部意见"})

    own.get(f"/plans/{plan.id}", status=404)
    approve(officer, second, plan)
    own.post(f"/plans/{plan.id}/comments", {"words": "我们照办"})

    page = own.get(f"/plans/{plan.id}")
    assert "我们照办" in page
    assert "内部意见" not in page
    own.post(f"/measures/{measures(plan)[0].id}/notes", {"words": "已立项"})
    own.post(f"/measures/{measures(plan)[0].id}/completion", {"words": "完成"}, status=403)


def test_a_unit_sees_its_own_task_wherever_the_firm_is_and_not_the_rest(
    officer: Visitor, second: Visitor, firm: Firm, plan: Plan, visitor: Callable[..., Visitor], db: Session
) -> None:
    tax = make_unit("区税务局")
    officer.post(f"/plans/{plan.id}/measures", {**NEW, "owner_unit_id": tax.id})
    approve(officer, second, plan)
    mine = db.scalars(sa.select(Measure).where(Measure.owner_unit_id == tax.id)).one()
    taxman = visitor(someone(Role.UNIT, unit_id=tax.id))

    assert "参加认定培训" in taxman.get("/ledger")
    assert len(taxman.get("/ledger").all("tbody tr")) == 1
    taxman.get(f"/plans/{plan.id}", status=404)
    taxman.get(f"/measures/{measures(plan)[0].id}", status=404)
    taxman.post(f"/measures/{mine.id}/notes", {"words": "已安排"})
    taxman.post(f"/measures/{mine.id}/completion", {"words": "已办"})


def test_a_former_commissioner_sees_nothing(firm: Firm, plan: Plan, visitor: Callable[..., Visitor]) -> None:
    now, former = someone(Role.COMMISSIONER), someone(Role.COMMISSIONER)
    assign(now, firm)
    assign(former, firm, ends_on=date(2021, 1, 1))

    visitor(now).get(f"/plans/{plan.id}")
    visitor(former).get(f"/plans/{plan.id}", status=404)
    visitor(former).get(f"/measures/{measures(plan)[0].id}", status=404)
    assert visitor(former).get("/plans").all("tbody tr") == []


def test_every_count_is_the_list_it_leads_to(officer: Visitor, second: Visitor, plan: Plan) -> None:
    approve(officer, second, plan)
    with database.writing() as session:
        late = session.get_one(Measure, measures(plan)[0].id)
        late.due_on = clock.today() - timedelta(days=3)

    for address in ("/ledger", "/plans"):
        for tab in officer.get(address).all(".tabs a"):
            shown = officer.get(tab["href"])
            count = int(tab.select_one(".count").get_text().strip("（）"))
            assert len(shown.all("tbody tr")) == count, tab["href"]
    assert len(officer.get("/ledger?light=late").all("tbody tr")) == 1
    assert len(officer.get("/plans?light=late").all("tbody tr")) == 1


def test_the_ledger_is_exported_and_printed_as_it_is_filtered(officer: Visitor, second: Visitor, plan: Plan) -> None:
    approve(officer, second, plan)
    query = "?sort=数据核实"

    on_page = [row.select("td")[0].a.get_text() for row in officer.get(f"/ledger{query}&size=100").all("tbody tr")]
    file = officer.post(f"/exports/ledger{query}", {"format": "xlsx"}, status=200)
    printed = officer.get(f"/ledger/print{query}")

    heading, *rows = table(file)
    assert [row[heading.index("帮扶措施")] for row in rows] == on_page
    assert "数据核实" in above(file)
    assert len(printed.all("tbody tr")) == len(on_page) > 0


def test_a_plan_goes_with_a_firm_that_is_merged(officer: Visitor, firm: Firm, plan: Plan) -> None:
    kept = make_firm("新疆保留的公司")

    from app.firms.merge.rows import movable  # noqa: PLC0415

    with database.reading() as session:
        rows = movable(session, session.get_one(Firm, kept.id), session.get_one(Firm, firm.id))

    assert rows["plan.firm_id"] == [plan.id]


@pytest.mark.parametrize("words", ["", " "])
def test_a_draft_is_given_up_with_a_reason_and_makes_room(officer: Visitor, firm: Firm, plan: Plan, words: str) -> None:
    officer.post(f"/plans/{plan.id}/discarding", {"words": words}, status=422)
    officer.post(f"/plans/{plan.id}/discarding", {"words": "目标定高了"})

    assert reread(plan).state is PlanState.DROPPED
    drafted(officer, firm)
    assert newest(firm).edition == 2
