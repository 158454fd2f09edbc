import os
import subprocess
import sys
from datetime import date

import pytest

from app.rules import Answer, Finding, evaluate, explain
from tests.rules.sample import ANCHORS, a_rule, a_sheet, judged, record, vouch

TIER = "合计(研发费用, 近3年) / 合计(销售收入, 近3年)"
REPLAY = """
from datetime import date
from app.rules import evaluate
from tests.rules.sample import ANCHORS, a_rule, a_sheet, record, vouch
rule = a_rule("所属领域 属于 (新材料, 电子信息) 且 数量(知识产权, 类别 = Ⅰ类, 有效) >= 1 且 研发费用 / 销售收入 >= 5%")
records = [record("ip", date(2024, 1, 1), sort="发明专利"), record("ip", None)]
sheet = a_sheet(records, [vouch("incident")], rd=4, sales=100)
print(evaluate(rule, sheet, ANCHORS).to_json())
"""


def test_a_finding_carries_values_sources_periods_and_clauses() -> None:
    condition = judged("研发费用 / 销售收入 >= 5%", a_sheet(rd=42, sales=1000)).conditions[0]
    comparison = condition.comparisons[0]

    assert (condition.id, condition.clause, condition.test) == ("C1", "第七条", "研发费用 / 销售收入 >= 5%")
    assert (comparison.label, comparison.operator, comparison.unit, comparison.period) == (
        "研发费用 / 销售收入",
        ">=",
        "%",
        "2025年度",
    )
    assert [(used.code, used.year, used.source, used.ref) for used in comparison.used] == [
        ("rd", 2025, "企业填报", "fact-rd"),
        ("sales", 2025, "企业填报", "fact-sales"),
    ]


def test_the_parts_of_a_composed_test_are_a_tree() -> None:
    (part,) = judged("规上企业 且 (设辅助账 或 研发费用 > 1元)", a_sheet(above=True, rd=2)).conditions[0].parts

    assert (part.how, part.answer) == ("且", Answer.MET)
    assert [each.how for each in part.parts] == ["", "或"]
    assert [each.answer for each in part.parts[1].parts] == [Answer.UNKNOWN, Answer.MET]


def test_missing_says_what_year_and_who() -> None:
    finding = judged("研发费用 >= 1元")

    assert [(each.what, each.year, each.supplied_by) for each in finding.missing] == [("研发费用", 2025, "企业")]


def test_a_replay_gives_the_same_bytes_in_another_process() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", REPLAY], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }

    assert len(outputs) == 1
    assert len(outputs.pop()) > 500


def test_text_that_is_no_finding_is_refused() -> None:
    for text in ("", "{}", "[]", "null", '{"rule_code": 1}'):
        with pytest.raises(ValueError, match=r"[存档]|JSON|Expecting"):
            Finding.from_json(text)


@pytest.mark.parametrize(
    ("test", "facts", "sentence"),
    [
        (
            "研发费用 / 销售收入 >= 5%",
            {"rd": 42, "sales": 1000},
            "研发费用 / 销售收入 4.20%（2025年度），要求不低于5%，差0.80 个百分点",
        ),
        (
            "研发费用 / 销售收入 >= 5%",
            {"rd": 49999, "sales": 1000000},
            "4.9999%（2025年度），要求不低于5%，差0.0001 个百分点",
        ),
        ("研发费用 >= 100万元", {"rd": 200000}, "研发费用 20万元（2025年度），要求不低于100万元，差80万元"),
        ("职工总数 <= 500人", {"staff": 512}, "职工总数 512人（2025年度），要求不超过500人，超出12人"),
        ("申报日 - 成立日期 >= 365天", {"founded": date(2025, 6, 20)}, "360天，要求不低于365天，差5天"),
        ("研发费用 > 10万元", {"rd": 100000}, "要求高于10万元，恰在界限上，不含本数"),
        ("所属领域 = 新材料", {"field": "电子信息"}, "所属领域 电子信息，要求为新材料"),
        ("规上企业", {"above": False}, "规上企业：否"),
        ("研发费用 >= 1元", {}, "缺研发费用（2025年度），由企业提供"),
    ],
)
def test_an_explanation_reads_as_a_sentence(test: str, facts: dict[str, object], sentence: str) -> None:
    line = explain(judged(test, a_sheet(**facts))).lines[0]

    assert sentence in line.sentence
    assert line.sentence.endswith("依据第七条")


def test_the_verdict_says_how_many_conditions_fail_or_what_is_missing() -> None:
    assert explain(judged("规上企业", a_sheet(above=True))).verdict == "样例：符合。"
    assert explain(judged("规上企业", a_sheet(above=False))).verdict == "样例：不符合，1项条件不满足。"
    assert explain(judged("规上企业")).verdict == "样例：待核，尚缺1项材料。"
    vetoed = a_rule(conditions=[{"id": "V", "test": "规上企业"}], vetoes=["V"], needs=[])
    assert "触及否决条件V" in explain(evaluate(vetoed, a_sheet(above=True), ANCHORS)).verdict


def test_records_and_vouches_used_are_named() -> None:
    sheet = a_sheet([record("ip", date(2024, 1, 1), sort="发明专利")], [vouch("ip")])

    used = judged("有(知识产权, 类别 = Ⅰ类)", sheet).conditions[0].comparisons[0].used

    assert used[0].value == "发明专利 2024年1月1日"
    assert used[1].label == "知识产权齐全"
