"""Every refusal and failure as a page a person can act on; details go to the log under a reference number."""

import logging
import re
import secrets
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.errors import AppError, BadInput, Conflict, Forbidden, NotFound, TooLarge, Unavailable
from app.web.pages import Pages

log = logging.getLogger("tidu")

BY_STATUS: dict[int, type[AppError]] = {400: BadInput, 403: Forbidden, 404: NotFound, 413: TooLarge}
SECRET_PATH = re.compile(r"^(/welcome/).+")
MESSAGES = {
    400: "提交的内容无法识别，请返回上一页重新操作。",
    405: "这个地址不支持这种操作，请从页面上的按钮进入。",
    413: "提交的内容超过大小限制，请拆分后再提交。",
}


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, refused)
    app.add_exception_handler(HTTPException, no_such_page)
    app.add_exception_handler(RequestValidationError, bad_address)
    app.add_exception_handler(StaleDataError, lost_race)
    app.add_exception_handler(IntegrityError, taken_meanwhile)
    app.add_exception_handler(OperationalError, database_down)
    app.add_exception_handler(PoolTimeout, database_down)
    app.add_exception_handler(Exception, failed)


def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return page(request, error.status, error.title, error.message)


def no_such_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = BY_STATUS.get(error.status_code, AppError)
    if error.status_code == NotFound.status:
        return page(request, 404, NotFound.title, NotFound().message)
    return page(request, error.status_code, kind.title, MESSAGES.get(error.status_code, "请返回上一页重新操作。"))


def bad_address(request: Request, _error: Exception) -> Response:
    return page(request, 404, NotFound.title, NotFound().message)


def lost_race(request: Request, _error: Exception) -> Response:
    return page(request, 409, Conflict.title, "这条记录刚刚被他人修改，您的修改没有保存。请返回后刷新页面再试。")


def taken_meanwhile(request: Request, error: Exception) -> Response:
    """The database's own rules held where two people entered the same thing at once."""
    message = "同样的内容刚刚被他人登记，或正被其他记录使用，您的修改没有保存。请返回后刷新页面，核对再试。"
    return page(request, Conflict.status, Conflict.title, message, _log(request, error))


def database_down(request: Request, error: Exception) -> Response:
    assert isinstance(error, SQLAlchemyError)
    reference = _log(request, error)
    response = page(
        request, Unavailable.status, Unavailable.title, "数据库暂时繁忙，内容没有保存，请稍后重试。", reference
    )
    response.headers["retry-after"] = "2"
    return response


def failed(request: Request, error: Exception) -> Response:
    reference = _log(request, error)
    message = "系统出现意外错误，内容没有保存。请稍后重试，或把编号告诉管理员。"
    return page(request, AppError.status, AppError.title, message, reference)


def too_large(app: FastAPI) -> ASGIApp:
    """The answer to a body that announces itself as too large, for the guard that stands before the application."""
    return at_the_door(app, lambda request: page(request, TooLarge.status, TooLarge.title, MESSAGES[TooLarge.status]))


def at_the_door(app: FastAPI, refuse: Callable[[Request], Response]) -> ASGIApp:
    """A page shown by a guard before the application is reached; the page's links still need the routes."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("app", app)
        response = await run_in_threadpool(refuse, Request(scope, receive))
        await response(scope, receive, send)

    return answer


def page(request: Request, status: int, title: str, message: str, reference: str = "") -> Response:
    return Pages(request).show(
        "errors/error.html", status=status, title=title, message=message, reference=reference, status_code=status
    )


def told_path(request: Request) -> str:
    """The path of a request as it may be written down: a one-time link is as good as a password until it is used."""
    return SECRET_PATH.sub(r"\1…", request.url.path)[:200]


def _log(request: Request, error: Exception) -> str:
    reference = secrets.token_hex(4)
    log.error("%s %s failed [%s]", request.method, told_path(request), reference, exc_info=error)
    return reference
