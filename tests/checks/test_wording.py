from app.checks.wording import say_missing_together
from app.rules import Answer, Comparison, Interval, Missing
from app.rules.explain import say_value
from app.rules.interval import INFINITY


def _missing(what: str, year: int, by: str) -> Missing:
    return Missing(what, what, year, None, by)


def test_what_one_supplier_owes_is_one_sentence() -> None:
    missing = [
        _missing("营业收入", 2024, "审计报告"),
        _missing("营业收入", 2025, "审计报告"),
        _missing("市场占有率", 2025, "主管部门"),
        _missing("资产总额", 2025, "审计报告"),
    ]

    assert say_missing_together(missing) == [
        "缺营业收入（2024、2025年度）、资产总额（2025年度），由审计报告提供",
        "缺市场占有率（2025年度），由主管部门提供",
    ]


def _compared(value: Interval, answer: Answer) -> Comparison:
    limit = Interval(100, 100)
    return Comparison("营业收入", ">=", value, "", limit, "", "元", "", answer, (), (), ())


def test_a_value_of_which_nothing_but_its_sign_is_known_is_unknown() -> None:
    assert say_value(_compared(Interval(0, INFINITY), Answer.UNKNOWN)) == "未知"
    assert say_value(_compared(Interval(50, INFINITY), Answer.UNKNOWN)) == "至少50元"
