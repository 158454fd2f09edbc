"""Every component with lifelike content: `python -m tests.gallery` writes pages and pictures to build/gallery."""

import itertools
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.datastructures import URL

from app.core.paging import Page
from app.web.assets import FOLDERS
from app.web.headers import POLICY
from app.web.pages import templates
from tests.gallery_content import CONTENT

SCREENS = {"desk": (1280, 900), "phone": (390, 844)}
PAGES = {
    "home": "gallery/home.html",
    "list": "gallery/list.html",
    "detail": "gallery/detail.html",
    "form": "gallery/form.html",
    "pieces": "gallery/pieces.html",
    "sheet": "gallery/sheet.html",
    "sign-in": "gallery/sign_in.html",
    "error": "errors/error.html",
    "error-plain": "errors/error.html",
}
STRANGERS = {"sign-in", "error-plain"}
ORIGIN = "http://gallery.test"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def render(name: str) -> str:
    """One page of the gallery, by the templates and the environment of the product."""
    official = SimpleNamespace(
        id=1,
        name="李晓梅",
        unit=SimpleNamespace(name="高新技术科"),
        role=SimpleNamespace(label="科技局工作人员"),
        may=lambda _permission: True,
    )
    known = name not in STRANGERS
    context: dict[str, Any] = {
        **CONTENT,
        "actor": official if known else None,
        "nav": CONTENT["nav"] if known else (),
        "todo": {"url": "#", "count": 12},
        "page": Page([], 3, 10, 312),
        "request": SimpleNamespace(url=URL(f"{ORIGIN}/firms?rung=tsme&page=3&size=10")),
        "url_for": lambda route, **_: f"/{route}",
        "csrf": "token",
        "flashes": [{"kind": "done", "text": "已登记新疆天澜风电装备有限公司。"}] if name == "pieces" else [],
        "form": CONTENT["sign_in"] if name == "sign-in" else CONTENT["form"],
        "title": "没有找到",
        "message": "没有找到这一页，或者它不在您的管理范围内。请从列表中重新进入。",
        "status_code": 404,
        "reference": "8f3a21bc",
    }
    return templates().get_template(PAGES[name]).render(context)


def answer(route: Any) -> object:
    """Plays the server for the browser, with the product's own content policy."""
    path = URL(route.request.url).path.lstrip("/")
    if path in PAGES:
        headers = {"content-security-policy": POLICY, "content-type": "text/html; charset=utf-8"}
        return route.fulfill(body=render(path), headers=headers)
    folder, _, name = path.removeprefix("static/").partition("/")
    file = FOLDERS[folder]() / name if folder in FOLDERS else Path("missing")
    if not file.is_file():
        return route.fulfill(status=404, body="")
    return route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])


def photograph(folder: Path, names: list[str]) -> list[str]:
    """Pictures of the pages on a desk and on a phone; the answer lists what a browser or axe finds wrong."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a developer's tool, slow to import

    faults: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, (screen, (width, height)) in itertools.product(names, SCREENS.items()):
            page = browser.new_page(viewport={"width": width, "height": height}, has_touch=screen == "phone")
            faults += [f"{name}/{screen}: {fault}" for fault in look_at(page, name, folder / f"{name}-{screen}.png")]
            if screen == "desk":
                page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)
            page.close()
        browser.close()
    return faults


def look_at(page: Any, name: str, picture: Path) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - a developer's tool, slow to import

    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/{name}")
    page.screenshot(path=picture, full_page=True)
    return [*said, *too_wide(page), *refused_by_axe(Axe().run(page))]


def too_wide(page: Any) -> list[str]:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{over} px wider than the screen"] if over > 0 else []


def refused_by_axe(results: Any) -> list[str]:
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in results.response["violations"]
        for node in rule["nodes"][:3]
    ]


def main(names: list[str]) -> int:
    folder = Path("build/gallery")
    folder.mkdir(parents=True, exist_ok=True)
    chosen = names or list(PAGES)
    for name in chosen:
        (folder / f"{name}.html").write_text(render(name), encoding="utf-8")
    if not shutil.which("chromium"):
        sys.stdout.write("no chromium: pages only\n")
        return 0
    faults = photograph(folder, chosen)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "no faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
