"""Changes to accounts."""

from app.accounts.service.factor import confirm as confirm_factor
from app.accounts.service.factor import disable as disable_factor
from app.accounts.service.factor import enable as enable_factor
from app.accounts.service.factor import reset as reset_factor
from app.accounts.service.links import create_user_with_link, one_time_link
from app.accounts.service.passwords import change_password, set_first_password
from app.accounts.service.sign_in import check_password, end_session, end_sessions, let_in, sign_out
from app.accounts.service.units import close_unit, create_unit, edit_unit, remove_unit, reopen_unit
from app.accounts.service.users import create_user, disable_user, edit_user, reinstate_user

__all__ = [
    "change_password",
    "check_password",
    "close_unit",
    "confirm_factor",
    "create_unit",
    "create_user",
    "create_user_with_link",
    "disable_factor",
    "disable_user",
    "edit_unit",
    "edit_user",
    "enable_factor",
    "end_session",
    "end_sessions",
    "let_in",
    "one_time_link",
    "reinstate_user",
    "remove_unit",
    "reopen_unit",
    "reset_factor",
    "set_first_password",
    "sign_out",
]
