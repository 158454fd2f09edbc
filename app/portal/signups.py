"""开通申请: taken from anybody at a measured pace, and decided by the bureau."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import attempts, audit
from app.accounts.models import Attempt, User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Throttled
from app.firms.models import Firm
from app.portal import people
from app.portal.forms import PersonFields, SignUpFields
from app.portal.models import SignUp, SignUpState

MOST_WAITING = 2000
TOO_MANY = "提交次数过多，请过 15 分钟再试；着急的请直接联系科技局。"


def ask(db: Session, fields: SignUpFields, *, address: str) -> None:
    """Keep an application; the same one twice is kept once. Nothing of ours is looked up, so nothing can leak.

    Raises:
        Throttled: too many came for this credit code, from this address, or altogether.
    """
    # A name with a blank is nobody's user name, so that these tries never count against an account.
    attempt = attempts.reserve(db, f"sign up {fields.credit_code}", address)
    waiting = sa.select(sa.func.count()).where(SignUp.state == SignUpState.WAITING)
    if not isinstance(attempt, Attempt) or (db.scalar(waiting) or 0) >= MOST_WAITING:
        raise Throttled(TOO_MANY)
    same = SignUp.credit_code == fields.credit_code, SignUp.phone == fields.phone
    if db.scalar(sa.select(SignUp.id).where(*same, SignUp.state == SignUpState.WAITING).limit(1)):
        return
    made = SignUp(**fields.model_dump(), state=SignUpState.WAITING, asked_at=clock.now())
    db.add(made)
    db.flush()  # the event needs its id
    audit.record(db, None, "signup.asked", made)


def signups(state: SignUpState) -> sa.Select[SignUp]:
    """The applications in a state, the oldest first while they wait."""
    whole = sa.select(SignUp).options(joinedload(SignUp.decided_by), joinedload(SignUp.user))
    order = SignUp.id if state is SignUpState.WAITING else SignUp.id.desc()
    return whole.where(SignUp.state == state).order_by(order)


def firms_for(db: Session, asked: Collection[SignUp]) -> dict[str, Firm]:
    """Credit code → the firm of the pool, for applications; one that was merged stands for nothing."""
    codes = [each.credit_code for each in asked]
    wanted = sa.select(Firm).where(Firm.credit_code.in_(codes), Firm.merged_into_id.is_(None))
    return {firm.credit_code: firm for firm in db.scalars(wanted)}


def accept(db: Session, actor: User, signup: SignUp, fields: PersonFields) -> tuple[User, str]:
    """Make the account that was asked for; the user, and the token of their link.

    Raises:
        FieldError: the user name is taken, or no firm of the pool has the credit code.
        Conflict: it has been decided.
    """
    _check_open(db, signup)
    firm = firms_for(db, [signup]).get(signup.credit_code)
    if firm is None:
        raise FieldError("username", "企业库中没有这个统一社会信用代码，请先登记企业，或退回申请。")
    user, token = people.invite(db, actor, firm, fields)
    signup.user_id = user.id
    _decide(signup, actor, SignUpState.ACCEPTED)
    audit.record(db, actor, "signup.accepted", signup, changes={"用户名": user.username}, firm_id=firm.id)
    return user, token


def refuse(db: Session, actor: User, signup: SignUp, *, reason: str) -> None:
    """Turn an application down, and say why. Conflict where it has been decided."""
    _check_open(db, signup)
    signup.reason = reason
    _decide(signup, actor, SignUpState.REFUSED)
    audit.record(db, actor, "signup.refused", signup, changes={"原因": reason})


def _check_open(db: Session, signup: SignUp) -> None:
    lock(db, f"sign_up:{signup.id}")
    db.refresh(signup)
    if signup.state is not SignUpState.WAITING:
        raise Conflict("这份申请已经处理过，请刷新后查看。")


def _decide(signup: SignUp, actor: User, state: SignUpState) -> None:
    signup.state = state
    signup.decided_at, signup.decided_by_id = clock.now(), actor.id
