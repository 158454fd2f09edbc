"""Headers on every answer, forms only from our own pages, hosts and sizes: over all routes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.accounts import sessions
from app.accounts.permissions import Role
from app.main import build, create_app
from app.settings import Settings
from app.web import headers as headers_module
from app.web.headers import FIXED, POLICY
from tests.authz.inventory import Route, inventory
from tests.browser import Visitor
from tests.factories import make_user, sign_in_directly

ROUTES = inventory(build())
WRITING = [route for route in ROUTES if route.changes]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def served() -> Any:
    return create_app()


@pytest.fixture
def client(served: Any, engine: sa.Engine) -> TestClient:
    return TestClient(served, base_url="http://127.0.0.1:8321", raise_server_exceptions=False)


def address(route: Route) -> str:
    return route.address(dict.fromkeys(route.parameters, "1"))


def has_headers(answer: Any) -> bool:
    served_with = {name: answer.headers.get(name) for name in FIXED}
    return served_with == FIXED and "cache-control" in answer.headers and "server" not in answer.headers


def test_the_content_policy_allows_nothing_unsafe() -> None:
    assert "unsafe" not in POLICY
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(
        POLICY.split("; ")
    )


def test_every_route_answers_with_every_header(client: TestClient) -> None:
    own = {"sec-fetch-site": "same-origin"}
    bare = {
        (route.method, route.path)
        for route in ROUTES
        if not has_headers(client.request(route.method, address(route), headers=own, follow_redirects=False))
    }

    assert bare == set()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404), ("GET", "/static/own/none.css", 404), ("GET", "/static/own/../settings.py", 404),
        ("PUT", "/users", 405), ("DELETE", "/sign-in", 405), ("TRACE", "/", 405), ("GET", "/openapi.json", 404),
        ("GET", "/docs", 404), ("GET", "/metrics", 404), ("GET", "/.git/HEAD", 404), ("GET", "/users/", 404),
        ("GET", "/USERS", 404), ("GET", "/users;x", 404), ("OPTIONS", "/users", 405),
        ("PROPFIND", "/", 405),
    ],
)  # fmt: skip
def test_what_is_not_there_answers_in_chinese_with_every_header(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)

    assert answer.status_code == status
    assert has_headers(answer)
    assert CHINESE.search(answer.text)


def test_a_body_too_large_is_refused_in_chinese_with_every_header(client: TestClient) -> None:
    headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}

    answer = client.post("/sign-in", content=b"x" * (22 * 1024 * 1024), headers=headers)

    assert answer.status_code == 413
    assert has_headers(answer)
    assert "超过大小限制" in answer.text


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_with_too_many_fields_is_refused(client: TestClient, kind: str) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    content = b"&".join([b"a=1"] * 10_000) if "urlencoded" in kind else part * 10_000 + b"--b--\r\n"

    answer = client.post("/sign-in", content=content, headers={"sec-fetch-site": "same-origin", "content-type": kind})

    assert answer.status_code in {400, 413}
    assert CHINESE.search(answer.text)


@pytest.mark.parametrize("host", ["e.example", "127.0.0.1.e.example", "e.example:8321", "", "127.0.0.1:8321@e.example"])
def test_a_host_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/sign-in", headers={"host": host})

    assert answer.status_code == 400
    assert has_headers(answer)
    assert CHINESE.search(answer.text)


def test_a_forwarded_host_changes_no_address(client: TestClient) -> None:
    answer = client.get("/users", headers={"x-forwarded-host": "e.example"}, follow_redirects=False)

    assert answer.headers["location"] == "/sign-in?next=/users"


FOREIGN = [
    {}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"},
    {"origin": "http://e.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:8321.e.example"},
    {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8321"},
]  # fmt: skip


def test_no_form_is_taken_from_another_site(client: TestClient, engine: sa.Engine) -> None:
    token = sign_in_directly(make_user(Role.BUREAU))
    body = {"csrf_token": sessions.form_token_for(token)}

    taken = [
        (route.path, headers)
        for route in WRITING
        for headers in FOREIGN[: None if route is WRITING[0] else 2]
        if client.post(address(route), data=body, headers={"cookie": f"s={token}", **headers}).status_code != 403
    ]

    assert taken == []


def test_a_form_from_another_site_is_written_down(client: TestClient, engine: sa.Engine) -> None:
    answer = client.post("/units", headers={"sec-fetch-site": "cross-site"})

    with engine.connect() as connection:
        bodies = connection.execute(sa.text("SELECT body FROM event")).scalars().all()
    assert "不是从本系统页面发出的" in answer.text
    assert ["来自其他网站" in body for body in bodies] == [True]


@pytest.mark.parametrize("given", ["", "wrong", "other"])
def test_no_form_is_taken_without_this_sessions_token(client: TestClient, engine: sa.Engine, given: str) -> None:
    token, other = sign_in_directly(make_user(Role.ADMIN)), sign_in_directly(make_user(Role.ADMIN))
    csrf = sessions.form_token_for(other) if given == "other" else given
    headers = {"cookie": f"s={token}", "sec-fetch-site": "same-origin"}
    gated = [route for route in WRITING if not route.gate.public and not route.parameters]

    statuses = {
        route.path: client.post(
            address(route), data={"csrf_token": csrf}, headers=headers, follow_redirects=False
        ).status_code
        for route in gated
    }

    assert set(statuses.values()) == {403}


def test_a_body_that_is_no_form_is_refused(client: TestClient) -> None:
    headers = {"sec-fetch-site": "same-origin", "content-type": "text/plain"}

    assert client.post("/sign-in", content=b"username=a", headers=headers).status_code == 400


def test_over_tls_the_cookie_is_host_bound_and_the_browser_told_to_stay(
    visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    secured = Settings(public_origin="https://tidu.example")
    for module in (sessions, headers_module):
        monkeypatch.setattr(module, "settings", lambda: secured)
    user = make_user(Role.ADMIN)

    answer = visitor().post("/sign-in", {"username": user.username, "password": "Tidu-2026-correct"})

    [cookie] = [line for line in answer.headers.get_list("set-cookie") if line.startswith("__Host-s=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-http-method-override": "DELETE"}, {"x-original-url": "/users"}, {"x-rewrite-url": "/users"},
        {"x-forwarded-for": "10.0.0.1"}, {"x-forwarded-user": "admin"}, {"authorization": "Basic YTph"},
    ],
)  # fmt: skip
def test_no_header_opens_a_page(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/users", headers=headers, follow_redirects=False)

    assert answer.headers["location"] == "/sign-in?next=/users"


def test_a_failure_says_nothing_but_its_number(
    visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("SELECT secret FROM /work/app/settings.py")

    monkeypatch.setattr("app.accounts.queries.units", fail)

    page = visitor(make_user(Role.ADMIN)).get("/units", status=500)

    assert not re.search(r"SELECT|RuntimeError|Traceback|settings\.py", page.text)
    assert page.one("code").text in caplog.text


def test_a_race_that_only_the_database_saw_is_a_conflict(
    visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(username="zhang.san")
    monkeypatch.setattr("app.accounts.queries.user_by_name", lambda *_: None)
    fields = {"username": "zhang.san", "name": "张三", "role": "leader"}

    page = visitor(make_user(Role.ADMIN)).post("/users", fields, status=409)

    assert "刚刚被他人登记" in page
