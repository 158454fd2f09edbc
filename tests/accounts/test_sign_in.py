"""Signing in and out, and what becomes of a form that outlived its session."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Event, SignedIn, User
from app.accounts.permissions import Role
from app.accounts.service.sign_in import REFUSED
from app.core import db as database
from tests.browser import Answer, Visitor
from tests.factories import PASSWORD, make_user

Enter = Callable[..., Visitor]
SignIn = Callable[..., Answer]


def test_the_right_password_leads_to_where_one_was_going(visitor: Enter, sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)

    answer = sign_in(visitor(), user.username, next="/users?role=firm")

    assert answer.headers["location"] == "/users?role=firm"


def test_a_user_name_is_taken_whatever_its_case_and_blanks(visitor: Enter, sign_in: SignIn) -> None:
    make_user(Role.ADMIN, username="li.kezhang")

    sign_in(visitor(), "  Li.KeZhang ")


def test_every_refusal_reads_the_same(visitor: Enter, sign_in: SignIn) -> None:
    known = make_user()
    gone = make_user()
    with database.writing() as session:
        session.execute(sa.update(User).where(User.id == gone.id).values(disabled_at=gone.created_at))
    waiting = make_user()
    with database.writing() as session:
        session.execute(sa.update(User).where(User.id == waiting.id).values(password_hash=None))

    pages = [
        sign_in(visitor(), name, password, status=422).text.replace(name, "NAME")
        for name, password in (
            (known.username, "wrong"),
            ("nobody", "wrong"),
            (gone.username, PASSWORD),
            (waiting.username, "wrong"),
        )
    ]

    assert REFUSED in pages[0]
    assert len(set(pages)) == 1


def test_a_refused_password_is_never_sent_back(visitor: Enter, sign_in: SignIn) -> None:
    answer = sign_in(visitor(), "somebody", "my-secret-word", status=422)

    assert "my-secret-word" not in answer.text
    assert answer.one("#username")["value"] == "somebody"


def test_every_sign_in_and_every_refusal_leaves_one_event(visitor: Enter, sign_in: SignIn, db: Session) -> None:
    user = make_user()

    sign_in(visitor(), user.username, "wrong", status=422)
    sign_in(visitor(), user.username)

    events = db.scalars(sa.select(Event).order_by(Event.id)).all()
    assert [event.kind for event in events] == ["session.refused", "session.started"]
    assert '"address":"testclient"' in events[1].body


def test_a_made_up_session_id_is_never_adopted(visitor: Enter, sign_in: SignIn, db: Session) -> None:
    user = make_user(Role.ADMIN)
    guest = visitor()
    guest.client.cookies.set("s", "made-up", domain="127.0.0.1")

    sign_in(guest, user.username)

    assert dict(guest.client.cookies)["s"] != "made-up"
    stored = db.scalars(sa.select(SignedIn.token_hash)).all()
    assert len(stored) == 1
    assert re.fullmatch(r"[0-9a-f]{64}", stored[0])


def test_signing_in_again_gives_another_id_and_both_are_long(visitor: Enter, sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)
    guest = visitor()

    sign_in(guest, user.username)
    first = guest.client.cookies["s"]
    sign_in(guest, user.username)

    assert guest.client.cookies["s"] != first
    assert len(first) >= 43


def test_signing_out_ends_the_session_and_empties_the_browser(visitor: Enter) -> None:
    user = make_user(Role.ADMIN)
    admin = visitor(user)
    token = admin.client.cookies["s"]

    answer = admin.post("/sign-out")

    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    admin.client.cookies.set("s", token, domain="127.0.0.1")
    assert admin.get("/users", status=303).headers["location"].startswith("/sign-in")


def test_a_page_asked_for_without_a_session_is_reached_after_signing_in(visitor: Enter, sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)
    guest = visitor()

    led = guest.get("/users?role=firm", status=303)
    page = guest.follow(led)
    answer = sign_in(guest, user.username, next=page.one("input[name=next]")["value"])

    assert answer.headers["location"] == "/users?role=firm"


ELSEWHERE = [
    "//e.example", "///e.example", "////e.example", "/\\e.example", "\\\\e.example", "\\/e.example",
    "/\\/e.example", "http://e.example", "https://e.example", "http:e.example", "http:/e.example",
    "https:e.example", "HTTP://e", "javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/hosts",
    "mailto:a@e.example",
    "/\t/e.example", "/\n/e.example", "/\r/e.example", "\t//e.example", " //e.example", "/ /e.example",
    "/\u2028/e.example", "/\u00a0/e.example", "/\u3000e", "/\x00/e.example", "/\x0b/e", "e.example", "./e", "../e",
    "", "?next=//e", "#e", "/a\r\nLocation: http://e", "／／e.example", "/\u200b\u2028", "@e.example", ":80",
]  # fmt: skip


def test_no_form_of_next_leads_to_another_site(visitor: Enter, sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)
    guest = visitor()

    led = {address: sign_in(guest, user.username, next=address).headers["location"] for address in ELSEWHERE}

    assert len(led) >= 40
    assert set(led.values()) == {"/"}


def test_a_hash_below_the_floor_is_renewed_at_sign_in(
    visitor: Enter, sign_in: SignIn, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(Role.ADMIN)
    monkeypatch.setattr(passwords, "hasher", lambda: passwords.FLOOR)

    sign_in(visitor(), user.username)

    kept = db.scalar(sa.select(User.password_hash).where(User.id == user.id)) or ""
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def kept_form(answer: Answer) -> dict[str, Any]:
    return {field["name"]: field["value"] for field in answer.all("form input[type=hidden]")}


def test_what_was_typed_survives_an_expired_session(
    visitor: Enter, sign_in: SignIn, clock: Callable[..., None], db: Session
) -> None:
    user = make_user(Role.ADMIN)
    admin = visitor(user)
    clock(minutes=16)

    refused = admin.post("/units", {"name": "梧桐镇“试”<b>", "kind": "township", "parent_id": ""}, status=401)
    again = sign_in(admin, user.username, status=200, **kept_form(refused))
    form = again.one("form")
    admin.post(form["action"], kept_form(again))

    assert form["action"] == "/units"
    assert "已重新登录" in again
    assert db.scalar(sa.text("SELECT name FROM unit")) == "梧桐镇“试”<b>"


def test_secrets_are_not_kept(visitor: Enter) -> None:
    fields = {"current": "secret-one", "password": "secret-two", "repeat": "secret-two"}

    answer = visitor().post("/password", fields, status=401)

    assert "secret" not in answer.text


def test_files_have_to_be_chosen_again_and_it_says_so(visitor: Enter, sign_in: SignIn) -> None:
    user = make_user(Role.ADMIN)
    guest = visitor()

    refused = guest.post("/units", {"name": "甲"}, status=401, files={"file": ("a.txt", b"text")})
    again = sign_in(guest, user.username, status=200, **kept_form(refused))

    assert "附件需要重新选择" in again
    assert again.one("form")["enctype"] == "multipart/form-data"


def test_a_wrong_password_in_between_loses_nothing(visitor: Enter, sign_in: SignIn) -> None:
    guest = visitor()
    refused = guest.post("/units", {"name": "梧桐镇"}, status=401)

    second = sign_in(guest, "nobody", "wrong", status=422, **kept_form(refused))

    assert "梧桐镇" in second.one("input[name=kept]")["value"]


def test_a_form_of_an_earlier_session_can_be_posted_again(visitor: Enter, db: Session) -> None:
    user = make_user(Role.ADMIN)
    admin = visitor(user)

    refused = admin.post("/units", {"name": "梧桐镇", "kind": "township", "csrf_token": "old"}, status=403)
    admin.post(refused.one("form")["action"], kept_form(refused))

    assert db.scalar(sa.text("SELECT name FROM unit")) == "梧桐镇"


@pytest.mark.parametrize(
    "kept", ["", "x", "[]", '{"path":"//e.example","pairs":[]}', '{"path":"/units","pairs":[["a"]]}', '{"pairs":[]}']
)
def test_a_kept_form_that_is_not_ours_is_ignored(visitor: Enter, sign_in: SignIn, kept: str) -> None:
    user = make_user(Role.ADMIN)

    sign_in(visitor(), user.username, kept=kept, status=303)


def test_a_fragment_leads_the_whole_page_to_sign_in(visitor: Enter) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://127.0.0.1:8321/users?q=x"}

    answer = visitor().get("/users?q=xy", status=204, headers=headers)

    assert answer.headers["hx-redirect"] == "/sign-in?next=/users%3Fq%3Dx"
