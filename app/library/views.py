"""The pages of the library: documents, a text with what was read in it, and decisions about that."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.accounts import audit
from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, writing_apart
from app.accounts.models import User
from app.core.errors import FieldError, NotFound, Stale
from app.core.fields import LARGEST_ID
from app.core.filestore import path_of
from app.core.paging import page_asked, paginate
from app.library import queries, service
from app.library.forms import ADDED, DECIDED, LEVELS, STATUSES, PolicyFields, Rejection
from app.library.models import ProvisionKind, ProvisionState
from app.library.page import Asked, index_page, reader_page
from app.library.queries import PolicySearch
from app.library.reader import Progress
from app.library.relations import relations_of
from app.policies.models import Policy
from app.web.database import Db
from app.web.downloads import download
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter(prefix="/policies")
IDENTITY: dict[str, Any] = {
    "levels": [(each, each) for each in LEVELS],
    "statuses": [(each, each) for each in STATUSES],
}
Reader = Annotated[User, Depends(Gate("policy:read"))]
Writer = Annotated[User, Depends(Gate("policy:write"))]
PolicyId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
ProvisionId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("", name="policies.index")
def index(request: Request, page: Page, db: Db, _actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    wanted = PolicySearch.read(request.query_params)
    found = paginate(db, queries.policies(wanted), number=number, size=size)
    shown = index_page(db, found.items)
    return page.show("library/index.html", fragment="results", found=found, wanted=wanted, **IDENTITY, **shown)


@router.get("/search", name="policies.search")
def search(request: Request, page: Page, db: Db, _actor: Reader, q: str = "") -> Response:
    number, size = page_asked(request.query_params)
    word = q.strip()[:100]
    found = paginate(db, queries.found_clauses(word), number=number, size=size) if word else None
    return page.show("library/search.html", fragment="results", word=word, found=found)


@router.get("/{policy_id}", name="policies.show")
def show(request: Request, page: Page, db: Db, _actor: Reader, policy_id: PolicyId) -> Response:
    policy = queries.get_policy(db, policy_id)
    return _show(page, db, policy, Asked.of(request.query_params))


def _show(page: Pages, db: Db, policy: Policy, asked: Asked, *, status: int = 200, **more: Any) -> Response:
    shown = reader_page(db, policy, asked)
    tabs = _tabs(page, policy, asked, shown["progress"]) if shown["text"] else []
    return page.show("library/show.html", status=status, policy=policy, asked=asked, tabs=tabs, **{**shown, **more})


def _tabs(page: Pages, policy: Policy, asked: Asked, progress: Progress) -> list[Tab]:
    """The whole text, what waits, and each kind of what was read: (kind, state), of which one is given at most."""
    waits, waiting = ProvisionState.OPEN, ("", ProvisionState.OPEN.code)
    kinds = {(kind.code, ""): kind for kind in ProvisionKind}
    return tabs_of(
        [(("", ""), "全文"), (waiting, waits.label), *((key, kind.label) for key, kind in kinds.items())],
        (asked.kind, asked.state),
        lambda key: page.url("policies.show", policy_id=policy.id, query={"kind": key[0], "state": key[1]}),
        {waiting: progress.states[waits], **{key: progress.kinds[kind] for key, kind in kinds.items()}},
    )


@router.get("/{policy_id}/file", name="policies.file")
def file(request: Request, db: Db, actor: Reader, policy_id: PolicyId) -> Response:
    policy = queries.get_policy(db, policy_id)
    text = queries.text_of(db, policy)
    if text is None:
        raise NotFound
    with writing_apart(request) as own:
        audit.record(own, actor, "policy.downloaded", policy)
    if text.file_key and path_of(text.file_key).is_file():
        content = path_of(text.file_key).read_bytes()
        return download(content, name=text.file_name or "原文", media_type="application/octet-stream")
    return download(text.words.encode(), name=f"{policy.title}.txt", media_type="text/plain; charset=utf-8")


@router.get("/{policy_id}/edit", name="policies.edit")
def edit(page: Page, db: Db, _actor: Writer, policy_id: PolicyId, ended_by: str = "") -> Response:
    policy = queries.get_policy(db, policy_id)
    values = {**service.identity_of(policy), "version": policy.version}
    replaced = queries.ended_by(relations_of(db, policy), policy) if ended_by else None
    if replaced is not None:
        values |= {"status": queries.ENDED, "ends_on": policy.ends_on or replaced.policy.starts_on}
    return _show_edit(page, policy, Form(values=values), replaced=replaced)


@router.post("/{policy_id}", name="policies.update")
def update(page: Page, db: Db, actor: Writer, policy_id: PolicyId, posted: Posted) -> Response:
    policy = queries.get_policy(db, policy_id)
    form = Form.bind(PolicyFields, posted)
    if form.data is None:
        return _show_edit(page, policy, form, status=422)
    try:
        service.describe(db, actor, policy, form.data)
    except Stale:
        now = service.in_words(service.identity_of(policy))
        conflict = both_versions(db, policy, service.in_words(form.values), now)
        form.values["version"] = policy.version
        return _show_edit(page, policy, form, status=Stale.status, conflict=conflict)
    return page.go("policies.show", policy_id=policy.id, done="已保存。")


def _show_edit(page: Pages, policy: Policy, form: Form[Any], *, status: int = 200, **more: Any) -> Response:
    shown = {**IDENTITY, "conflict": None, "replaced": None, **more}
    return page.show("library/edit.html", status=status, policy=policy, form=form, **shown)


@router.post("/{policy_id}/provisions", name="policies.add_provision")
def add_provision(
    page: Page, db: Db, actor: Writer, policy_id: PolicyId, posted: Posted, kind: str = "target"
) -> Response:
    policy = queries.get_policy(db, policy_id)
    text, chosen = queries.text_of(db, policy), _kind(kind)
    if text is None:
        raise NotFound
    form: Form[Any] = Form.bind(ADDED[chosen], posted)
    if form.data:
        try:
            provision = service.add(db, actor, text, chosen, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go_to(_address(page, policy, provision.id), done="已添加。")
    return _show(page, db, policy, Asked(add=chosen.code, path=str(form.values.get("path", ""))), status=422, form=form)


@router.post("/{policy_id}/provisions/{provision_id}/decision", name="policies.decide")
def decide(
    page: Page, db: Db, actor: Writer, policy_id: PolicyId, provision_id: ProvisionId, posted: Posted
) -> Response:
    policy = queries.get_policy(db, policy_id)
    provision = queries.provision_of(db, policy, provision_id)
    form: Form[Any] = Form.bind(DECIDED[provision.kind], posted)
    if form.data is None:
        return _show(page, db, policy, Asked(provision=provision.id), status=422, form=form)
    try:
        service.confirm(db, actor, provision, form.data, version=form.data.version, note=form.data.note)
    except Stale:
        return _show(page, db, policy, Asked(provision=provision.id), status=409, form=form, late=True)
    return page.go_to(_next_address(page, db, policy, provision.id), done=f"{provision.state.label}。")


@router.post("/{policy_id}/provisions/{provision_id}/rejection", name="policies.reject")
def reject(
    page: Page, db: Db, actor: Writer, policy_id: PolicyId, provision_id: ProvisionId, posted: Posted
) -> Response:
    policy = queries.get_policy(db, policy_id)
    provision = queries.provision_of(db, policy, provision_id)
    form: Form[Any] = Form.bind(Rejection, posted)
    if form.data is None:
        form.values = {**provision.body, "version": provision.version, "note": "", **form.values}
        return _show(page, db, policy, Asked(provision=provision.id), status=422, form=form)
    try:
        service.reject(db, actor, provision, version=form.data.version, note=form.data.reason)
    except Stale:
        return _show(page, db, policy, Asked(provision=provision.id), status=409, late=True)
    return page.go_to(_next_address(page, db, policy, provision.id), done="已记为不采用。")


def _kind(code: str) -> ProvisionKind:
    try:
        return ProvisionKind.of(code)
    except ValueError as error:
        raise NotFound from error


def _address(page: Pages, policy: Policy, provision_id: int) -> str:
    return f"{page.url('policies.show', policy_id=policy.id, query={'provision': provision_id})}#m-{provision_id}"


def _next_address(page: Pages, db: Db, policy: Policy, provision_id: int) -> str:
    """The next provision that waits, so that a plan is gone through without going back to its list."""
    following = queries.next_open(db, policy, provision_id)
    return _address(page, policy, following or provision_id)
