from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.rules import Answer, say_missing
from app.rules.interval import INFINITY, Interval
from app.rules.values import show_date
from tests.rules.sample import TODAY, a_sheet, answer, judged, record, vouch

MET, UNMET, UNKNOWN = Answer.MET, Answer.UNMET, Answer.UNKNOWN
PATENT = record("ip", date(2024, 1, 1), sort="发明专利")
MODEL = record("ip", date(2023, 1, 1), sort="实用新型")
UNSORTED = record("ip", date(2022, 1, 1), name="未分类")


def count(*records: object, vouches: object = (), test: str = "数量(知识产权, 类别 = Ⅰ类) > 99") -> Interval:
    sheet = a_sheet(records, vouches)  # type: ignore[arg-type]
    found = judged(test, sheet).conditions[0].comparisons[0].value
    assert found is not None
    return found


def test_what_is_on_file_is_at_least_what_there_is() -> None:
    assert count(PATENT, MODEL) == Interval(1, INFINITY)
    assert answer("数量(知识产权, 类别 = Ⅰ类) >= 1", a_sheet([PATENT])) is MET
    assert answer("数量(知识产权, 类别 = Ⅰ类) < 1", a_sheet([PATENT])) is UNMET
    assert answer("数量(知识产权, 类别 = Ⅰ类) >= 2", a_sheet([PATENT])) is UNKNOWN


def test_a_vouched_collection_is_counted_exactly() -> None:
    assert count(PATENT, MODEL, vouches=[vouch("ip")]) == Interval(1, 1)
    assert answer("无(事故)", a_sheet(vouches=[vouch("incident")])) is MET


def test_a_record_without_the_attribute_asked_for_may_or_may_not_count() -> None:
    assert count(PATENT, UNSORTED, vouches=[vouch("ip")]) == Interval(1, 2)


def test_no_record_on_file_is_not_proof_of_none() -> None:
    finding = judged("无(事故, 程度 = 重大, 近365天)")

    assert finding.answer is UNKNOWN
    assert finding.missing[0].collection == "incident"
    assert finding.missing[0].supplied_by == "主管部门"


def test_one_counter_example_decides_at_once() -> None:
    bad = record("incident", date(2026, 5, 1), grade="重大")

    assert answer("无(事故, 程度 = 重大, 近365天)", a_sheet([bad])) is UNMET


@pytest.mark.parametrize(("days", "expected"), [(365, UNMET), (366, MET), (0, UNMET), (-1, MET)])
def test_a_window_of_days_includes_both_ends(days: int, expected: Answer) -> None:
    happened = record("incident", TODAY - timedelta(days=days), grade="重大")

    assert answer("无(事故, 近365天)", a_sheet([happened], [vouch("incident")])) is expected


@pytest.mark.parametrize(
    ("day", "window", "expected"),
    [
        (date(2023, 6, 15), "近3年", MET),
        (date(2023, 6, 14), "近3年", UNMET),
        (date(2025, 12, 15), "近6个月", MET),
        (date(2025, 12, 14), "近6个月", UNMET),
        (date(2025, 1, 1), "上年及当年", MET),
        (date(2024, 12, 31), "上年及当年", UNMET),
        (date(2025, 12, 31), "上年", MET),
        (date(2026, 1, 1), "上年", UNMET),
        (date(2026, 1, 1), "当年", MET),
    ],
)
def test_windows_begin_and_end_to_the_day(day: date, window: str, expected: Answer) -> None:
    assert answer(f"有(事故, {window})", a_sheet([record("incident", day)], [vouch("incident")])) is expected


@pytest.mark.parametrize(
    ("since", "until", "scope", "expected"),
    [
        (None, TODAY, {}, MET),
        (TODAY - timedelta(days=365), TODAY, {}, MET),
        (TODAY - timedelta(days=364), TODAY, {}, UNKNOWN),
        (None, TODAY - timedelta(days=1), {}, UNKNOWN),
        (None, TODAY, {"grade": "重大"}, MET),
        (None, TODAY, {"grade": "一般"}, UNKNOWN),
    ],
)
def test_a_vouch_helps_only_for_its_scope_and_window(
    since: date | None, until: date, scope: dict[str, str], expected: Answer
) -> None:
    sheet = a_sheet(vouches=[vouch("incident", since, until, scope)])

    assert answer("无(事故, 程度 = 重大, 近365天)", sheet) is expected


def test_vouches_that_follow_one_another_cover_together() -> None:
    first = vouch("incident", date(2024, 1, 1), date(2025, 12, 31))
    second = vouch("incident", date(2026, 1, 1), TODAY)
    gapped = vouch("incident", date(2026, 1, 2), TODAY)

    assert answer("无(事故, 近365天)", a_sheet(vouches=[first, second])) is MET
    assert answer("无(事故, 近365天)", a_sheet(vouches=[first, gapped])) is UNKNOWN


@pytest.mark.parametrize(
    ("days_old", "window", "expected"),
    [(0, "近3年", UNMET), (31, "近3年", UNMET), (32, "近3年", UNKNOWN), (31, "近7天", UNMET), (32, "近7天", UNKNOWN)],
)
def test_a_vouch_is_good_for_the_declared_days_and_no_longer(days_old: int, window: str, expected: object) -> None:
    sheet = a_sheet(vouches=[vouch("equity", until=TODAY - timedelta(days=days_old))])

    assert answer(f"有(股权融资, {window})", sheet) is expected


def test_without_declared_days_a_vouch_ends_with_the_day_it_names() -> None:
    yesterday = TODAY - timedelta(days=1)

    assert answer("无(事故)", a_sheet(vouches=[vouch("incident", until=yesterday)])) is UNKNOWN


def test_a_finding_says_that_it_rests_on_an_older_list() -> None:
    sheet = a_sheet(vouches=[vouch("equity", until=TODAY - timedelta(days=5))])

    found = judged("有(股权融资)", sheet)

    assert [each.label for each in found.conditions[0].comparisons[0].used] == ["股权融资齐全（核对后31天内有效）"]


def test_vouches_for_one_word_each_cover_a_question_about_all_of_them() -> None:
    safe = vouch("incident", scope={"sort": "安全"})
    sound = vouch("incident", scope={"sort": "质量"})
    green = vouch("incident", scope={"sort": "环境"})

    assert answer("无(事故, 事项 属于 (安全, 质量))", a_sheet(vouches=[safe, sound])) is MET
    assert answer("无(事故, 事项 属于 (安全, 环境))", a_sheet(vouches=[safe, sound])) is UNKNOWN
    assert answer("无(事故)", a_sheet(vouches=[safe, sound, green])) is MET
    assert answer("无(事故)", a_sheet(vouches=[safe, sound])) is UNKNOWN


def test_words_of_two_attributes_cover_together_only_when_every_pair_is_covered() -> None:
    minor = [vouch("incident", scope={"sort": each, "grade": "一般"}) for each in ("安全", "质量", "环境")]
    major = [vouch("incident", scope={"sort": each, "grade": "重大"}) for each in ("安全", "质量", "环境")]

    assert answer("无(事故)", a_sheet(vouches=[*minor, *major])) is MET
    assert answer("无(事故)", a_sheet(vouches=[*minor, *major[:2]])) is UNKNOWN


def test_a_vouch_from_the_founding_covers_the_whole_past() -> None:
    since = vouch("incident", date(2020, 1, 1))

    assert answer("无(事故)", a_sheet(vouches=[since])) is UNKNOWN
    assert answer("无(事故)", a_sheet(vouches=[since], founded=date(2020, 1, 1))) is MET


def test_a_vouch_for_a_derived_attribute_covers_what_it_derives_from() -> None:
    sheet = a_sheet([MODEL], [vouch("ip", scope={"class": "Ⅰ类"})])

    assert answer("无(知识产权, 种类 = 发明专利)", sheet) is MET
    assert answer("无(知识产权, 种类 = 软件著作权)", sheet) is UNKNOWN


def test_a_record_in_force_runs_to_the_end_of_its_last_day() -> None:
    ends_today = record("ip", date(2020, 1, 1), TODAY, sort="发明专利")
    ended = record("ip", date(2020, 1, 1), TODAY - timedelta(days=1), sort="发明专利")

    assert answer("有(知识产权, 有效)", a_sheet([ends_today])) is MET
    assert answer("有(知识产权, 有效)", a_sheet([ended], [vouch("ip")])) is UNMET
    assert answer("有(知识产权, 有效(2026-06-01))", a_sheet([ended])) is MET


def test_a_record_not_yet_begun_does_not_count() -> None:
    assert answer("有(知识产权)", a_sheet([record("ip", TODAY + timedelta(days=1))], [vouch("ip")])) is UNMET


def test_sums_distinct_values_and_latest_dates() -> None:
    rounds = [
        record("equity", date(2025, 1, 1), amount=3_000_000),
        record("equity", date(2026, 1, 1), amount=2_000_000),
    ]
    names = [record("ip", date(2024, 1, day), name=name) for day, name in ((1, "甲"), (2, "甲"), (3, "乙"))]
    sheet = a_sheet([*rounds, *names], [vouch("ip")])

    assert answer("总额(股权融资, 金额, 近3年) >= 500万元", sheet) is MET
    assert answer("总额(股权融资, 金额, 近3年) >= 501万元", sheet) is UNKNOWN
    assert answer("种数(知识产权, 名称) = 2项", sheet) is MET
    assert answer("最近(股权融资, 到账日期) >= 2026-01-01", sheet) is MET
    assert answer("最近(股权融资, 金额) = 200万元", sheet) is UNKNOWN
    assert answer("最近(股权融资, 金额) = 200万元", a_sheet(rounds, [vouch("equity")])) is MET
    assert answer("最近(股权融资, 金额) = 200万元", a_sheet(vouches=[vouch("equity")])) is UNKNOWN


def test_a_record_without_an_amount_leaves_the_sum_open() -> None:
    sheet = a_sheet([record("equity", date(2025, 1, 1))], [vouch("equity")])

    assert judged("总额(股权融资, 金额) > 1元", sheet).conditions[0].comparisons[0].value == Interval(0, INFINITY)


def title(starts: date, ends: date | None = None, kind: str = "hnte", **more: object) -> object:
    return record("titles", starts, ends, kind=kind, **more)


def test_first_again_and_ever_follow_the_certificates() -> None:
    once = [title(date(2024, 10, 1))]
    twice = [*once, title(date(2021, 10, 1))]
    vouched = [vouch("titles", scope={"kind": "hnte"})]

    assert answer("首次(高新技术企业)", a_sheet(once)) is UNKNOWN  # type: ignore[arg-type]
    assert answer("首次(高新技术企业)", a_sheet(once, vouched)) is MET  # type: ignore[arg-type]
    assert answer("首次(高新技术企业)", a_sheet(twice)) is UNMET  # type: ignore[arg-type]
    assert answer("再次(高新技术企业)", a_sheet(twice)) is MET  # type: ignore[arg-type]
    assert answer("曾有(高新技术企业)", a_sheet(once)) is MET  # type: ignore[arg-type]
    assert answer("曾有(高新技术企业)", a_sheet(vouches=vouched)) is UNMET
    assert answer("曾有(科技型中小企业)", a_sheet(vouches=vouched)) is UNKNOWN


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (title(date(2023, 6, 16)), MET),
        (title(date(2023, 6, 15)), UNMET),
        (title(date(2020, 1, 1), TODAY), MET),
        (title(date(2025, 1, 1), revoked_on=TODAY), UNMET),
        (title(date(2025, 1, 1), revoked_on=TODAY + timedelta(days=1)), MET),
        (title(date(2025, 1, 1), kind="高新技术企业"), MET),
    ],
)
def test_a_title_lasts_as_its_kind_says_unless_revoked(given: object, expected: Answer) -> None:
    sheet = a_sheet([given], [vouch("titles")])  # type: ignore[list-item]

    assert answer("有效(高新技术企业)", sheet) is expected


def test_a_title_for_the_calendar_year_ends_with_it() -> None:
    sheet = a_sheet([title(date(2025, 3, 1), kind="tsme")], [vouch("titles")])  # type: ignore[list-item]

    assert answer("有效(科技型中小企业, 2025-12-31)", sheet) is MET
    assert answer("有效(科技型中小企业, 2026-01-01)", sheet) is UNMET
    assert answer("到期日(科技型中小企业) = 2025-12-31", sheet) is MET
    assert answer("认定日(科技型中小企业) = 2025-03-01", sheet) is MET
    assert answer("到期日(高新技术企业) > 申报日", sheet) is UNKNOWN


def test_an_official_list_of_one_day_decides_for_that_day() -> None:
    listed = [vouch("titles", date(2026, 6, 1), date(2026, 6, 15), {"kind": "高新技术企业"})]

    assert answer("有效(高新技术企业)", a_sheet(vouches=listed)) is UNMET
    assert answer("曾有(高新技术企业)", a_sheet(vouches=listed)) is UNKNOWN


def test_filters_compare_numbers_flags_and_lists() -> None:
    sheet = a_sheet([record("ip", date(2024, 1, 1), owners=2, used=True)], [vouch("ip")])

    assert answer("有(知识产权, 权利人数 > 1, 已用)", sheet) is MET
    assert answer("有(知识产权, 权利人数 不属于 (1, 2))", sheet) is UNMET
    assert answer("有(知识产权, 已用 = 否)", sheet) is UNMET
    assert answer("有(知识产权, 授权日期 >= 2024-01-01, 授权日期 < 申报日 - 365天)", sheet) is MET
    assert sheet.records[0].attributes["owners"] == Decimal(2)


def test_a_record_without_a_date_had_begun_when_it_was_recorded_but_perhaps_long_before() -> None:
    sheet = a_sheet([record("ip", None, sort="发明专利")], [vouch("ip")])

    assert answer("有(知识产权)", sheet) is MET
    assert answer("有(知识产权, 近3年)", sheet) is UNKNOWN
    assert answer("有(知识产权, 近3年)", a_sheet(vouches=[vouch("ip")])) is UNMET


def test_an_open_question_names_the_list_that_would_settle_it() -> None:
    finding = judged("无(事故, 程度 = 重大, 近365天)")

    since = TODAY - timedelta(days=365)
    assert say_missing(finding.missing[0]) == (
        f"缺事故的完整名单（重大；{show_date(since)}至{show_date(TODAY)}），由主管部门提供"
    )


@pytest.mark.parametrize(
    ("test", "list_"),
    [
        ("有(知识产权, 种类 属于 (软件著作权, 发明专利))", "知识产权的完整名单（发明专利、软件著作权；自始至{today}）"),
        ("有(知识产权, 有效)", "知识产权的完整名单（{today}当天有效）"),
    ],
)
def test_a_list_is_limited_to_what_is_asked_for(test: str, list_: str) -> None:
    assert [each.what for each in judged(test).missing] == [list_.format(today=show_date(TODAY))]


def test_a_firm_of_a_thousand_records_is_counted_like_any_other() -> None:
    records = [record("ip", date(2025, 1, 1), sort="发明专利", owners=1, name=str(each)) for each in range(1_200)]

    assert answer("数量(知识产权, 类别 = Ⅰ类, 权利人数 <= 3) >= 1200", a_sheet(records)) is Answer.MET
