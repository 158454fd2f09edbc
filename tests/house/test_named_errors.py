from app.web.named_errors import named

SUMMARY = '<a href="#{0}"><span data-named="{0}"></span>此项必填。</a>'


def test_a_refusal_is_told_with_the_name_of_its_field() -> None:
    page = SUMMARY.format("title") + '<label for="title">需求名称<span class="must"> *</span></label>'

    assert "需求名称：此项必填。" in named(page)


def test_a_group_is_called_by_its_legend_and_not_by_its_first_choice() -> None:
    group = '<legend data-names="channel">途径</legend><input id="channel"><label for="channel">电子邮件</label>'

    assert "途径：此项必填。" in named(SUMMARY.format("channel") + group)


def test_a_field_without_a_label_keeps_its_sentence() -> None:
    assert named(SUMMARY.format("rows")) == '<a href="#rows">此项必填。</a>'
