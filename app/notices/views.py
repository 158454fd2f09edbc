"""Notices and the digest, for oneself; the calendar of working days, for those who keep it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError
from app.core.paging import counts_of, page_asked, paginate
from app.notices import mail, queries, service
from app.notices.forms import EARLIEST, LATEST, SpecialDayFields, SubscriptionFields
from app.notices.models import Channel, Notice, SpecialDay, Subscription
from app.notices.workdays import FIRST_YEAR, special_days, workdays
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page
from app.web.tabs import tabs_of

router = APIRouter()


class NoticeGate(ObjectGate):
    """Lets a user reach notices of their own, about firms that they still reach."""

    about = "notice_id"

    def find(self, db: Session, actor: User, number: int) -> Notice | None:
        return db.scalar(queries.notices_of(actor).where(Notice.id == number))


class SubscriptionGate(ObjectGate):
    about = "subscription_id"

    def find(self, db: Session, actor: User, number: int) -> Subscription | None:
        mine = [each for each in queries.subscriptions_of(db, actor) if each.id == number]
        return mine[0] if mine else None


class SpecialDayGate(ObjectGate):
    about = "special_day_id"

    def find(self, db: Session, actor: User, number: int) -> SpecialDay | None:  # noqa: ARG002
        return db.get(SpecialDay, number)


Reader = Annotated[User, Depends(Gate("notice:read"))]
Opened = Annotated[Notice, Depends(NoticeGate("notice:read"))]
Stopped = Annotated[Subscription, Depends(SubscriptionGate("notice:read"))]
Planner = Annotated[User, Depends(Gate("workday:read"))]
Keeper = Annotated[User, Depends(Gate("workday:write"))]
Entered = Annotated[SpecialDay, Depends(SpecialDayGate("workday:write"))]


@router.get("/notices", name="notices.index")
def index(request: Request, page: Page, db: Db, actor: Reader, state: str = "unread") -> Response:
    state = state if state in queries.STATES else "unread"
    number, size = page_asked(request.query_params)
    lengths = counts_of(db, {code: queries.notices_of(actor, code) for code in queries.STATES})
    tabs = tabs_of(
        queries.STATES.items(), state, lambda code: page.url("notices.index", query={"state": code}), lengths
    )
    found = paginate(db, queries.notices_of(actor, state), number=number, size=size)
    return page.show("notices/index.html", fragment="results", found=found, tabs=tabs, state=state)


@router.post("/notices/readings", name="notices.read_all")
def read_all(page: Page, db: Db, actor: Reader) -> Response:
    done = service.mark_all_read(db, actor)
    return page.go("notices.index", done=f"已把 {done} 条标为已读。")


@router.post("/notices/{notice_id}/opening", name="notices.open")
def open_notice(page: Page, notice: Opened) -> Response:
    service.mark_read(notice)
    return page.go(notice.route, **notice.parameters)


@router.get("/digest", name="digest.show")
def digest(page: Page, db: Db, actor: Reader) -> Response:
    return _show_digest(page, db, actor, Form(values={"channel": "email", "hour": "8"}))


@router.post("/digest/subscriptions", name="digest.subscribe")
def subscribe(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    form: Form[SubscriptionFields] = Form.bind(SubscriptionFields, posted)
    if form.data:
        try:
            made = service.subscribe(db, actor, form.data)
            return page.go("digest.show", done=f"已订阅：每天{made.hour}时以{made.channel}发送。")
        except FieldError as error:
            form.reject(error)
    return _show_digest(page, db, actor, form, status=422)


@router.post("/digest/subscriptions/{subscription_id}/removal", name="digest.unsubscribe")
def unsubscribe(request: Request, page: Page, db: Db, subscription: Stopped) -> Response:
    service.unsubscribe(db, request.state.actor, subscription)
    return page.go("digest.show", done=f"已停止{subscription.channel}的每日摘要。")


def _show_digest(page: Page, db: Session, actor: User, form: Form[Any], *, status: int = 200) -> Response:
    shown = [(each, _hint(service.address_of(each)[0])) for each in queries.subscriptions_of(db, actor)]
    hours = [(str(hour), f"{hour}时") for hour in range(EARLIEST, LATEST + 1)]
    return page.show(
        "notices/digest.html",
        status=status,
        form=form,
        shown=shown,
        hours=hours,
        channels=Channel.options(),
        has_mail=mail.is_set_up(),
        last=queries.last_deliveries(db, actor),
    )


def _hint(address: str) -> str:
    """Enough of an address to know it again; the key of a robot is never shown."""
    name, at, domain = address.partition("@")
    return f"{name[:2]}…{at}{domain}" if at and "/" not in address else f"…{address[-4:]}" if address else "无法读取"


@router.get("/workdays", name="workdays.index")
def workdays_index(page: Page, db: Db, _actor: Planner, year: str = "") -> Response:
    return _show_year(page, db, _year(year), Form())


@router.post("/workdays", name="workdays.enter")
def enter(page: Page, db: Db, actor: Keeper, posted: Posted) -> Response:
    form: Form[SpecialDayFields] = Form.bind(SpecialDayFields, posted)
    if form.data:
        entered = service.enter_special_day(db, actor, form.data)
        said = "上班" if entered.worked else "放假"
        address = page.url("workdays.index", query={"year": entered.day.year})
        return page.go_to(address, done=f"已记下{entered.day.isoformat()}{said}。")
    return _show_year(page, db, clock.today().year, form, status=422)


@router.post("/workdays/{special_day_id}/removal", name="workdays.withdraw")
def withdraw(request: Request, page: Page, db: Db, entered: Entered) -> Response:
    service.withdraw_special_day(db, request.state.actor, entered)
    return page.go("workdays.index", done="已撤回，按国家公布的安排。")


def _year(given: str) -> int:
    year = int(given) if given.isascii() and given.isdigit() and len(given) == len("2026") else clock.today().year
    return year if FIRST_YEAR <= year <= date.max.year - 1 else clock.today().year


def _show_year(page: Page, db: Session, year: int, form: Form[Any], *, status: int = 200) -> Response:
    return page.show(
        "notices/workdays.html",
        status=status,
        form=form,
        year=year,
        days=special_days(db, year),
        published=workdays(db).is_published(year),
        entered=queries.entered_days(db, year),
    )
