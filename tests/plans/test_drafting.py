"""What holds of every draft, whatever is known of the firm; and how days are counted back."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.seedfiles import SEEDS, read_yaml
from app.facts.vocabulary import vocabulary
from app.plans import schedule
from app.plans.drafting import dated, proposed
from app.plans.measurekinds import measure_kinds, read_kinds
from app.plans.prospects import band_jumps
from app.plans.reach import carried_out
from app.plans.schedule import Light, declaring, light_of
from app.rules import (
    Anchors,
    Answer,
    FactSheet,
    KnownFact,
    Rule,
    VocabularyError,
    Vouch,
    evaluate,
    find_gaps,
    load_rule,
)
from app.rules.rule import Window

TODAY = date(2026, 11, 23)
ANCHORS = Anchors(TODAY, TODAY)
FLAGS = {
    "resident": True, "independent_accounts": True, "sound_accounts": True, "prohibited_product": False,
    "barred_industry": False,
}  # fmt: skip
money = st.integers(0, 400).map(lambda hundred: Decimal(hundred * 100_000))
FIGURES = st.fixed_dictionaries(
    {},
    optional={"sales": money, "rd_tax": money, "costs": money, "assets": money,
              "staff": st.integers(1, 600).map(Decimal), "tech_staff": st.integers(0, 60).map(Decimal)},
)  # fmt: skip


@cache
def rule(code: str) -> Rule:
    return load_rule(read_yaml(SEEDS / "rules" / "ladder" / f"{code}.yaml"), vocabulary())


def sheet_of(figures: dict[str, Decimal], known: dict[str, Any], vouched: set[str]) -> FactSheet:
    facts = [KnownFact(code, 2025, value, "税务", TODAY, f"fact:{code}") for code, value in figures.items()]
    facts += [KnownFact(code, None, value, "税务", TODAY, f"fact:{code}") for code, value in known.items()]
    return FactSheet(facts=facts, vouches=[Vouch(each, {}, None, TODAY, "部门", f"v:{each}") for each in vouched])


@settings(max_examples=5, deadline=None)
@given(
    figures=FIGURES,
    flags=st.sets(st.sampled_from(sorted(FLAGS))),
    vouched=st.sets(st.sampled_from(["incidents", "list_entries", "ip"])),
)
def test_every_measure_aims_at_a_condition_and_all_moves_together_do(
    figures: dict[str, Decimal], flags: set[str], vouched: set[str]
) -> None:
    standard = rule("tsme")
    sheet = sheet_of(figures, {code: FLAGS[code] for code in flags}, vouched)
    finding = evaluate(standard, sheet, ANCHORS)
    gap = next(iter(find_gaps(standard, sheet, ANCHORS, limit=1)), None)
    version = standard.version_on(TODAY)
    assert version is not None

    drawn = proposed(version, finding, gap)

    known = {each.id for each in finding.conditions}
    assert all(each.aims and set(each.aims) <= known for each in drawn)
    if gap is not None:
        assert evaluate(standard, *carried_out(sheet, ANCHORS, gap)).answer is Answer.MET or gap.open
        carried = [(move["code"], move["year"]) for each in drawn for move in each.moves]
        assert sorted(carried, key=str) == sorted(((move.code, move.year) for move in gap.moves), key=str)
    elif finding.answer is Answer.UNKNOWN:
        assert drawn, "what is not known is asked"


@given(lead=st.integers(0, 24), ahead=st.integers(0, 900), asking=st.booleans())
def test_nothing_is_due_before_today_or_after_the_declaration(lead: int, ahead: int, asking: bool) -> None:  # noqa: FBT001
    declares_on = TODAY + timedelta(days=ahead)

    due = schedule.due_of(lead, today=TODAY, declares_on=declares_on, asking=asking)

    assert TODAY <= due <= max(declares_on, TODAY)


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (1, date(2027, 6, 1)),  # the window of next summer, from its first day
        (8, date(2027, 7, 23)),  # ready in the middle of it
        (10, date(2028, 6, 1)),  # too late for it: the one after
    ],
)
def test_a_plan_works_towards_the_first_window_it_can_be_ready_for(lead: int, expected: date) -> None:
    window = Window((6, 1), (8, 31), "以通知为准")

    assert declaring(window, today=TODAY, lead_months=lead).on == expected


def test_without_a_dated_window_the_months_decide_and_the_words_say_so() -> None:
    found = declaring(Window(None, None, "以当年通知为准"), today=TODAY, lead_months=12)

    assert found.on == date(2027, 11, 23)
    assert "没有写明" in found.note


@pytest.mark.parametrize(("days", "light"), [(-1, Light.LATE), (0, Light.NEAR), (30, Light.NEAR), (31, Light.FINE)])
def test_lights_change_on_the_day(days: int, light: Light) -> None:
    assert light_of(TODAY + timedelta(days=days), None, TODAY) is light
    assert light_of(TODAY + timedelta(days=days), TODAY, TODAY) is Light.DONE


def test_a_figure_that_grows_into_a_stricter_band_is_named() -> None:
    standard = load_rule(BANDED, vocabulary())
    near = sheet_of({"sales": Decimal(49_000_000), "rd_tax": Decimal(2_000_000)}, {}, set())
    far = sheet_of({"sales": Decimal(9_000_000), "rd_tax": Decimal(2_000_000)}, {}, set())

    assert band_jumps(standard, near, ANCHORS) == [
        "2025年度销售收入增加到 5000.0001万元 时进入下一档，“研发投入”将变为不符合"
    ]
    assert band_jumps(standard, far, ANCHORS) == []


BANDED = {
    "code": "banded", "name": "分档示例", "kind": "standard", "title": "tsme", "scope": "本区", "policy": "x",
    "source": "测试",
    "versions": [{
        "from": date(2020, 1, 1), "until": None,
        "conditions": [{
            "id": "A", "clause": "一", "wording": "研发投入",
            "test": "加计扣除口径研发费用 >= 分档(销售收入, ≤5000万元: 100万元, 其余: 300万元)",
        }],
    }],
}  # fmt: skip


def test_the_library_and_the_levers_agree_and_a_contradiction_is_told() -> None:
    data = read_yaml(SEEDS / "measures.yaml")
    assert list(read_kinds(data)) == list(measure_kinds())

    wrong = [{**each, "moves": ["staff"]} if each["code"] == "ip_filing" else each for each in data]
    with pytest.raises(VocabularyError, match="ip_filing 列出的 staff"):
        read_kinds(wrong)
    with pytest.raises(VocabularyError, match="ip_filing"):
        read_kinds([each for each in data if each["code"] != "ip_filing"])


def test_questions_come_first_and_are_settled_within_a_month() -> None:
    standard = rule("tsme")
    sheet = sheet_of({"sales": Decimal(40_000_000), "rd_tax": Decimal(1_500_000)}, FLAGS, set())
    version = standard.version_on(TODAY)
    gap = next(iter(find_gaps(standard, sheet, ANCHORS, limit=1)))
    assert version is not None

    drawn = dated(proposed(version, evaluate(standard, sheet, ANCHORS), gap), today=TODAY, declares_on=date(2027, 6, 1))

    asking = [each for each in drawn if each.asking]
    assert asking == drawn[: len(asking)]
    assert all(each.due_on <= TODAY + timedelta(days=30) for each in asking)
