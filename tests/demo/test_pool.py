from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum.cn import uscc

from app.demo.archetypes import archetypes
from app.demo.making import make_pool
from app.demo.pool import DemoFirm, Figure
from app.facts.vocabulary import vocabulary
from app.titles.validity import last_day

TODAY = date(2026, 11, 23)
# The middle of a year, its first days, and a day that three years on has no namesake.
DAYS = (TODAY, date(2031, 1, 2), date(2028, 2, 29))
Pool = tuple[DemoFirm, ...]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def pool(request: pytest.FixtureRequest) -> Pool:
    return make_pool(request.param)


@pytest.fixture
def day(pool: Pool) -> date:
    recorded = (statement.until for firm in pool for statement in firm.statements)
    return max(recorded)


def standing(firm: DemoFirm) -> dict[tuple[str, int], Figure]:
    return {(each.kind, each.year): each for each in firm.figures if each.replaced_on is None}


def test_the_same_day_and_seed_give_the_same_pool() -> None:
    assert make_pool(TODAY) == make_pool(TODAY)


def test_another_seed_gives_other_firms() -> None:
    first, second = make_pool(TODAY, seed=1), make_pool(TODAY, seed=2)

    assert {firm.name for firm in first} != {firm.name for firm in second}


def test_credit_codes_are_valid_and_of_the_district_and_unique(pool: Pool) -> None:
    codes = [firm.credit_code for firm in pool]

    assert all(uscc.is_valid(code) and code[2:8] == "650107" for code in codes)
    assert len(set(codes)) == len(codes)


def test_every_archetype_is_there_as_often_as_declared(pool: Pool) -> None:
    assert Counter(firm.archetype for firm in pool) == {each.code: each.count for each in archetypes()}


def test_there_are_about_three_hundred_firms_in_many_industries(pool: Pool) -> None:
    assert 280 <= len(pool) <= 320
    assert len({firm.industry for firm in pool}) >= 8


def test_names_are_unique_though_some_differ_little(pool: Pool) -> None:
    names = [firm.name for firm in pool]

    assert len(set(names)) == len(names)
    assert {"峤垣（达坂城）风能装备有限公司", "峤垣(达坂城)风能装备有限责任公司"} <= set(names)


def test_nobody_real_can_be_called(pool: Pool) -> None:
    phones = [person.phone for firm in pool for person in firm.contacts]

    assert phones
    assert all(phone.startswith("120") and len(phone) == 11 for phone in phones)


def test_every_figure_is_declared_and_within_its_bounds(pool: Pool) -> None:
    for figure in (each for firm in pool for each in firm.figures):
        kind = vocabulary().facts[figure.kind]

        assert kind.read(kind.show(figure.value)) is not None
        assert bool(figure.year) == kind.annual
        assert kind.subject == "firm"


def test_every_record_fits_its_collection(pool: Pool) -> None:
    for entry in (each for firm in pool for each in firm.entries):
        kind = vocabulary().collections[entry.collection]

        for code, value in entry.attributes.items():
            attribute = kind.attribute(code)
            assert attribute is not None
            assert not attribute.choices or value in attribute.choices
        assert entry.ends_on is None or entry.starts_on <= entry.ends_on


def test_a_figure_has_one_standing_value(pool: Pool) -> None:
    for firm in pool:
        kept = Counter((each.kind, each.year) for each in firm.figures if each.replaced_on is None)

        assert set(kept.values()) <= {1}


def test_a_replaced_value_was_known_before_the_one_in_its_place(pool: Pool) -> None:
    replaced = [(firm, each) for firm in pool for each in firm.figures if each.replaced_on is not None]

    assert len(replaced) >= 20
    for firm, figure in replaced:
        successor = standing(firm)[figure.kind, figure.year]
        assert figure.replaced_on == successor.recorded_on
        assert figure.recorded_on <= successor.recorded_on
        assert figure.value != successor.value


def test_nothing_was_known_before_it_happened_or_after_today(pool: Pool, day: date) -> None:
    for firm in pool:
        assert all(each.recorded_on <= day for each in firm.figures)
        assert all(firm.founded_on <= each.starts_on <= each.recorded_on <= day for each in firm.entries)
        assert all(each.issued_on <= each.recorded_on <= day for each in firm.certificates)
        assert all(each.until <= day for each in firm.statements)


def test_what_is_on_file_came_in_over_three_years(pool: Pool, day: date) -> None:
    years = {each.recorded_on.year for firm in pool for each in firm.figures}

    assert {day.year - 2, day.year - 1} <= years


def test_the_figures_of_a_year_agree_with_each_other(pool: Pool) -> None:
    for firm in pool:
        by_year: dict[int, dict[str, Decimal]] = defaultdict(dict)
        for (kind, year), figure in standing(firm).items():
            if isinstance(figure.value, Decimal):
                by_year[year][kind] = figure.value
        for known in by_year.values():
            for less, more in (
                ("tech_staff", "staff"),
                ("tech_staff_monthly", "staff_monthly"),
                ("main_revenue", "revenue"),
                ("revenue", "sales"),
                ("sales", "gross_income"),
                ("nontaxable_income", "gross_income"),
                ("rd_domestic", "rd_recognised"),
            ):
                if less in known and more in known:
                    assert known[less] <= known[more], (firm.archetype, less, more)


def test_figures_are_of_years_in_which_the_firm_existed(pool: Pool) -> None:
    for firm in pool:
        assert all(each.year >= firm.founded_on.year for each in firm.figures if each.year)


def test_titles_last_as_long_as_their_kind_says(pool: Pool) -> None:
    for held in (each for firm in pool for each in firm.certificates):
        lasts = vocabulary().titles[held.kind].valid_for

        assert held.valid_until == last_day(lasts, held.issued_on)


def test_deadlines_lie_the_same_number_of_days_ahead_in_any_year(pool: Pool, day: date) -> None:
    expiring = {firm.archetype: firm for firm in pool if firm.archetype.startswith("hnte_expiring_")}

    for days in (30, 90, 180):
        held = [each for each in expiring[f"hnte_expiring_{days}"].certificates if each.kind == "hnte"]
        assert [each.valid_until for each in held] == [day + timedelta(days=days)]


def test_a_year_of_age_is_met_to_the_day(pool: Pool, day: date) -> None:
    age = {firm.archetype: (day - firm.founded_on).days for firm in pool}

    assert age["days_365"] == 365
    assert age["days_364"] == 364
