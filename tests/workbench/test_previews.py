"""What a draft would change over the whole pool: who, why, what it costs, and until when that holds."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.checks import service as checks
from app.checks.models import Standing
from app.core import db as database
from app.firms.models import Firm
from app.rules import Answer, RuleVersion
from app.rules.causes import causes_of
from app.rules.evaluate import decide
from app.workbench.models import PreviewedFirm
from tests.browser import Answer as Page
from tests.browser import Visitor
from tests.checks.conftest import LAST
from tests.factories import make_firm, make_unit
from tests.facts.arrange import at, put
from tests.reports.test_numbers import rows_behind
from tests.rules.sample import a_rule
from tests.rules.strategies import LAWS
from tests.work import work_off
from tests.workbench.test_drafts import HUNDRED, TOMORROW, started, step, version_of, written

TWO_HUNDRED = {
    **{name: text for name, text in HUNDRED.items() if name not in {"name", "kind", "clause"}},
    "conditions-0-test": "职工总数 >= 200人",
    "amount_value": "30万元",
}
WHY = "条件P1“职工100人以上”（职工总数 >= 100人 改为 职工总数 >= 200人）：符合 → 不符合"


@pytest.fixture
def pool(officer: Visitor) -> list[Firm]:
    """150 people, 250 people, 50 people, and one of which nothing is known."""
    firms = [make_firm(f"新疆第{number}家公司") for number in range(4)]
    for firm, staff in zip(firms, (150, 250, 50), strict=False):
        put(firm, "staff", str(staff), year=LAST)
    return firms


@pytest.fixture
def following(officer: Visitor, reviewer: Visitor, pool: list[Firm]) -> str:
    """The draft of a second version of a published rule, saved but not sent in."""
    first = written(officer)
    code = str(step(reviewer, first, "publication").headers["location"]).rpartition("/")[2]
    address = started(officer, f"?rule={code}&purpose=next")
    officer.post(address, {**TWO_HUNDRED, "version": version_of(address)})
    return address


def previewed(officer: Visitor, address: str, day: str = TOMORROW.isoformat()) -> Page:
    officer.post(f"{address}/preview", {"as_of": day})
    assert work_off() == 1
    return officer.get(f"{address}/preview")


def test_a_preview_says_who_changes_why_and_what_it_costs(officer: Visitor, following: str) -> None:
    page = previewed(officer, following)

    numbers = [(int(link.find(string=True)), link["href"]) for link in page.all("a.count-link, .stat-value a")]
    assert WHY in page.words()
    assert "结论不变，金额由“20万元”改为“30万元”" in page.words()
    assert "40.00～60.00 万元" in page.words()
    assert "30.00～60.00 万元" in page.words()
    assert sum(count for count, address in numbers if "before=" in address) == 4
    assert [rows_behind(officer, address) for _, address in numbers] == [count for count, _ in numbers]


def test_a_preview_is_split_by_unit_and_an_amount_made_known_is_a_change(
    officer: Visitor, reviewer: Visitor, pool: list[Firm]
) -> None:
    towns = {name: make_unit(name).id for name in ("东沟乡", "西沟乡")}
    for number, name in enumerate(towns):
        firm = make_firm(f"{name}大公司", unit_id=towns[name])
        put(firm, "staff", str(300 + number), year=LAST)
    open_amount = {"amount_value": "", "hole_reason": "按相关政策给予奖励", "hole_waits_for": "市级办法"}
    code = str(step(reviewer, written(officer, **open_amount), "publication").headers["location"]).rpartition("/")[2]
    address = started(officer, f"?rule={code}&purpose=next")
    officer.post(address, {**TWO_HUNDRED, "version": version_of(address)})

    page = previewed(officer, address)
    rows = officer.get(f"{address}/preview/firms?shift=priced&unit=西沟乡")

    said = page.words()
    assert "结论不变，金额由“金额待定”改为“30万元”" in said
    assert "金额明确 4 家" in officer.get(address)
    assert ["东沟乡" in said, "西沟乡" in said, "未分配" in said] == [True, True, True]
    assert ("西沟乡大公司" in rows, "东沟乡大公司" in rows) == (True, False)
    numbers = [
        (int(link.find(string=True)), link["href"]) for link in page.all("a.count-link") if "unit=" in link["href"]
    ]
    assert [rows_behind(officer, each) for _, each in numbers] == [count for count, _ in numbers]
    assert sum(count for count, each in numbers if "shift=priced" in each) == 4


def test_the_rows_and_the_file_give_each_firm_its_reason(officer: Visitor, following: str) -> None:
    previewed(officer, following)

    page = officer.get(f"{following}/preview/firms?shift=lost")
    number = following.rpartition("/")[2]
    address = f"/exports/previews?draft={number}&shift=lost"
    file = officer.post(address, {"format": "xlsx"}, status=200).response.content

    assert "新疆第0家公司" in page
    assert "新疆第1家公司" not in page
    cells = {cell for row in openpyxl.load_workbook(io.BytesIO(file)).active.values for cell in row}
    assert {"新疆第0家公司", "不再符合", WHY} <= cells


def test_a_preview_says_when_the_draft_or_the_facts_have_moved(
    officer: Visitor, following: str, pool: list[Firm]
) -> None:
    fresh = previewed(officer, following)
    put(pool[3], "staff", "500", year=LAST)
    after_fact = officer.get(f"{following}/preview")
    again = previewed(officer, following)
    officer.post(following, {**TWO_HUNDRED, "amount_value": "40万元", "version": version_of(following)})
    after_edit = officer.get(f"{following}/preview")

    assert "已过时" not in fresh
    assert "已过时：企业数据在此后有变化" in after_fact
    assert "已过时" not in again
    assert "已过时：草稿在此后改过" in after_edit


def test_the_reviewer_sees_the_preview_or_that_there_is_none(
    officer: Visitor, reviewer: Visitor, following: str
) -> None:
    step(officer, following, "submission")
    before = reviewer.get(following)
    previewed(reviewer, following)
    after = reviewer.get(following)

    assert "没有做过全库预览" in before
    assert "4 家中有变化的 3 家：金额增加 2 家、不再符合 1 家；金额 40.00～60.00 万元 → 30.00～60.00 万元" in after
    assert "没有做过全库预览" not in after


def test_a_new_rule_and_an_ended_one_are_previewed_against_nothing(
    officer: Visitor, reviewer: Visitor, pool: list[Firm]
) -> None:
    address = written(officer)
    new = previewed(officer, address)
    code = str(step(reviewer, address, "publication").headers["location"]).rpartition("/")[2]
    ending = started(officer, f"?rule={code}&purpose=end")
    ended = previewed(officer, ending)

    assert "原来没有施行的规则；待核的条件：P1“职工100人以上”" in new
    assert "新增符合 2 家" in officer.get(address)
    assert "规则停用，不再施行" in ended


def test_a_day_that_is_none_is_refused_beside_its_field(officer: Visitor, following: str) -> None:
    page = officer.post(f"{following}/preview", {"as_of": "2026-13-40"}, status=422)

    assert page.one("#as_of")["value"] == "2026-13-40"
    assert page.all(".error")


answers = st.sampled_from(Answer)
NAMES = ("C1", "C2", "C3", "C4")


@st.composite
def versions(draw: st.DrawFn) -> RuleVersion:
    """A version of some of the same conditions, each needed, a veto or on a path."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    conditions = [{"id": name, "clause": "一", "wording": "一", "test": "规上企业"} for name in names]
    vetoes, paths = [names[0]] if draw(st.booleans()) else [], []
    if draw(st.booleans()):
        paths = [{"name": "甲", "needs": [names[-1]]}]
    return a_rule(conditions=conditions, vetoes=vetoes, paths=paths).versions[0]


@LAWS
@given(versions(), versions(), st.fixed_dictionaries(dict.fromkeys(NAMES, answers)), st.data())
def test_had_the_causes_stayed_as_they_were_the_answer_would_have(
    old: RuleVersion, new: RuleVersion, before: dict[str, Answer], data: st.DataObject
) -> None:
    after = data.draw(st.fixed_dictionaries(dict.fromkeys(NAMES, answers)))
    one = {name: before[name] for name in old.conditions}
    two = {name: after[name] for name in new.conditions}

    causes = causes_of(old, new, one, two)

    if decide(old, one) is decide(new, two):
        assert causes == ()
    assert all(each.before is not each.after for each in causes)
    if causes and all(each.before and each.after for each in causes):
        undone = {**two, **{each.condition: each.before for each in causes if each.before}}
        assert decide(new, undone) is decide(old, one)
        for kept in causes:
            assert kept.after is not None
            assert decide(new, {**undone, kept.condition: kept.after}) is not decide(old, one)


def test_what_a_preview_foresaw_is_what_the_published_version_answers(
    officer: Visitor, reviewer: Visitor, following: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    previewed(officer, following)
    with database.reading() as session:
        rows = session.scalars(sa.select(PreviewedFirm)).all()
        foreseen = {row.firm_id: (row.after.code, row.low_after, row.high_after) for row in rows}
    step(officer, following, "submission")
    code = str(step(reviewer, following, "publication").headers["location"]).rpartition("/")[2]
    at(monkeypatch, TOMORROW.year, TOMORROW.month, TOMORROW.day, 4)

    checks.refresh_all()

    with database.reading() as session:
        standings = session.scalars(sa.select(Standing).where(Standing.rule_code == code)).all()
        judged = {each.firm_id: (each.answer, each.amount_low, each.amount_high) for each in standings}
    assert judged == foreseen
