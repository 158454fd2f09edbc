"""The pages of the register: list, entry, adding, mending, declared interests, exporting."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, ObjectGate, number_in
from app.accounts.models import User
from app.commissioners import queries, service, shown
from app.commissioners.exports import COMMISSIONERS
from app.commissioners.forms import CommissionerFields, InterestFields, in_words, technology_fields, values_of
from app.commissioners.models import USUAL_LOAD, Commissioner, Degree, InterestKind, TermState
from app.commissioners.search import SORTS, CommissionerSearch, entries
from app.core.errors import FieldError, NotFound, Stale
from app.core.paging import counts_of, page_asked, paginate
from app.exports.answer import answer
from app.firms.queries import unit_options
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of

router = APIRouter()


class CommissionerGate(ObjectGate):
    about = "commissioner_id"

    def find(self, db: Session, actor: User, number: int) -> Commissioner | None:  # noqa: ARG002
        return queries.person(db, number)


Reader = Annotated[User, Depends(Gate("commissioner:read"))]
Writer = Annotated[User, Depends(Gate("commissioner:write"))]
Shown = Annotated[Commissioner, Depends(CommissionerGate("commissioner:read"))]
Subject = Annotated[Commissioner, Depends(CommissionerGate("commissioner:write"))]


@router.get("/commissioners", name="commissioners.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    named = queries.of_account(db, request.query_params.get("account", ""))
    if named is not None:
        return page.go("commissioners.show", commissioner_id=named.id)
    search = CommissionerSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    return page.show(
        "commissioners/index.html",
        fragment="results",
        search=search,
        found=paginate(db, entries(search), number=number, size=size),
        load=queries.load_by_user(db),
        tabs=_tabs(page, db, search),
        headings=_headings(page, search),
        fields=[(each, each) for each in technology_fields()],
        signs=shown.SIGNS,
        writable=actor.may("commissioner:write"),
        all_firms=actor.may("firm:list") and queries.sees_all(actor),
    )


@router.get("/commissioners/new", name="commissioners.new")
def new(page: Page, db: Db, _actor: Writer) -> Response:
    return _form_page(page, db, Form(values={"most_firms": USUAL_LOAD}))


@router.post("/commissioners", name="commissioners.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(CommissionerFields, posted)
    if form.data:
        try:
            made = service.enter(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("commissioners.show", done=f"{made.name}已加入科技专员名册。", commissioner_id=made.id)
    return _form_page(page, db, form)


@router.post("/exports/commissioners", name="commissioners.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, COMMISSIONERS, posted)


@router.get("/commissioners/{commissioner_id}", name="commissioners.show")
def show(request: Request, page: Page, db: Db, person: Shown) -> Response:
    return _show_page(page, db, request.state.actor, person, Form())


@router.get("/commissioners/{commissioner_id}/edit", name="commissioners.edit")
def edit(page: Page, db: Db, person: Subject) -> Response:
    return _form_page(page, db, Form(values=values_of(person)), person)


@router.post("/commissioners/{commissioner_id}", name="commissioners.update")
def update(request: Request, page: Page, db: Db, person: Subject, posted: Posted) -> Response:
    form = Form.bind(CommissionerFields, posted)
    if form.data:
        try:
            service.edit(db, request.state.actor, person, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            return _raced(page, db, person, form)
        else:
            return page.go("commissioners.show", done="已保存。", commissioner_id=person.id)
    return _form_page(page, db, form, person)


@router.post("/commissioners/{commissioner_id}/interests", name="interests.create")
def declare(request: Request, page: Page, db: Db, person: Subject, posted: Posted) -> Response:
    form = Form.bind(InterestFields, posted)
    if form.data:
        try:
            made = service.declare_interest(db, request.state.actor, person, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            done = f"已登记与“{made.firm.name}”的利益关系，今后不会派驻该企业。"
            return page.go("commissioners.show", done=done, commissioner_id=person.id)
    return _show_page(page, db, request.state.actor, person, form, status=422)


@router.post("/commissioners/{commissioner_id}/interests/{interest_id}/withdrawal", name="interests.withdraw")
def withdraw(request: Request, page: Page, db: Db, person: Subject) -> Response:
    number = number_in(request, "interest_id")
    interest = queries.interest_of(db, person, number) if number else None
    if interest is None:
        raise NotFound
    service.withdraw_interest(db, request.state.actor, person, interest)
    done = f"已撤回与“{interest.firm.name}”的利益关系。"
    return page.go("commissioners.show", done=done, commissioner_id=person.id)


def _tabs(page: Pages, db: Session, search: CommissionerSearch) -> list[Tab]:
    choices = [ALL, *TermState.options()]
    lengths = counts_of(db, {code: entries(search.but(state=code)) for code, _ in choices})
    return tabs_of(choices, search.state, lambda code: _list_url(page, search.but(state=code)), lengths)


def _headings(page: Pages, search: CommissionerSearch) -> list[Any]:
    by = {
        code: {
            "label": label,
            "sort_url": _list_url(page, search.sorted_by(code)),
            "sorted": search.direction(code),
        }
        for code, label in SORTS.items()
    }
    aside = [{"label": label, "hide_on_phone": True} for label in ("工作单位", "技术领域")]
    return [by["name"], *aside, "状态", {**by["load"], "align": "right"}, {**by["term"], "hide_on_phone": True}]


def _list_url(page: Pages, search: CommissionerSearch) -> str:
    address = page.url("commissioners.index")
    return f"{address}?{search.query}" if search.query else address


def _show_page(
    page: Pages, db: Session, actor: User, person: Commissioner, form: Form[Any], *, status: int = 200
) -> Response:
    told = shown.whole(db, actor, person)
    return page.show("commissioners/show.html", status=status, form=form, kinds=InterestKind.options(), **told)


def _raced(page: Pages, db: Session, person: Commissioner, form: Form[Any]) -> Response:
    users = {str(number): name for number, name in queries.accounts(db, person)}
    units = queries.unit_names(db)
    mine, theirs = (in_words(values, users, units) for values in (form.values, values_of(person)))
    conflict = both_versions(db, person, mine, theirs)
    form.values["version"] = person.version
    return _form_page(page, db, form, person, conflict=conflict)


def _form_page(
    page: Pages,
    db: Session,
    form: Form[Any],
    person: Commissioner | None = None,
    *,
    conflict: dict[str, Any] | None = None,
) -> Response:
    status = Stale.status if conflict else 422 if form.errors else 200
    return page.show(
        "commissioners/edit.html",
        status=status,
        form=form,
        person=person,
        conflict=conflict,
        degrees=Degree.options(),
        fields=[(each, each) for each in technology_fields()],
        users=queries.accounts(db, person),
        units=[(number, name.strip("　")) for number, name in unit_options(queries.near_units(db))],
    )
