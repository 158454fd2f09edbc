"""Which other documents a text names, and as what."""

import pytest

from app.policytext.citations.citation import Mention
from app.policytext.citations.find import find_citations
from app.policytext.reading import read_policy
from app.policytext.text.files import read_text


@pytest.mark.parametrize(
    ("text", "title", "number", "mention"),
    [
        ("根据《认定管理办法》（国科发火〔2016〕32号），制定本办法。", "认定管理办法", "国科发火〔2016〕32号", "basis"),
        ("为贯彻落实《市培育三年行动方案》，结合实际，制定本方案。", "市培育三年行动方案", "", "carried_out"),
        ("本办法自印发之日起施行，《云岭区奖补办法（试行）》同时废止。", "云岭区奖补办法(试行)", "", "replaced"),
        ("奖励标准按照云政办规〔2023〕4号执行。", "", "云政办规〔2023〕4号", "basis"),
    ],
)  # fmt: skip
def test_a_document_is_named_by_title_or_number(text: str, title: str, number: str, mention: str) -> None:
    plain = read_policy(read_text(text)).plain

    (citation,) = find_citations(plain.whole())

    assert (citation.title, citation.number) == (title, number)
    assert citation.mention is Mention(mention)


def test_of_two_documents_only_the_one_that_ends_is_replaced() -> None:
    plain = read_policy(read_text("依据《管理办法全文》制定；原《奖补暂行办法》同时废止。")).plain

    assert [each.mention for each in find_citations(plain.whole())] == [Mention.BASIS, Mention.REPLACED]
