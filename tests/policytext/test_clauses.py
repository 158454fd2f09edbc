from datetime import date

from app.policytext.reading import Reading, read_policy
from app.policytext.text.files import read_text
from app.policytext.text.remark import Oddity
from tests.policytext.samples import LADDER


def read(text: str) -> Reading:
    return read_policy(read_text(text))


def leaves(text: str) -> list[str]:
    return [clause.path for clause in read(text).root.walk() if clause.is_leaf]


def test_paths_read_from_the_outside_in() -> None:
    assert leaves(LADDER) == ["一", "二/(一)", "二/(二)/1", "二/(二)/2", "三/(一)", "三/(二)"]


def test_chapters_articles_and_items_nest() -> None:
    text = "第一章 总则\n第一条 为规范管理。\n第二条 适用：\n(一)企业；\n(二)机构。\n第二章 附则\n第三条 解释。"

    assert leaves(text) == ["章1/条1", "章1/条2/(一)", "章1/条2/(二)", "章2/条3"]


def test_articles_may_hold_items_numbered_in_chinese() -> None:
    assert leaves("第一条 对象：\n一、企业；\n二、机构。\n第二条 标准。") == ["条1/一", "条1/二", "条2"]


def test_numbers_that_run_on_across_sections_keep_their_sections() -> None:
    text = "一、任务\n(一)甲\n1.走访。\n2.建账。\n(二)乙\n3.培训。\n4.通报。"

    assert leaves(text) == ["一/(一)/1", "一/(一)/2", "一/(二)/3", "一/(二)/4"]


def test_a_text_without_line_breaks_is_cut_at_its_numbers() -> None:
    text = "一、目标。稳步发展。二、任务。(一)抓培育。逐户走访。(二)抓服务。定期培训。三、保障。加强领导。"

    assert leaves(text) == ["一", "二/(一)", "二/(二)", "三"]


def test_numbers_with_stray_spaces_or_before_a_year_begin_clauses() -> None:
    assert leaves(
        "## 一 、目标\n（ 一 ）稳步发展。\n（ 二 ）2026年建成园区。\n二、任务\n1、2026年建库。\n2.2027年培训。"
    ) == [
        "一/(一)",
        "一/(二)",
        "二/1",
        "二/2",
    ]


def test_a_number_inside_a_sentence_begins_no_clause() -> None:
    assert leaves(
        "一、产业\n推动第一、\n二、三产业融合发展，按照第三条规定执行，研发投入达到2.5亿元。\n二、任务\n推进。"
    ) == ["一", "二"]


def test_headings_stand_apart_from_bodies() -> None:
    plan = read(
        "一、指导思想 坚持创新引领，服务企业发展。\n二、任务\n"
        "(一)抓好培育。逐户走访。\n(二)对新认定的企业给予10万元奖励。按年兑现。"
    )

    assert (plan.by_path["一"].heading.text, plan.by_path["一"].body.text.strip()) == (
        "指导思想",
        "坚持创新引领,服务企业发展。",
    )
    assert plan.by_path["二/(一)"].heading.text == "抓好培育"
    assert plan.by_path["二/(二)"].heading.text == ""


def test_a_table_of_cells_one_to_a_line_gets_its_columns_back() -> None:
    cells = ["指标", "2025年", "2028年", "高企(家)", "20", "60", "平台(个)", "3", "8"]
    plan = read("一、目标\n表1 发展目标\n" + "".join(f"{cell} |\n" for cell in cells) + "以上目标逐年分解。")

    table = plan.by_path["一/表1"].table

    assert table is not None
    assert table.columns == ("指标", "2025年", "2028年")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["高企(家)", "20", "60"],
        ["平台(个)", "3", "8"],
    ]
    assert plan.by_path["一/续段1"].body.text == "以上目标逐年分解。"


def test_the_front_says_what_the_document_says_of_itself() -> None:
    text = "各乡镇人民政府：\n现将方案印发给你们。\n青岚区人民政府办公室\n2026年2月10日\n" + LADDER

    front = read(text).front

    assert front.title == "青岚区科技企业梯度培育三年行动方案(2026—2028年)"
    assert (front.kind, front.starts, front.ends) == ("行动方案", 2026, 2028)
    assert (front.issuer, front.issued) == ("青岚区人民政府办公室", date(2026, 2, 10))


def test_a_missing_or_doubled_number_is_reported() -> None:
    remarks = read("一、甲\n内容。\n二、乙\n内容。\n四、丙\n内容。\n四、丁\n内容。").remarks

    words = [remark.words for remark in remarks if remark.oddity is Oddity.NUMBERING]
    assert words == ["编号不连续：“四”之前缺 3", "编号“四”出现不止一次"]


def test_the_list_of_attachments_holds_no_clauses() -> None:
    assert leaves("一、目标\n稳步发展。\n附件：1.任务分解表\n2.名单") == ["一"]


def test_a_draft_a_repost_and_a_blank_date_are_reported() -> None:
    text = LADDER.replace("2028年)", "2028年)(征求意见稿)", 1).replace("2026年3月1日", "2026年XX月XX日")

    found = {remark.oddity for remark in read("本文来自网络文库，仅供参考\n" + text).remarks}

    assert {Oddity.DRAFT, Oddity.REPOST, Oddity.BLANK} <= found
