"""The way of a text into the library: what is pasted or uploaded, and how far its reading is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import FieldError
from app.core.fields import LARGEST_ID, ODD
from app.jobs.models import Job
from app.library import queries, taking
from app.library.forms import NewText
from app.library.models import Intake, IntakeState
from app.library.opening import LARGEST
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter(prefix="/policies")
TAKEN_IN = "已读入。请逐条核对读出的内容，确认之后才生效。"


class IntakeGate(ObjectGate):
    """Lets a user follow what they gave themselves; anybody else's looks as if there were none."""

    about = "intake_id"

    def find(self, db: Session, actor: User, number: int) -> Intake | None:
        return queries.intake_of(db, actor, number)


Writer = Annotated[User, Depends(Gate("policy:write"))]
PolicyId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Followed = Annotated[Intake, Depends(IntakeGate("intake:read"))]


@router.get("/new", name="policies.new")
def new(page: Page, db: Db, _actor: Writer, policy_id: PolicyId | None = None) -> Response:
    return _show_new(page, db, Form(values={"policy_id": policy_id}))


@router.post("", name="policies.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(NewText, posted)
    if form.data:
        try:
            upload = _upload(form.data)
            known = queries.get_policy(db, form.data.policy_id) if form.data.policy_id else None
            intake = taking.ask(db, actor, form.data.words, upload, known)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("policies.intake", intake_id=intake.id)
    return _show_new(page, db, form, status=422)


def _upload(fields: NewText) -> tuple[str, bytes] | None:
    """The uploaded file; None where words were pasted. FieldError where there is neither, or too much."""
    if isinstance(fields.file, UploadFile) and fields.file.filename:
        name = ODD.sub("", fields.file.filename.replace("\\", "/").rpartition("/")[2])[-200:]
        content = fields.file.file.read(LARGEST + 1)
        if not content:
            raise FieldError("file", "文件是空的，请重新选择。")
        if len(content) > LARGEST:
            raise FieldError("file", "文件超过 20 MB。请只上传方案本身，或直接粘贴正文。")
        return name or "未命名", content
    if not fields.words.strip():
        raise FieldError("words", "请粘贴正文，或选择文件。")
    return None


@router.get("/intakes/{intake_id}", name="policies.intake")
def intake(page: Page, db: Db, intake: Followed) -> Response:
    match intake.state:
        case IntakeState.READING:
            job = db.get(Job, intake.job_id) if intake.job_id else None
            return page.show("library/progress.html", fragment="status", intake=intake, job=job)
        case IntakeState.DONE if intake.text is not None:
            return page.go("policies.show", policy_id=intake.text.policy_id, done=TAKEN_IN)
    if page.request.headers.get("hx-request"):
        return page.go("policies.intake", intake_id=intake.id)
    return _show_refused(page, db, intake)


def _show_refused(page: Pages, db: Db, refused: Intake) -> Response:
    form: Form[Any] = Form(values={"policy_id": refused.policy_id, "words": refused.words})
    form.errors["file" if refused.file_name else "words"] = refused.refusal or "没有读完，请再试一次。"
    return _show_new(page, db, form, refused=refused)


def _show_new(page: Pages, db: Db, form: Form[Any], *, status: int = 200, refused: Intake | None = None) -> Response:
    number = str(form.values.get("policy_id") or "")
    policy = queries.get_policy(db, int(number)) if number.isdecimal() and len(number) < len(str(LARGEST_ID)) else None
    return page.show("library/new.html", status=status, form=form, policy=policy, refused=refused)
