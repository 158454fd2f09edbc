"""Changes to accounts."""

from app.accounts.service.links import create_user_with_link, one_time_link
from app.accounts.service.passwords import change_password, set_first_password
from app.accounts.service.sign_in import end_session, end_sessions, sign_in, sign_out
from app.accounts.service.units import close_unit, create_unit, edit_unit, remove_unit, reopen_unit
from app.accounts.service.users import create_user, disable_user, edit_user, reinstate_user

__all__ = [
    "change_password",
    "close_unit",
    "create_unit",
    "create_user",
    "create_user_with_link",
    "disable_user",
    "edit_unit",
    "edit_user",
    "end_session",
    "end_sessions",
    "one_time_link",
    "reinstate_user",
    "remove_unit",
    "reopen_unit",
    "set_first_password",
    "sign_in",
    "sign_out",
]
