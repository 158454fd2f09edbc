"""两步登录: turning it on and off, taking a code once, recovery codes, and the administrator's way out."""

import hmac
import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import attempts, audit, passwords, sessions, totp
from app.accounts.forms import FactorChange
from app.accounts.models import Attempt, RecoveryCode, SignedIn, User
from app.accounts.permissions import Role
from app.core import clock, keys
from app.core.errors import Conflict, FieldError
from app.settings import settings

RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 3
# One sentence, whichever of the two was wrong.
WRONG = "密码或动态口令不正确，或输错次数过多。多次输错须等待，最长 30 分钟。"
WRONG_CODE = "动态口令不正确、已经用过，或输错次数过多。请等手机上换出下一个再输入；多次输错须等待，最长 30 分钟。"
ON, OFF = "开通了两步登录，请重新登录。", "关闭了两步登录，请重新登录。"


def insist_on_known_roles() -> None:
    """Conflict where the setting names a role that there is none of: it would be required of nobody, unnoticed."""
    unknown = settings().second_factor_roles - {role.code for role in Role}
    if unknown:
        known = "、".join(role.code for role in Role)
        raise Conflict(f"TIDU_SECOND_FACTOR 里的“{'、'.join(sorted(unknown))}”不是岗位代码，可以用的有：{known}")


def is_required(user: User) -> bool:
    return user.role.code in settings().second_factor_roles


def is_due(user: User) -> bool:
    """Whether the user must turn on the second factor before anything else."""
    return is_required(user) and user.second_factor_at is None


def proposed_seed(db: Session, user: User, signed_in: SignedIn) -> bytes:
    """The seed offered in this session: made without writing anything, another one after each use."""
    used = db.scalar(sa.select(sa.func.max(RecoveryCode.id)).where(RecoveryCode.user_id == user.id)) or 0
    text = f"{user.id} {signed_in.token_hash} {used}"
    return hmac.new(keys.key_for("second factor"), text.encode(), "sha256").digest()[: totp.SEED_BYTES]


def enable(db: Session, actor: User, signed_in: SignedIn, fields: FactorChange, *, address: str) -> list[str]:
    """Turn it on with a first code; the recovery codes, which are shown this once.

    Raises:
        Conflict: it is on already.
        FieldError: the password or the code is wrong.
    """
    user = db.get_one(User, actor.id)
    if user.second_factor_at is not None:
        raise Conflict("两步登录已经开通。")
    seed = proposed_seed(db, user, signed_in)
    _check(db, user, fields, address, lambda: totp.matching_step(seed, fields.code, _now()) is not None)
    _switch_on(db, user, seed, fields.code)
    codes = _new_recovery_codes(db, user)
    sessions.end_all(db, user, f"您{ON}", but=signed_in)
    audit.record(db, user, "factor.enabled", user)
    return codes


def disable(db: Session, actor: User, signed_in: SignedIn, fields: FactorChange, *, address: str) -> None:
    """Turn it off, by whoever still has it.

    Raises:
        Conflict: it is off, or required for the user's role.
        FieldError: the password or the code is wrong.
    """
    user = db.get_one(User, actor.id)
    if user.second_factor_at is None:
        raise Conflict("两步登录没有开通，不需要关闭。")
    if is_required(user):
        raise Conflict(f"“{user.role.label}”岗位须使用两步登录，不能关闭。换手机请先用恢复码登录，再请管理员重置。")
    _check(db, user, fields, address, lambda: _takes(db, user, fields.code))
    _clear(db, user)
    sessions.end_all(db, user, f"您{OFF}", but=signed_in)
    audit.record(db, user, "factor.disabled", user)


def reset(db: Session, actor: User | None, user: User) -> None:
    """The administrator's way out for somebody who lost phone and recovery codes; ends their sessions."""
    if user.second_factor_at is None:
        raise Conflict(f"“{user.name}”没有开通两步登录，不需要重置。")
    _clear(db, user)
    sessions.end_all(db, user, "管理员重置了您的两步登录，请重新登录。")
    audit.record(db, actor, "factor.reset", user)


def confirm(db: Session, user: User, code: str, *, address: str) -> None:
    """Take the second step of signing in; FieldError where the code is wrong, used, or tried too often."""
    attempt = attempts.reserve(db, user.username, address, f"code-{user.id}")
    if not isinstance(attempt, Attempt) or not _takes(db, user, code):
        audit.record(db, None, "factor.refused", user, result="denied")
        raise FieldError("code", WRONG_CODE)
    attempt.succeeded = True


def codes_left(db: Session, user: User) -> int:
    unused = sa.select(sa.func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.scalar(unused) or 0


def _check(db: Session, user: User, fields: FactorChange, address: str, is_right: Callable[[], bool]) -> None:
    """Look at the password and then at the code, neither of them without counting the try first."""
    attempt = attempts.reserve(db, user.username, address, f"change-{user.id}")
    known = isinstance(attempt, Attempt) and passwords.matches(fields.current, user.password_hash)
    if not isinstance(attempt, Attempt) or not known or not is_right():
        raise FieldError("current", WRONG)
    attempt.succeeded = True


def _switch_on(db: Session, user: User, seed: bytes, code: str) -> None:
    concealed = keys.conceal("totp", seed, bound_to=str(user.id))
    on = {"totp_seed": concealed, "totp_step": totp.matching_step(seed, code, _now()), "second_factor_at": clock.now()}
    # The condition is the database's to check: of two who turn it on at once, one comes too late.
    if not _changed(db, sa.update(User).where(User.id == user.id, User.second_factor_at.is_(None)).values(on)):
        raise Conflict("两步登录已经开通。")
    db.refresh(user)


def _new_recovery_codes(db: Session, user: User) -> list[str]:
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(user, code)) for code in codes)
    return codes


def _takes(db: Session, user: User, code: str) -> bool:
    """Whether a code is the user's and was not used before; it is used up by asking."""
    return _takes_step(db, user, code) or _takes_recovery_code(db, user, code)


def _takes_step(db: Session, user: User, code: str) -> bool:
    seed = keys.reveal("totp", user.totp_seed or "", bound_to=str(user.id))
    step = totp.matching_step(seed, code, _now()) if seed else None
    if step is None:
        return False
    # The condition is the database's to check: of two who send one code at once, one comes too late.
    later = sa.update(User).where(User.id == user.id, User.totp_step < step).values(totp_step=step)
    return _changed(db, later)


def _takes_recovery_code(db: Session, user: User, code: str) -> bool:
    mine = (RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(user, code))
    used = sa.update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=clock.now())
    if not _changed(db, used):
        return False
    audit.record(db, user, "factor.recovered", user, changes={"count": codes_left(db, user)})
    return True


def _changed(db: Session, change: sa.Update) -> bool:
    result = db.execute(change.execution_options(synchronize_session=False))
    return bool(getattr(result, "rowcount", 0) == 1)


def _clear(db: Session, user: User) -> None:
    # Not through the object: that would raise `version`, which guards the administrator's form.
    _changed(db, sa.update(User).where(User.id == user.id).values(totp_seed=None, second_factor_at=None))
    db.refresh(user)
    unused = sa.update(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    db.execute(unused.values(used_at=clock.now()).execution_options(synchronize_session=False))


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(GROUPS))


def _hash(user: User, code: str) -> str:
    return keys.seal("recovery code", f"{user.id} {code.lower()}")


def _now() -> int:
    return totp.step_of(clock.now().timestamp())
