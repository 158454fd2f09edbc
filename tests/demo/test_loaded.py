from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit, passwords
from app.accounts.models import Event, Unit, User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.demo.accounts import accounts_notice, demo_password
from app.demo.scenarios import SCENARIOS
from app.facts import queries
from app.facts.models import Fact, RegionFact
from app.firms.access import visible
from app.firms.models import Assignment, Firm
from app.policies.queries import rule_book
from app.simulations.models import Simulation
from app.simulations.queries import tally
from app.simulations.service import why_outdated
from app.titles.models import Title


@pytest.fixture
def look(loaded: sa.Engine) -> Iterator[Session]:
    with database.reading() as session:
        yield session


def user(db: Session, username: str) -> User:
    return db.scalars(sa.select(User).where(User.username == username)).one()


def test_every_role_has_an_account_that_opens_with_the_printed_password(look: Session) -> None:
    users = look.scalars(sa.select(User)).all()
    assert {each.role for each in users} == set(Role)
    assert all(passwords.matches(demo_password(), each.password_hash) for each in users)
    assert not any(each.must_change for each in users)
    assert demo_password() in accounts_notice()
    assert all(each.username in accounts_notice() for each in users)


def test_each_account_reaches_the_firms_it_is_meant_to_reach(look: Session) -> None:
    def reached(username: str) -> int:
        statement = sa.select(sa.func.count()).select_from(Firm).where(visible(user(look, username), "firm:read"))
        return look.scalar(statement) or 0

    everything = look.scalar(sa.select(sa.func.count()).select_from(Firm))
    assert reached("bureau1") == reached("leader1") == everything
    assert 5 <= reached("commissioner1") <= 20
    assert reached("firm1") == 1
    assert 0 < reached("unit1") < reached("unit2") + reached("unit1") < (everything or 0)
    assert reached("audit1") == 0


def test_some_assignments_are_over(look: Session) -> None:
    ends = look.scalars(sa.select(Assignment.ends_on)).all()
    assert any(each is not None and each < clock.today() for each in ends)
    assert any(each is None or each >= clock.today() for each in ends)


def test_units_form_one_tree(look: Session) -> None:
    units = look.scalars(sa.select(Unit)).all()
    roots = [each for each in units if each.parent_id is None]
    assert len(roots) == 1
    assert all(each.path.startswith(roots[0].path) and each.path.endswith(f"/{each.id}/") for each in units)


def test_what_was_known_last_year_differs_from_what_is_known_now(look: Session) -> None:
    corrected = look.scalars(sa.select(Fact).where(Fact.superseded_at.is_not(None)).order_by(Fact.id)).all()
    old = corrected[-1]
    assert old.superseded_at is not None
    now = queries.standing_fact(look, old.firm_id, old.kind, old.year)
    then = queries.facts_of(look, old.firm_id, at=old.superseded_at - timedelta(hours=1))
    believed = next(each for each in then if (each.kind, each.year) == (old.kind, old.year))
    assert now is not None
    assert believed.number == old.number != now.number
    newest = queries.history_of_fact(look, old.firm_id, old.kind, old.year)[0]
    assert newest.id == now.id


def test_the_history_of_a_figure_tells_its_values_in_the_order_they_were_known(look: Session) -> None:
    corrected = look.scalars(sa.select(Fact).where(Fact.superseded_at.is_not(None))).all()
    for old in corrected:
        history = queries.history_of_fact(look, old.firm_id, old.kind, old.year)
        moments = [each.recorded_at for each in history]
        assert moments == sorted(moments, reverse=True)


def test_region_figures_say_that_they_are_invented(look: Session) -> None:
    notes = look.scalars(sa.select(RegionFact.source_note)).all()
    assert notes
    assert all("演示数据" in (note or "") for note in notes)


def test_the_trail_tells_of_every_batch_and_its_chain_holds(look: Session) -> None:
    kinds = set(look.scalars(sa.select(Event.kind)))
    assert {"demo.loaded", "demo.recorded", "user.created", "unit.created"} <= kinds
    assert not audit.verify(look)


def test_titles_in_force_are_as_many_as_in_a_real_district(look: Session) -> None:
    titles = look.scalars(sa.select(Title).where(Title.superseded_at.is_(None))).all()
    held = {(each.kind, each.firm_id) for each in titles if each.in_force(clock.today())}
    count = {kind: sum(1 for each, _ in held if each == kind) for kind in ("tsme", "isme", "hnte", "leader", "srdi")}
    assert 30 <= count["tsme"] <= 45
    assert 12 <= count["isme"] <= 20
    assert 7 <= count["hnte"] <= 10
    assert 1 <= count["leader"] <= 2
    assert 5 <= count["srdi"] <= 7


def test_the_sample_scenarios_are_computed_by_the_engine(look: Session) -> None:
    made = look.scalars(sa.select(Simulation).order_by(Simulation.id)).all()

    assert [each.scenario.name for each in made] == list(SCENARIOS)
    for each in made:
        total = tally(look, each).total
        assert total.firms == each.firms == look.scalar(sa.select(sa.func.count(Firm.id)))
        assert total.cost_before.low < total.cost_after.low < (total.cost_after.high or 0)
    assert why_outdated(look, rule_book(look), made) == {each.id: [] for each in made}
