"""The tree of units."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.forms import UnitEdit, UnitFields
from app.accounts.models import Unit, UnitKind, User
from app.accounts.permissions import Role
from app.core.errors import FieldError
from tests.browser import Visitor
from tests.factories import make_firm, make_unit, make_user


@pytest.fixture
def admin(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.ADMIN))


def fields(name: str, parent: Unit | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": "township", "parent_id": parent.id if parent else "", **more}


def edited(name: str, parent: Unit | None = None) -> dict[str, Any]:
    return fields(name, parent, version=1)


def paths(db: Session) -> dict[str, str]:
    return {unit.name: unit.path for unit in db.scalars(sa.select(Unit))}


def test_a_unit_moves_with_everything_below_it(admin: Visitor, db: Session) -> None:
    root, other = make_unit("区"), make_unit("另一区")
    town = make_unit("镇", parent=root)
    make_unit("村", parent=town)

    admin.post(f"/units/{town.id}", edited("镇", other))

    assert paths(db)["镇"] == f"/{other.id}/{town.id}/"
    assert paths(db)["村"].startswith(f"/{other.id}/{town.id}/")


def test_a_unit_cannot_be_moved_below_itself(admin: Visitor, db: Session) -> None:
    root = make_unit("区")
    town = make_unit("镇", parent=root)

    for parent in (root, town):
        page = admin.post(f"/units/{root.id}", edited("区", parent), status=422)
        assert "自己或自己的下级" in page.one("#parent_id-error").text

    assert paths(db) == {"区": f"/{root.id}/", "镇": f"/{root.id}/{town.id}/"}


def test_who_saves_second_sees_both_versions_and_loses_nothing(admin: Visitor, db: Session) -> None:
    root = make_unit("区")
    town = make_unit("镇")
    admin.post(f"/units/{town.id}", edited("甲镇", root))

    second = admin.post(f"/units/{town.id}", edited("乙镇"), status=409)
    version = second.one("[name=version]")["value"]
    admin.post(f"/units/{town.id}", fields("乙镇", version=version))

    shown = [[cell.text for cell in row.find_all(["th", "td"])] for row in second.all(".conflict tbody tr")]
    assert shown == [["名称", "乙镇", "甲镇"], ["上级单位", "—", "区"]]
    assert second.one("#name")["value"] == "乙镇"
    assert set(paths(db)) == {"区", "乙镇"}


def test_a_unit_that_moved_with_its_parent_was_edited_by_nobody(admin: Visitor) -> None:
    root, town = make_unit("区"), make_unit("镇")
    village = make_unit("村", parent=town)
    admin.post(f"/units/{town.id}", edited("镇", root))

    admin.post(f"/units/{village.id}", edited("新村", town))


@pytest.mark.parametrize(
    "use",
    [
        lambda unit: make_unit(parent=unit),
        lambda unit: make_user(unit_id=unit.id),
        lambda unit: make_firm(unit_id=unit.id),
        lambda unit: make_firm(park_id=unit.id),
    ],
)
def test_a_unit_in_use_is_not_removed_but_can_be_closed(
    admin: Visitor, db: Session, use: Callable[[Unit], Any]
) -> None:
    unit = make_unit("甲镇")
    use(unit)

    page = admin.post(f"/units/{unit.id}/removal", status=409)

    assert "正在使用" in page
    assert "甲镇" in paths(db)


def test_a_unit_that_was_never_used_is_removed(admin: Visitor, db: Session) -> None:
    unit = make_unit("甲镇")

    admin.post(f"/units/{unit.id}/removal")

    assert paths(db) == {}


def test_a_closed_unit_is_no_longer_offered_and_can_be_opened_again(admin: Visitor) -> None:
    unit = make_unit("甲镇")

    admin.post(f"/units/{unit.id}/closing")
    assert "甲镇" not in admin.get("/users/new").one("#unit_id").text
    admin.post(f"/units/{unit.id}/closing", status=409)
    admin.post(f"/units/{unit.id}/reopening")

    assert "甲镇" in admin.get("/users/new").one("#unit_id").text


def test_a_unit_with_open_units_below_stays_open(admin: Visitor) -> None:
    root = make_unit("区")
    make_unit("镇", parent=root)

    assert "“镇”" in admin.post(f"/units/{root.id}/closing", status=409)


def test_a_name_is_given_once(admin: Visitor) -> None:
    make_unit("甲镇")

    page = admin.post("/units", fields("甲镇"), status=422)

    assert "已有名为“甲镇”" in page.one("#name-error").text


def test_a_tree_too_deep_for_its_path_is_refused_before_anything_is_written(admin: Visitor, db: Session) -> None:
    parent = None
    for number in range(120):
        parent = make_unit(f"第{number}层", parent=parent) if parent is None or len(parent.path) < 196 else parent
    lone = make_unit("单独")
    below = make_unit("其下", parent=lone)

    admin.post(f"/units/{lone.id}", edited("单独", parent), status=422)

    assert paths(db)["单独"] == f"/{lone.id}/"
    assert paths(db)["其下"] == f"/{lone.id}/{below.id}/"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=12))
def test_after_any_moves_every_path_is_the_way_from_the_root(
    engine: sa.Engine, moves: list[tuple[int, int | None]]
) -> None:
    with Session(engine, expire_on_commit=False) as session:
        actor = User(username="a", name="甲", role=Role.ADMIN, created_at=sa.func.now())
        session.add(actor)
        session.flush()
        units = [
            service.create_unit(session, actor, UnitFields(name=f"单位{n}", kind=UnitKind.TOWNSHIP)) for n in range(5)
        ]
        for moved, below in moves:
            move(session, actor, units[moved], None if below is None else units[below])

        for unit in units:
            assert unit.path == way_to(unit, {each.id: each for each in units})
        session.rollback()


def move(session: Session, actor: User, unit: Unit, parent: Unit | None) -> None:
    below = parent.id if parent else None
    wanted = UnitEdit(name=unit.name, kind=unit.kind, parent_id=below, version=unit.version)
    try:
        service.edit_unit(session, actor, unit, wanted)
    except FieldError:
        assert parent is not None
        assert parent.path.startswith(unit.path)


def way_to(unit: Unit, known: dict[int, Unit]) -> str:
    above = way_to(known[unit.parent_id], known) if unit.parent_id else "/"
    return f"{above}{unit.id}/"
