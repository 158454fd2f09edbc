"""Guessing is slowed down, and nobody can lock others out for good."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.accounts import attempts, passwords
from app.accounts.models import Attempt
from app.core import db as database
from tests.browser import Answer, Visitor
from tests.factories import make_user

Enter = Callable[..., Visitor]
SignIn = Callable[..., Answer]


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The passwords that were really compared with the hash of a user."""
    compared: list[str] = []
    real = passwords.matches

    def matches(password: str, password_hash: str | None) -> bool:
        if password_hash is not None:
            compared.append(password)
        return real(password, password_hash)

    monkeypatch.setattr(passwords, "matches", matches)
    return compared


def guess() -> object:
    with database.writing() as session:
        return attempts.reserve(session, "somebody", "1.2.3.4")


def test_after_five_failures_even_the_right_password_is_refused_in_the_same_words(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None], verified: list[str]
) -> None:
    user = make_user()
    guest = visitor()

    wrong = [sign_in(guest, user.username, "wrong", status=422).text for _ in range(20)]
    right = sign_in(guest, user.username, status=422).text

    assert len(verified) == 5
    assert {right, *wrong} == {right}


def test_a_closed_account_opens_after_a_quarter_of_an_hour(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None]
) -> None:
    user = make_user()
    for _ in range(6):
        sign_in(visitor(), user.username, "wrong", status=422)

    clock(minutes=15)

    sign_in(visitor(), user.username)


def test_however_long_somebody_guesses_the_account_is_never_closed_for_more_than_half_an_hour(
    engine: sa.Engine, clock: Callable[..., None]
) -> None:
    for _ in range(36):  # six hours of it
        for _ in range(2):
            guess()
        clock(minutes=10)

    clock(minutes=30)

    assert isinstance(guess(), Attempt)


def test_tries_refused_while_closed_do_not_keep_it_closed(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None]
) -> None:
    user = make_user()
    for _ in range(5):
        sign_in(visitor(), user.username, "wrong", status=422)
    for _ in range(14):
        clock(minutes=1)
        sign_in(visitor(), user.username, "wrong", status=422)

    clock(minutes=1)

    sign_in(visitor(), user.username)


def test_one_guess_at_each_of_many_accounts_is_stopped_by_address(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None], verified: list[str]
) -> None:
    users = [make_user() for _ in range(30)]

    for user in users:
        sign_in(visitor(), user.username, "wrong", status=422)

    assert len(verified) == 20


def test_on_a_known_device_one_gets_in_although_others_closed_the_account(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None]
) -> None:
    user = make_user()
    own = visitor()
    sign_in(own, user.username)
    own.client.cookies.delete("s")

    for _ in range(30):
        sign_in(visitor(), user.username, "wrong", status=422)

    sign_in(visitor(), user.username, status=422)
    sign_in(own, user.username)


def test_a_known_device_has_a_budget_too(visitor: Enter, sign_in: SignIn, clock: Callable[..., None]) -> None:
    user = make_user()
    own = visitor()
    sign_in(own, user.username)

    for _ in range(5):
        sign_in(own, user.username, "wrong", status=422)

    sign_in(own, user.username, status=422)


@pytest.mark.parametrize("change", [lambda text: text[:-1] + "0", lambda text: "x" + text, lambda _: "a.1.b"])
def test_a_forged_device_is_not_known(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None], change: Callable[[str], str]
) -> None:
    user = make_user()
    own = visitor()
    sign_in(own, user.username)
    forged = change(own.client.cookies["device"])
    for _ in range(5):
        sign_in(visitor(), user.username, "wrong", status=422)

    guest = visitor()
    guest.client.cookies.set("device", forged)

    if forged != own.client.cookies["device"]:
        sign_in(guest, user.username, status=422)


def test_guesses_sent_at_once_do_not_slip_past_the_limit(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(lambda _: guess(), range(16)))

    assert sum(isinstance(outcome, Attempt) for outcome in outcomes) == 5


def test_an_unknown_and_a_closed_account_cost_a_comparison_too(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user()
    for _ in range(5):
        sign_in(visitor(), user.username, "wrong", status=422)
    compared: list[object] = []
    monkeypatch.setattr(passwords, "matches", lambda _, kept: bool(compared.append(kept)))

    sign_in(visitor(), "nobody", "wrong", status=422)
    sign_in(visitor(), user.username, "wrong", status=422)

    assert compared == [None, None]
