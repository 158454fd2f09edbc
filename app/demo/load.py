"""Writing the demonstration district into an empty database, in one transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.forms import UnitFields
from app.accounts.models import Unit, User
from app.accounts.service import create_unit
from app.commissioners.limits import limits_of
from app.core import clock
from app.core.errors import Conflict
from app.demo.accounts import keep_password, load_admin, load_users
from app.demo.commissioners import load_commissioners, load_selection
from app.demo.district import district
from app.demo.helping import load_visits
from app.demo.ledger import load_ledger, renew_statements
from app.demo.making import make_pool
from app.demo.needs import load_needs, load_resources
from app.demo.plans import load_plans
from app.demo.pool import DemoFirm
from app.demo.scenarios import load_scenarios
from app.demo.service import load_service
from app.demo.statements import load_statements
from app.firms.models import Assignment, Contact, Firm, FormerName

SOURCE = "演示数据"
COMMISSIONERS = ("commissioner1", "commissioner2", "commissioner3")
FIRMS_EACH = 12


def load_demo(db: Session) -> None:
    """Make the demonstration district; where it stands already, only bring what was vouched for up to today.

    Raises:
        Conflict: the database holds firms of its own, among which invented ones must never come.
    """
    if db.scalar(sa.select(Firm.id).where(Firm.source == SOURCE).limit(1)):
        keep_password(db)
        renew_statements(db)
        load_plans(db)
        return
    if db.scalar(sa.select(Firm.id).limit(1)):
        raise Conflict("数据库中已有企业，不能再装入演示数据。请换一个空的数据目录。")
    today = clock.today()
    pool = make_pool(today)
    admin = load_admin(db)
    units = _load_units(db, admin)
    ids = _load_firms(db, pool, units)
    first = _first_of_each(pool)
    users = load_users(db, admin, units, first)
    _load_people(db, pool, ids)
    load_commissioners(db, users["bureau1"], users, units, first, today)
    load_selection(db, users["bureau1"], today)
    _assign(db, pool, ids, users, today)
    load_ledger(db, pool, ids, users["bureau1"], today)
    archetypes = {archetype: ids[code] for archetype, code in first.items()}
    load_statements(db, archetypes, users, today)
    load_resources(db, users["bureau1"])
    load_needs(db, archetypes, users, today)
    load_visits(db, archetypes, users)
    load_service(db, users, today)
    load_scenarios(db, users["bureau1"])
    load_plans(db)
    audit.record(db, None, "demo.loaded", changes={"count": len(pool)})


def first_firms(db: Session) -> dict[str, int]:
    """Archetype → the number of its first firm in the district as it was loaded."""
    ids = {row.credit_code: row.id for row in db.execute(sa.select(Firm.credit_code, Firm.id))}
    return {archetype: ids[code] for archetype, code in _first_of_each(make_pool(clock.today())).items()}


def _load_units(db: Session, admin: User) -> dict[str, Unit]:
    """Name → unit, each under one named before it."""
    made: dict[str, Unit] = {}
    for spec in district().units:
        parent = made[spec.under].id if spec.under else None
        made[spec.name] = create_unit(db, admin, UnitFields(name=spec.name, kind=spec.kind, parent_id=parent))
    return made


def _load_firms(db: Session, pool: Iterable[DemoFirm], units: Mapping[str, Unit]) -> dict[str, int]:
    """Credit code → id."""
    moment = clock.now()
    db.execute(sa.insert(Firm), [_firm_row(firm, units, moment) for firm in pool])
    return {row.credit_code: row.id for row in db.execute(sa.select(Firm.credit_code, Firm.id))}


def _firm_row(firm: DemoFirm, units: Mapping[str, Unit], moment: datetime) -> dict[str, object]:
    return {
        "credit_code": firm.credit_code,
        "name": firm.name,
        "legal_form": firm.legal_form,
        "founded_on": firm.founded_on,
        "registered_capital": firm.registered_capital,
        "industry": firm.industry,
        "business_scope": firm.business_scope,
        "address": firm.address,
        "region": "达坂城区",
        "state": firm.state,
        "unit_id": units[firm.unit].id,
        "park_id": units[firm.park].id if firm.park else None,
        "source": SOURCE,
        "created_at": moment,
        "changed_at": moment,
    }


def _first_of_each(pool: Iterable[DemoFirm]) -> dict[str, str]:
    """Archetype → credit code of its first firm."""
    found: dict[str, str] = {}
    for firm in pool:
        found.setdefault(firm.archetype, firm.credit_code)
    return found


def _load_people(db: Session, pool: Iterable[DemoFirm], ids: Mapping[str, int]) -> None:
    contacts = [
        {"firm_id": ids[firm.credit_code], "name": person.name, "post": person.post, "phone": person.phone}
        for firm in pool
        for person in firm.contacts
    ]
    names = [
        {
            "firm_id": ids[firm.credit_code],
            "name": firm.former_name,
            "until": firm.founded_on + timedelta(days=400),
        }
        for firm in pool
        if firm.former_name
    ]
    db.execute(sa.insert(Contact), contacts)
    db.execute(sa.insert(FormerName), names)


def _assign(
    db: Session, pool: Iterable[DemoFirm], ids: Mapping[str, int], users: Mapping[str, User], today: date
) -> None:
    """A dozen firms for each commissioner, the most promising first; every fourth was another's until last year."""
    chosen = [firm for firm in reversed(tuple(pool)) if firm.assigned][: FIRMS_EACH * len(COMMISSIONERS)]
    for place, firm in enumerate(chosen):
        new = today - timedelta(days=200 + place)
        now, before = (users[COMMISSIONERS[(place + shift) % len(COMMISSIONERS)]] for shift in (0, 1))
        until = limits_of(db, now).until
        db.add(Assignment(firm_id=ids[firm.credit_code], user_id=now.id, starts_on=new, ends_on=until))
        if place % 4 == 0:
            old = new - timedelta(days=365)
            ended = new - timedelta(days=1)
            db.add(Assignment(firm_id=ids[firm.credit_code], user_id=before.id, starts_on=old, ends_on=ended))
    db.flush()
