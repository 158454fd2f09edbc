"""The design system as a whole: every component is shown, documented, valid, and free of inline script and style."""

import re
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup

from tests.browser import INLINE
from tests.gallery import PAGES, render

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "templates/ui"
ENTRY = (UI / "ui.html").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def signatures() -> dict[str, str]:
    """What a page may call: name → signature, as written in the macros themselves."""
    files = {alias: name for name, alias in re.findall(r'{% import "(ui/\w+\.html)" as (\w+) %}', ENTRY)}
    found = {}
    for name, alias, macro in re.findall(r"{% set (\w+) = (\w+)\.(\w+) %}", ENTRY):
        source = (ROOT / "templates" / files[alias]).read_text(encoding="utf-8")
        written = re.search(rf"{{% macro {macro}(\(.*\)) -?%}}", source)
        assert written, f"{files[alias]} has no macro {macro}"
        found[name] = name + written[1]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_gallery_page_is_valid_and_has_nothing_inline(name: str) -> None:
    source = render(name)

    page = BeautifulSoup(source, "html5lib")

    html5lib.HTMLParser(strict=True).parse(source)
    ids = [element["id"] for element in page.select("[id]")]
    assert len(page.select("h1")) == 1
    assert len(ids) == len(set(ids))
    assert not INLINE.search(source)


@pytest.mark.parametrize("name", PAGES)
def test_what_a_label_or_description_names_is_on_the_page(name: str) -> None:
    page = BeautifulSoup(render(name), "html5lib")

    named = [target for element in page.select("[for]") for target in str(element["for"]).split()]
    named += [
        target for element in page.select("[aria-describedby]") for target in str(element["aria-describedby"]).split()
    ]
    named += [str(link["href"])[1:] for link in page.select(".error-summary a[href^='#']")]

    assert [target for target in named if not page.find(id=target)] == []


def test_every_component_is_shown_in_the_gallery() -> None:
    shown = "".join(
        path.read_text(encoding="utf-8") for path in TEMPLATES if path.parent.name in {"gallery", "layouts", "errors"}
    )

    missing = [name for name in signatures() if f"ui.{name}(" not in shown]

    assert not missing


@pytest.mark.parametrize("document", ["templates/ui/ui.html", "docs/design-system.md"])
def test_the_list_of_components_is_the_list_of_macros(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")

    listed = set(re.findall(r"^  (\w+\(.*?\))(?: …)?(?: \+ caller)?$", text, re.MULTILINE))

    assert listed == set(signatures().values())


def test_every_style_sheet_is_linked() -> None:
    head = (ROOT / "templates/layouts/_head.html").read_text(encoding="utf-8")
    linked = re.search(r"for sheet in \((.*?)\)", head)

    sheets = {sheet.stem for sheet in (ROOT / "app/web/static/css").glob("*.css")}

    assert linked
    assert set(re.findall(r'"(\w+)"', linked[1])) == sheets


def test_the_pages_use_only_classes_that_exist() -> None:
    css = "".join(sheet.read_text(encoding="utf-8") for sheet in (ROOT / "app/web/static/css").glob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", css))
    # Numbered column classes and plain variants are made by the macros.
    made = re.compile(r"(right|center|nowrap|hide)-\d+|(tag|notice|button|light|meter|table)-\w+|rung-\w+|is-\w+|icon")

    used = {
        name
        for page in PAGES
        for element in BeautifulSoup(render(page), "html5lib").select("[class]")
        for name in element["class"]
    }

    assert {name for name in used - known if not made.fullmatch(name)} == set()
