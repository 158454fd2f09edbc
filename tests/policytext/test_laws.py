"""What holds for every text: nothing lost, nothing moved, nothing thrown."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.facts.vocabulary import vocabulary
from app.policytext.incentives.draft import draft_rule
from app.policytext.reading import Reading, read_policy
from app.policytext.text.characters import narrow, simplify
from app.policytext.text.files import read_file, read_text
from app.rules import load_rule

PARTS = st.sampled_from(
    [
        "一、", "（二）", "3.", "第一条", "第二章 总则", "——", "—3—", "\n", "\n\n", " ", "\t", "|", "到2027年，",
        "高新技术企业", "達到", "60家以上", "。", "；", "、", "：", "（责任单位：区科技局、财政局）", "给予10万元奖励",
        "對首次認定的高新技術企業", "表1 目标\n指标 |\n2025年 |\n高企 |\n20 |\n平台 |\n3 |\n", "附件1", "\u200b",
        "\ud800", "<p>", "２０２５年", "①", "按研发费用的10%，最高50万元",
    ]
)  # fmt: skip
PROMISES = st.sampled_from(
    [
        "对首次认定的高新技术企业", "对重新认定的", "，", "。", "；", "给予", "奖励", "10万元", "、5万元",
        "按研发费用的", "5%", "补助", "最高不超过", "每家", "分别", "国家级、省级重点实验室", "“", "”", "(", "》",
        "年营业收入超过", "一次性", "参照", "标准执行", "“一事一议”给予支持", "就高不重复", "五年内不得迁出",
        "不予支持", "\\", "\ufffd", "0元", "99999999999亿元",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PARTS, max_size=40).map("".join), st.text(max_size=200))


def whole(plan: Reading) -> str:
    return "".join(clause.own.text for clause in plan.root.walk())


@settings(deadline=None)
@given(TEXTS)
def test_every_character_is_in_one_clause_or_in_what_was_left_out(text: str) -> None:
    plan = read_policy(read_text(text))

    kept = {plan.plain.origin(offset) for offset in range(len(plan.plain.text))}
    left_out = {offset for span in plan.dropped for offset in range(span.start, span.end)}
    assert whole(plan) == plan.plain.text
    assert kept | left_out == set(range(len(plan.original.text)))
    assert not kept & left_out


@settings(deadline=None)
@given(TEXTS)
def test_every_character_that_is_read_stands_for_the_one_at_its_offset(text: str) -> None:
    plan = read_policy(read_text(text))

    original = simplify(narrow(plan.original.text))
    for clause in plan.root.walk():
        for piece in (clause.marker, clause.heading, clause.body):
            assert piece.text == "".join(original[plan.plain.origin(at)] for at in range(piece.start, piece.end))
            assert piece.span.end - piece.span.start >= len(piece.text)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    if not data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*", b"MM")):
        assert read_policy(read_file(b"x" + data)).original.text


@settings(deadline=None)
@given(TEXTS)
def test_no_two_clauses_share_a_path(text: str) -> None:
    paths = [clause.path for clause in read_policy(read_text(text)).root.walk()]

    assert len(paths) == len(set(paths))


@settings(max_examples=30, deadline=None)
@given(st.lists(PROMISES, min_size=1, max_size=12).map("".join))
def test_every_draft_of_any_text_is_a_rule_the_engine_accepts(text: str) -> None:
    for incentive in read_policy(read_text(f"一、支持\n{text}")).incentives[:4]:
        draft = draft_rule(incentive, vocabulary(), code="draft", starts=date(2026, 1, 1))

        load_rule(draft.data, vocabulary())
