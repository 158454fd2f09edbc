"""Static files: our own folder and the scripts shipped inside installed packages, with hashed addresses."""

import hashlib
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

OWN = Path(__file__).parent / "static"


class Assets(StaticFiles):
    """Files whose address carries their hash never change, so browsers may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = b"v=" in scope.get("query_string", b"")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response


def vendor_folder() -> Path:
    """Where the htmx of the installed django-htmx wheel lies; the wheel's Python is never imported."""
    spec = find_spec("django_htmx")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "static" / "django_htmx"


def own_folder() -> Path:
    return OWN


FOLDERS: dict[str, Callable[[], Path]] = {"vendor": vendor_folder, "own": own_folder}


@cache
def asset(path: str) -> str:
    """`asset("own/app.css")` → its address with the hash of its content."""
    folder, _, name = path.partition("/")
    content = (FOLDERS[folder]() / name).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"
