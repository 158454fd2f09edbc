from decimal import Decimal
from typing import Any

import pytest

from app.rules import AmountFinding, Finding, combine, evaluate, explain, load_rule, say_amount
from tests.rules.sample import ANCHORS, VOCABULARY, a_sheet

MET = a_sheet(above=True, rd=10_000_000)


def finding(sheet: object = MET, code: str = "sample", stacking: Any = None, **amount: Any) -> Finding:
    version: dict[str, Any] = {"from": "2020-01-01", "conditions": [{"id": "C", "test": "规上企业"}], "amount": amount}
    if stacking:
        version["stacking"] = stacking
    rule = load_rule({"code": code, "name": code, "kind": "incentive", "versions": [version]}, VOCABULARY)
    return evaluate(rule, sheet, ANCHORS)  # type: ignore[arg-type]


def paid(sheet: object = MET, **amount: Any) -> AmountFinding:
    return finding(sheet, **amount).amount


def span(amount: AmountFinding) -> tuple[str, Decimal | None, Decimal | None]:
    return amount.kind, amount.low, amount.high


def test_a_fixed_amount_is_exact() -> None:
    assert span(paid(value="30万元")) == ("value", Decimal("300000.00"), Decimal("300000.00"))


def test_a_rate_has_cap_and_floor() -> None:
    assert paid(value="研发费用 * 2%", cap="15万元").high == Decimal(150_000)
    assert span(paid(value="研发费用 * 0.05%", floor="1万元")) == ("value", Decimal(0), Decimal(0))
    assert paid(value="研发费用 * 0.1%", floor="1万元").low == Decimal(10_000)


@pytest.mark.parametrize(("rd", "cents"), [("0.05", "0.01"), ("0.0499", "0.00"), ("100.15", "10.02")])
def test_amounts_are_rounded_half_up_to_the_cent_once(rd: str, cents: str) -> None:
    assert paid(a_sheet(above=True, rd=Decimal(rd)), value="研发费用 * 10%").low == Decimal(cents)


def test_an_unknown_base_gives_a_range_and_says_what_is_missing() -> None:
    amount = paid(a_sheet(above=True), value="研发费用 * 2%", cap="50万元")

    assert span(amount) == ("range", Decimal(0), Decimal(500_000))
    assert amount.missing[0].what == "研发费用"
    assert span(paid(a_sheet(above=True), value="研发费用 * 2%")) == ("range", Decimal(0), None)


def test_a_discretionary_ceiling_is_never_a_promise() -> None:
    assert span(paid(value="50万元", discretionary=True)) == ("range", Decimal(0), Decimal(500_000))
    assert span(paid(cap="50万元", discretionary=True)) == ("range", Decimal(0), Decimal(500_000))


def test_an_open_answer_pays_anything_from_nought_and_a_failed_one_nothing() -> None:
    assert span(paid(a_sheet(), value="30万元")) == ("range", Decimal(0), Decimal(300_000))
    assert paid(a_sheet(above=False), value="30万元").kind == "none"


def test_a_hole_says_what_it_waits_for() -> None:
    amount = paid(hole={"reason": "按照相关政策", "waits_for": "乌政办规〔2023〕4号"})

    assert span(amount) == ("hole", None, None)
    assert say_amount(amount) == "金额待定（按照相关政策，待《乌政办规〔2023〕4号》明确）"


def test_shares_add_up_to_the_whole() -> None:
    shares = [{"payer": "市", "part": "33.33%"}, {"payer": "区", "part": "66.67%"}]

    amount = paid(a_sheet(above=True, rd=Decimal("0.5")), value="研发费用 * 10%", shares=shares)

    assert [each.low for each in amount.shares] == [Decimal("0.02"), Decimal("0.03")]
    assert amount.low == Decimal("0.05")


def test_an_instalment_may_have_a_gate() -> None:
    instalments = [{"when": "当年", "part": "50%"}, {"when": "次年", "part": "50%", "gate": "设辅助账"}]

    found = finding(value="10万元", instalments=instalments)

    assert [(each.name, each.low) for each in found.amount.instalments] == [
        ("当年", Decimal(50_000)),
        ("次年", Decimal(50_000)),
    ]
    assert "次年：5万元，条件待核" in [line.sentence for line in explain(found).lines]


def group(mode: str, **more: str) -> dict[str, str]:
    return {"group": "高企", "mode": mode, **more}


def test_of_a_best_of_group_the_highest_is_paid_and_the_rest_dropped_with_the_reason() -> None:
    small = finding(code="a", stacking=group("就高不重复"), value="10万元")
    large = finding(code="b", stacking=group("就高不重复"), value="30万元")
    other = finding(code="c", value="5万元")

    for order in ([small, large, other], [other, large, small]):
        result = combine(order)
        assert [each.finding.rule_code for each in result.chosen] == ["b", "c"]
        assert [(each.finding.rule_code, each.why) for each in result.dropped] == [("a", "“高企”就高不重复，已取“b”")]
        assert result.total.value == Decimal(350_000)


def test_a_doubtful_best_is_said_to_be_doubtful() -> None:
    certain = finding(code="a", stacking=group("就高不重复"), value="10万元")
    ceiling = finding(code="b", stacking=group("就高不重复"), value="30万元", discretionary=True)

    result = combine([certain, ceiling])

    assert result.undecided
    assert (result.total.range_low, result.total.range_high) == (Decimal(100_000), Decimal(300_000))


def test_a_capped_group_pays_what_room_is_left() -> None:
    both = [finding(code=code, stacking=group("累计封顶", cap="50万元"), value="30万元") for code in "ab"]

    result = combine(both, received={"高企": Decimal(100_000)})

    assert [each.low for each in result.chosen] == [Decimal(300_000), Decimal(100_000)]
    full = combine(both, received={"高企": Decimal(500_000)})
    assert (len(full.chosen), len(full.dropped)) == (0, 2)


def test_holes_and_ranges_are_kept_apart_from_what_is_certain() -> None:
    result = combine(
        [
            finding(code="a", value="10万元"),
            finding(code="b", value="20万元", discretionary=True),
            finding(code="c", hole={"reason": "另定"}),
            finding(a_sheet(above=False), code="d", value="9万元"),
        ]
    )

    total = result.total
    assert (total.value, total.range_low, total.range_high, total.holes) == (
        Decimal(100_000),
        Decimal(0),
        Decimal(200_000),
        1,
    )
