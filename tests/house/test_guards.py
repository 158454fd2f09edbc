"""The guards around the application: headers, origin, gates."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from app.web.gated import OnlyGated
from app.web.headers import FIXED, SecurityHeaders
from app.web.origin import SameOrigin


def bare_app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.add_api_route("/ungated", lambda: PlainTextResponse("secret"), methods=["GET", "POST"])
    return app


def test_an_answer_that_no_gate_allowed_never_leaves() -> None:
    client = TestClient(SecurityHeaders(OnlyGated(bare_app())))

    answer = client.get("/ungated")

    assert answer.status_code == 500
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/ungated"])
def test_every_answer_carries_the_security_headers(path: str) -> None:
    client = TestClient(SecurityHeaders(OnlyGated(bare_app())))

    answer = client.get(path)

    assert {name: answer.headers[name] for name in FIXED} == FIXED


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"}, {"origin": "http://elsewhere.example"}],
)
def test_a_post_from_elsewhere_is_refused(headers: dict[str, Any]) -> None:
    client = TestClient(SameOrigin(bare_app()), base_url="http://127.0.0.1:8321")

    answer = client.post("/ungated", headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1:8321"}])
def test_a_post_from_our_own_page_passes(headers: dict[str, Any]) -> None:
    client = TestClient(SameOrigin(bare_app()), base_url="http://127.0.0.1:8321")

    answer = client.post("/ungated", headers=headers)

    assert answer.status_code == 200
