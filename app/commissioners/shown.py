"""A commissioner's page: who it is, which firms, what was handed over, what was declared, what was changed."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.history import line
from app.accounts.models import User
from app.commissioners import queries
from app.commissioners.forms import term_words
from app.commissioners.models import Commissioner, TermState
from app.core import clock
from app.core.text import day, moment

SIGNS = {TermState.SERVING: "good", TermState.AHEAD: "accent", TermState.OVER: "warn", TermState.NONE: "plain"}


def whole(db: Session, actor: User, person: Commissioner) -> dict[str, Any]:
    """What the page needs, as far as this reader may know it."""
    is_open = queries.is_open_to(actor, person)
    assignments = queries.assignments_of(db, actor, person)
    today = clock.today()
    current = [each for each in assignments if each.ends_on is None or each.ends_on >= today]
    return {
        "person": person,
        "sign": SIGNS[person.state],
        "details": _details(db, actor, person),
        "load": queries.load_of(db, person.user_id),
        "current": current,
        "former": [each for each in assignments if each not in current],
        "handovers": queries.handovers_of(db, actor, person),
        "interests": queries.standing_interests(db, person) if is_open else [],
        "is_open": is_open,
        "writable": actor.may("commissioner:write"),
        "history": _history(db, person) if is_open else [],
    }


def _details(db: Session, actor: User, person: Commissioner) -> list[dict[str, Any]]:
    units = queries.unit_names(db)
    rows = [
        ("工作单位", person.institution),
        ("学历学位", person.degree.label if person.degree else "—"),
        ("职称职务", person.post or "—"),
        ("技术领域", person.fields or "—"),
        ("专长", person.words or "—"),
        ("聘期", term_words(person)),
        ("与单位的合同到期", day(person.contract_ends_on)),
        ("最多派驻", f"{person.most_firms} 家"),
        ("就近服务", "、".join(units.get(each, "—") for each in person.unit_ids) or "全区"),
        ("登录账号", person.user.username if person.user else "还没有账号，不能派驻；请系统管理员建立后在“修改”里关联"),
    ]
    if actor.may("commissioner:write") or person.user_id == actor.id:
        rows += [("联系方式", person.phone or "—"), ("备注", person.note or "—")]
    return [{"label": label, "value": value} for label, value in rows]


def _history(db: Session, person: Commissioner) -> list[dict[str, Any]]:
    told = (line(event) for event in queries.events_of(db, person))
    return [
        {
            "when": moment(each.at),
            "title": each.sentence,
            "who": each.who,
            "text": "；".join(f"{one.label}：{one.before} → {one.after}" for one in each.changes if one.before),
        }
        for each in told
    ]
