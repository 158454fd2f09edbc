"""The page of one record: figures with their rows, firm by firm, ratings, the grade and the allowance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.commissioners.deeds import queries
from app.commissioners.deeds.allowance import judge
from app.commissioners.deeds.declared import deed_kinds
from app.commissioners.deeds.forms import POINTS
from app.commissioners.deeds.measuring import measured, sheet_of
from app.commissioners.deeds.models import Appraisal, AppraisalState, DeedState, Grade
from app.commissioners.deeds.terms import BY_CODE, MEASURES, Item, ServiceRecord
from app.commissioners.models import Commissioner
from app.core.text import moment
from app.rules import Answer, ConditionFinding, say_amount, say_comparison, say_missing
from app.web.pages import Pages
from app.web.tabs import tabs_of

GRADE_SIGNS = {Grade.EXCELLENT: "good", Grade.QUALIFIED: "accent", Grade.FAILED: "bad"}
DEED_SIGNS = {
    DeedState.WAITING: "warn",
    DeedState.CONFIRMED: "good",
    DeedState.REFUSED: "plain",
    DeedState.WITHDRAWN: "plain",
}
FIRM_HEADINGS = {
    "visits": "走访",
    "needs": "需求",
    "solved": "已解决",
    "promises": "承诺",
    "late": "逾期",
    "deeds": "事项",
}
ON_PHONES = {"visits", "solved", "late"}
APPROVE = "deed:approve"


class Say:
    """The engine's own sentences, for templates."""

    amount = staticmethod(say_amount)

    @staticmethod
    def condition(found: ConditionFinding) -> list[str]:
        """What a condition rests on; what is missing where that keeps it open."""
        if found.answer is Answer.UNKNOWN and found.missing:
            return [say_missing(each) for each in found.missing]
        return [say_comparison(each) for each in found.comparisons]


@dataclass(frozen=True)
class Figure:
    """One number of a record, with the address of the rows it counts."""

    label: str
    value: int
    unit: str
    url: str
    note: str


def whole(page: Pages, db: Session, actor: User, person: Commissioner, year: int) -> dict[str, Any]:
    """What the page needs, as far as this reader may know it."""
    record = queries.year_of(db, person, year)
    names, measures = queries.firm_names(db, record.firm_ids), [BY_CODE[code] for code in FIRM_HEADINGS]
    return {
        "person": person,
        "year": year,
        "years": tabs_of(
            [(each, f"{each}年") for each in queries.years_of(db, person)],
            year,
            lambda each: page.url("servicerecords.show", commissioner_id=person.id, query={"year": each}),
        ),
        "record": record,
        "figures": figures(page, person, year, record),
        "by_firm": sorted(names.items(), key=lambda each: each[1]),
        "reachable": queries.reached(db, actor, record.firm_ids),
        "per_firm": measures,
        "per_firm_headings": [_heading(each.code) for each in measures],
        "totals": [record.number(each.code) for each in measures],
        "deeds": queries.deeds_of(db, person, year),
        "kinds": deed_kinds(),
        "deed_signs": DEED_SIGNS,
        "is_own": queries.is_own(actor, person),
        "confirms": actor.may(APPROVE),
        **_judged(db, actor, person, year, record),
    }


def figures(page: Pages, person: Commissioner, year: int, record: ServiceRecord) -> list[Figure]:
    """Every measure with its number and the address of its rows; a nought leads nowhere."""
    made = []
    for each in MEASURES:
        number = record.number(each.code)
        query = {"year": year, "measure": each.code}
        url = page.url("servicerecords.items", commissioner_id=person.id, query=query) if number else ""
        made.append(Figure(each.label, number, each.unit, url, each.note))
    return made


def link_of(page: Pages, item: Item) -> str:
    """The page on which a thing stands."""
    match item.source:
        case "visit" | "promise" | "reply":
            return page.url("visits.show", firm_id=item.firm_id, visit_id=item.detail)
        case "need":
            return page.url("needs.show", need_id=item.ref)
        case "measure":
            return page.url("measures.show", measure_id=item.ref)
    return page.url("firms.show", firm_id=item.firm_id)


def _heading(code: str) -> dict[str, Any]:
    return {"label": FIRM_HEADINGS[code], "align": "right", "hide_on_phone": code not in ON_PHONES}


def _judged(db: Session, actor: User, person: Commissioner, year: int, record: ServiceRecord) -> dict[str, Any]:
    ratings, versions = queries.ratings_of(db, person, year), queries.appraisals_of(db, person, year)
    standing = next((each for each in versions if each.state is AppraisalState.SETTLED), None)
    # While ratings still change, each new one could be told from how the mean moves.
    told = not queries.is_own(actor, person) or queries.ever_settled(db, person.id, year)
    points = [each.points for each in ratings] if told else []
    found = measured(sheet_of(record, points, None, year), year)
    return {
        "ratings": ratings if actor.may(APPROVE) else [],
        "points": POINTS,
        "rated": len(ratings),
        "average": queries.mean(points),
        "average_told": told,
        "measured": found,
        "appraisal": standing,
        "waiting": next((each for each in versions if each.state is AppraisalState.PROPOSED), None),
        "grade_history": _history(versions, own=queries.is_own(actor, person)),
        "grades": Grade.options(),
        "grade_signs": GRADE_SIGNS,
        "findings": judge(db, sheet_of(record, points, standing, year), year),
        "say": Say,
    }


def _history(versions: Sequence[Appraisal], *, own: bool) -> list[dict[str, Any]]:
    """The versions of a grade; the person graded reads what was settled, not what was considered."""
    settled = AppraisalState.SETTLED, AppraisalState.REPLACED
    shown = [each for each in versions if not own or each.state in settled]
    return [
        {
            "when": moment(each.decided_at or each.proposed_at),
            "title": f"{each.grade}（{each.state}）",
            "who": " / ".join(user.name for user in (each.proposed_by, each.decided_by) if user),
            "text": "；".join(text for text in (_measured(each), each.reason, each.remark) if text),
        }
        for each in shown
    ]


def _measured(version: Appraisal) -> str:
    return f"尺度得出{version.measured or '待核'}"
