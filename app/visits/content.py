"""What one sending of a visit says, in one form on the device and here, so that both can take the same hash of it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import FormData, UploadFile

from app.web.forms import TOKEN_FIELD

Pairs = list[list[str]]

KEY = "key"
PHOTOS = "photos"
NOT_CONTENT = frozenset({TOKEN_FIELD, KEY, PHOTOS})


def content_of(posted: FormData) -> Pairs:
    """The [name, value] pairs of a form, sorted, without blanks; line ends as one sign whoever sent them."""
    texts = ((name, value) for name, value in posted.multi_items() if not isinstance(value, UploadFile))
    said = ((name, plain(value)) for name, value in texts if name not in NOT_CONTENT)
    return sorted([name, value] for name, value in said if value)


def plain(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def digest_of(pairs: Iterable[Iterable[str]]) -> str:
    """SHA-256 over the pairs as compact JSON: app/web/static/visits/receipt.js does the same."""
    text = json.dumps([list(pair) for pair in pairs], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def values_in(pairs: Iterable[Iterable[str]]) -> dict[str, Any]:
    """Name → value; several values of one name as a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = value if name not in found else [*_as_list(found[name]), value]
    return found


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
