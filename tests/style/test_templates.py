"""The house rules about templates."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from app.web.pages import templates
from tests.style.source import TEMPLATES, modules

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] not in {"ui", "layouts", "gallery"} and not path.name.startswith("_")
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=\"|javascript:|hx-on|\|\s*safe\b")


def text_of(page: str) -> str:
    return (TEMPLATES / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")))
def test_every_template_compiles_and_has_nothing_inline(page: str) -> None:
    templates().get_template(page)

    assert not INLINE.search(text_of(page)), INLINE.search(text_of(page))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_title(page: str) -> None:
    source = text_of(page)

    titled = any(f"{{% block {name}" in source for name in ("title", "part")) or "{% set title" in source
    assert titled, f"give {page} a title block"


@cache
def used_templates() -> dict[str, set[str]]:
    """Template → fragments that views ask of it."""
    found: dict[str, set[str]] = {}
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html"):
                found.setdefault(node.value, set())
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                asked = [word.value.value for word in node.keywords if _is_fragment(word)]
                if asked and isinstance(node.args[0].value, str):
                    found.setdefault(node.args[0].value, set()).update(asked)
    return found


@cache
def all_templates() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))


def _is_fragment(word: ast.keyword) -> bool:
    return word.arg == "fragment" and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_used(page: str) -> None:
    assert page in used_templates() or f'"{page}"' in all_templates(), f"delete {page}: nothing shows it"


def test_every_fragment_a_view_asks_for_is_a_block_of_its_page() -> None:
    for page, fragments in used_templates().items():
        for fragment in fragments:
            assert (TEMPLATES / page).exists(), f"{page} does not exist"
            assert fragment in templates().get_template(page).blocks, f"{page} has no block {fragment}"


def test_a_page_with_fragments_imports_nothing_outside_its_blocks() -> None:
    for page in [name for name, fragments in used_templates().items() if fragments]:
        outside = re.sub(r"{%-?\s*block.*?endblock\s*\w*\s*-?%}", "", text_of(page), flags=re.DOTALL)

        assert not re.search(r"{%-?\s*(import|from)\b", outside), f"{page}: a block rendered alone does not see imports"


def test_tabs_are_built_in_one_place() -> None:
    built = [
        f"{file.name}:{node.lineno}"
        for file, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        and {"label", "current"} <= {key.value for key in node.keys if isinstance(key, ast.Constant)}
    ]
    written = [page for page in PAGES if "ui.tabs([" in text_of(page)]

    assert not built + written, f"app.web.tabs.tabs_of makes tabs: {built + written}"


def test_no_script_or_style_of_others_is_kept_in_the_repository() -> None:
    static = Path(TEMPLATES.parent / "app" / "web" / "static")
    minified = [path.name for path in static.rglob("*") if ".min." in path.name]

    assert not minified, f"serve these out of installed packages: {minified}"
