"""The refusals: a class per answer the web can give; each message says what to do next."""

from typing import Any


class AppError(Exception):
    status, title = 500, "系统出错"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(AppError):
    status, title = 400, "无法识别的请求"


class Unauthenticated(AppError):
    status, title = 401, "请先登录"


class Forbidden(AppError):
    status, title = 403, "没有权限"


class NotFound(AppError):
    status, title = 404, "没有找到"

    def __init__(self, message: str = "没有找到这一页，或者它不在您的管理范围内。请从列表中重新进入。") -> None:
        super().__init__(message)


class Conflict(AppError):
    status, title = 409, "无法完成"


class TooLarge(AppError):
    status, title = 413, "内容过大"


class Throttled(AppError):
    status, title = 429, "操作过于频繁"


class Unavailable(AppError):
    status, title = 503, "暂时不能使用"


class FieldError(AppError):
    """A value was refused for a reason only the database knows; shown beside its field."""

    status, title = 422, "填写有误"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Stale(AppError):
    """Somebody else saved first: carries what stands now, so the page can show both versions."""

    status, title = 409, "已被他人修改"

    def __init__(self, current: Any) -> None:
        super().__init__("在您编辑期间，这条记录已被他人修改。您的填写内容仍在下方，请核对后再保存。")
        self.current = current
