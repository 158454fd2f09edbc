import pytest

from app.policytext.duties.duty import Duty, Form, Part
from app.policytext.duties.roster import RosterUnit, expand_units
from app.policytext.reading import read_policy
from app.policytext.text.files import read_text

ROSTER = (
    RosterUnit("kj", "青岚区科学技术局", "部门"),
    RosterUnit("fg", "青岚区发展和改革委员会", "部门"),
    RosterUnit("cz", "青岚区财政局", "部门"),
    RosterUnit("sc", "青岚区市场监督管理局", "部门"),
    RosterUnit("a", "东山镇", "乡镇"),
    RosterUnit("b", "石桥乡", "乡镇"),
    RosterUnit("c", "新华街道办事处", "街道"),
)


def duty(text: str) -> Duty:
    (found,) = read_policy(read_text(f"一、任务\n{text}")).duties
    return found


def named(found: Duty) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return found.names(Part.LEAD), found.names(Part.RESPONSIBLE), found.names(Part.SUPPORTING)


@pytest.mark.parametrize(
    ("text", "expected", "form"),
    [
        (
            "逐户走访。（牵头单位：区科技局；责任单位：区财政局，各乡镇、街道）",
            (("区科技局",), ("区财政局", "各乡镇", "街道"), ()),
            Form.BLOCK,
        ),
        ("逐户走访。〔责任单位：区发改委(工信局、商务局)〕", ((), ("区发改委(工信局、商务局)",), ()), Form.BLOCK),
        ("逐户走访。\n责任单位：区科技局、区税务局", ((), ("区科技局", "区税务局"), ()), Form.BLOCK),
        ("逐户走访。\n牵头单位：区科技局 配合单位：区税务局", (("区科技局",), (), ("区税务局",)), Form.BLOCK),
        ("逐户走访。（区科技局牵头，区财政局、各镇街配合）", (("区科技局",), (), ("区财政局", "各镇街")), Form.SUFFIX),
        (
            "逐户走访。（区科技局、区住房和城乡建设局按职责分工负责）",
            ((), ("区科技局", "区住房和城乡建设局"), ()),
            Form.SUFFIX,
        ),
        (
            "逐户走访。（区科技局、区财政局，各乡镇人民政府）",
            ((), ("区科技局", "区财政局", "各乡镇人民政府"), ()),
            Form.SUFFIX,
        ),
        (
            "逐户走访。（责任单位：区科技局、区财政局；完成时限：2026年底前）",
            ((), ("区科技局", "区财政局"), ()),
            Form.BLOCK,
        ),
        (
            "逐户走访。（责任单位：区科技局、区财政局，列第一位的为牵头单位，下同）",
            (("区科技局",), ("区财政局",), ()),
            Form.BLOCK,
        ),
        ("由区科技局和区财政局负责，逐户走访。", ((), ("区科技局", "区财政局"), ()), Form.PROSE),
    ],
)
def test_units_are_read_with_their_part(
    text: str, expected: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], form: Form
) -> None:
    found = duty(text)

    assert (named(found), found.form) == (expected, form)


def test_an_open_end_is_kept_as_written_and_is_no_unit() -> None:
    found = duty("逐户走访。（责任单位：区科技局、区财政局等相关部门）")

    assert (named(found)[1], found.others) == (("区科技局", "区财政局"), "等相关部门")


def test_a_table_gives_a_duty_for_each_row() -> None:
    text = "一、分工\n序号\t任务\t牵头单位\t配合单位\n1\t建库\t区科技局\t各乡镇\n2\t培训\t区人社局\t区科协、区总工会\n"

    found = read_policy(read_text(text)).duties

    assert [(each.names(Part.LEAD), each.names(Part.SUPPORTING)) for each in found] == [
        (("区科技局",), ("各乡镇",)),
        (("区人社局",), ("区科协", "区总工会")),
    ]


@pytest.mark.parametrize(
    "text", ["由企业负责实施。", "由项目承担单位负责管理。", "各单位要高度重视，落实责任。", "责任重大。"]
)
def test_a_sentence_without_units_is_no_duty(text: str) -> None:
    assert read_policy(read_text(f"一、任务\n{text}")).duties == ()


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("各乡(镇)", ["a", "b"]),
        ("街道", ["c"]),
        ("各镇街", ["a", "b", "c"]),
        ("区科技局", ["kj"]),
        ("发改委(工信局)", ["fg"]),
        ("财政局", ["cz"]),
        ("市场监督管理局", ["sc"]),
        ("区气象局", []),
    ],
)
def test_named_units_become_units_of_the_district(name: str, keys: list[str]) -> None:
    (expansion,) = expand_units([name], ROSTER)

    assert [unit.key for unit in expansion.units] == keys


def test_whoever_only_examines_or_pays_has_no_duty() -> None:
    assert read_policy(read_text("一、资金管理\n由区政府负责审批，区财政局负责拨付。")).duties == ()


def test_a_table_without_a_head_names_units_but_no_leader() -> None:
    rows = "1|建培育库|区科技局|区税务局、区统计局\n2|组服务队|区委组织部|区科技局"
    duties = read_policy(read_text(f"一、任务\n分工如下。\n{rows}")).duties

    assert [[unit.name for unit in duty.units] for duty in duties] == [
        ["区科技局", "区税务局", "区统计局"],
        ["区委组织部", "区科技局"],
    ]
    assert {unit.part for duty in duties for unit in duty.units} == {Part.RESPONSIBLE}
