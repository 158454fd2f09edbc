"""A visitor who checks every page it is given: status, title, ids, labels, no inline script or style."""

import re
from collections import Counter, defaultdict
from typing import Any

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from app.accounts import sessions
from app.core.keys import key_for  # noqa: F401 - the form token below depends on the installation's key

HEADERS = {"sec-fetch-site": "same-origin", "user-agent": "tests"}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


class Answer:
    """A response, with its page parsed."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text if "text" in response.headers.get("content-type", "") else ""
        self.page = BeautifulSoup(self.text, "html5lib", store_line_numbers=False)

    def __contains__(self, sentence: str) -> bool:
        return sentence in self.page.get_text(" ", strip=True)

    def one(self, selector: str) -> Any:
        found = self.page.select(selector)
        assert len(found) == 1, f"{len(found)} × {selector} in:\n{self.page.get_text(' ', strip=True)[:2000]}"
        return found[0]

    def all(self, selector: str) -> list[Any]:
        return list(self.page.select(selector))

    def words(self) -> str:
        return self.page.get_text(" ", strip=True)


class Visitor:
    """`visitor.get("/firms")`, `visitor.post("/firms", {...}, status=422)`; follows no redirect by itself."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, address: str, *, status: int = 200, **options: Any) -> Answer:
        return self._check(self.client.get(address, headers=_headers(options), follow_redirects=False), status)

    def post(self, address: str, data: dict[str, Any] | None = None, *, status: int = 303, **options: Any) -> Answer:
        fields = {"csrf_token": self.form_token(), **(data or {})}
        headers = _headers(options)
        response = self.client.post(address, data=fields, headers=headers, follow_redirects=False, **options)
        return self._check(response, status)

    def follow(self, answer: Answer) -> Answer:
        return self.get(answer.headers["location"])

    def form_token(self) -> str:
        request = type("Cookies", (), {"cookies": dict(self.client.cookies)})()
        return sessions.form_token(request)

    def _check(self, response: Any, status: int) -> Answer:
        answer = Answer(response)
        assert answer.status == status, f"{answer.status} instead of {status}: {answer.words()[:1500]}"
        assert "content-security-policy" in answer.headers
        if answer.headers.get("content-type", "").startswith("text/html") and "<html" in answer.text:
            check_page(answer)
        return answer


def _headers(options: dict[str, Any]) -> dict[str, str]:
    return {**HEADERS, **options.pop("headers", {})}


def check_page(answer: Answer) -> None:
    """What must be true of every page whatever it shows; in one walk, since each selector would walk it anew."""
    elements = answer.page.find_all(True)
    named = _by_name(elements)
    assert [bool(title.text.strip()) for title in named["title"]] == [True], "a page has one title"
    assert len(named["h1"]) == 1, "a page has one h1"
    assert not INLINE.search(answer.text), INLINE.search(answer.text)
    ids = Counter(element["id"] for element in elements if element.has_attr("id"))
    twice = {name for name, count in ids.items() if count > 1}
    assert not twice, f"ids used twice: {twice}"
    labelled = {label["for"] for label in named["label"] if label.get("for")}
    for field in (*named["input"], *named["select"], *named["textarea"]):
        assert _is_hidden(field) or _is_labelled(field, labelled), f"no label: {field}"


def _by_name(elements: list[Any]) -> defaultdict[str, list[Any]]:
    named: defaultdict[str, list[Any]] = defaultdict(list)
    for element in elements:
        named[element.name].append(element)
    return named


def _is_hidden(field: Any) -> bool:
    return bool(field.name == "input" and field.get("type", "").lower() == "hidden")


def _is_labelled(field: Any, labelled: set[str]) -> bool:
    """By itself, by a label around it, or by one elsewhere that names it."""
    itself = field.get("aria-label") or field.get("aria-labelledby")
    return bool(itself or field.get("id") in labelled or field.find_parent("label"))
