"""The pages of the matrix: on screen, on paper, as a file; and which units the names of a plan mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import Stale
from app.duties import queries, service
from app.duties.exports import MATRIX
from app.duties.forms import NameFields
from app.duties.listed import Asked, plan_asked
from app.duties.matrix import matrix_of
from app.duties.models import DutyName
from app.exports.answer import answer
from app.firms.queries import open_units, unit_options
from app.policytext.duties.roster import expand_units
from app.targets.queries import OTHER, WHOSE
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter()


class NameGate(ObjectGate):
    about = "name_id"

    def find(self, db: Session, actor: User, number: int) -> DutyName | None:  # noqa: ARG002
        return queries.name(db, number)


Reader = Annotated[User, Depends(Gate("duty:read"))]
Keeper = Annotated[User, Depends(Gate("duty:write"))]
Named = Annotated[DutyName, Depends(NameGate("duty:write"))]


@router.get("/duty-matrix", name="matrix.show")
def show(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    asked = plan_asked(db, actor, request.query_params)
    return page.show(
        "duties/matrix.html",
        asked=asked,
        matrix=matrix_of(db, actor, asked.policy) if asked.policy else None,
        tabs=_tabs(page, asked),
        plans=[(policy.id, policy.title) for policy in asked.plans],
    )


def _tabs(page: Pages, asked: Asked) -> list[Tab]:
    own, others = asked.counts
    choices = WHOSE if others else WHOSE[:1]
    whose = OTHER if asked.other else ""
    counts = {"": own, OTHER: others}
    return tabs_of(choices, whose, lambda code: page.url("matrix.show", query={"whose": code}), counts)


@router.get("/duty-matrix/print", name="matrix.print")
def show_on_paper(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    asked = plan_asked(db, actor, request.query_params)
    matrix = matrix_of(db, actor, asked.policy) if asked.policy else None
    back = page.url("matrix.show", query=dict(request.query_params))
    return page.show("duties/print.html", matrix=matrix, asked=asked, back=back)


@router.post("/exports/duty-matrix", name="matrix.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, MATRIX, posted)


@router.get("/duty-names", name="names.index")
def names(request: Request, page: Page, db: Db, actor: Keeper) -> Response:
    asked = plan_asked(db, actor, {**request.query_params, "whose": ""})
    found = queries.names(db, asked.policy.id) if asked.policy else []
    plans = [(policy.id, policy.title) for policy in asked.plans]
    return page.show("duties/names.html", asked=asked, rows=_proposals(db, found), plans=plans)


@dataclass(frozen=True)
class Proposal:
    """A name with the units it stands for; where nobody has decided, those that a reader would take it for."""

    name: DutyName
    units: list[tuple[int, str]]

    @property
    def words(self) -> str:
        return "、".join(label for _, label in self.units) or "本区没有这个单位"


def _proposals(db: Session, found: Sequence[DutyName]) -> list[Proposal]:
    units = queries.units_by_id(db)
    meant = expand_units((each.name for each in found), queries.roster(db))
    proposed = [[int(unit.key) for unit in each.units] for each in meant]
    chosen = (each.unit_ids if each.decided_at else ids for each, ids in zip(found, proposed, strict=True))
    return [
        Proposal(each, [(number, units[number].name) for number in ids if number in units])
        for each, ids in zip(found, chosen, strict=True)
    ]


@router.get("/duty-names/{name_id}", name="names.edit")
def edit(page: Page, db: Db, name: Named) -> Response:
    (proposal,) = _proposals(db, [name])
    values = {"unit_ids": [number for number, _ in proposal.units], "version": name.version}
    return _show_edit(page, db, name, Form(values=values))


@router.post("/duty-names/{name_id}", name="names.update")
def settle(request: Request, page: Page, db: Db, name: Named, posted: Posted) -> Response:
    form = Form.bind(NameFields, posted)
    if form.data is None:
        return _show_edit(page, db, name, form, status=422)
    try:
        service.settle_name(db, request.state.actor, name, form.data.unit_ids, version=form.data.version)
    except Stale:
        form.values["version"] = name.version
        names = queries.units_by_id(db)
        wanted = "、".join(names[each].name for each in form.data.unit_ids if each in names)
        (now,) = _proposals(db, [name])
        conflict = both_versions(db, name, {"本区单位": wanted}, {"本区单位": now.words if now.units else ""})
        return _show_edit(page, db, name, form, status=Stale.status, conflict=conflict)
    address = page.url("names.index", query={"policy": name.policy_id})
    return page.go_to(address, done=f"已确认“{name.name}”。")


def _show_edit(
    page: Pages,
    db: Db,
    name: DutyName,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: dict[str, Any] | None = None,
) -> Response:
    options = [(number, label.strip("　")) for number, label in unit_options(open_units(db))]
    return page.show("duties/name.html", status=status, name=name, form=form, options=options, conflict=conflict)
