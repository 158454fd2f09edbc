"""Colours can be read: every pair of text and ground that the style sheets use keeps the contrast of WCAG AA."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).resolve().parents[2] / "app/web/static/css").glob("*.css"))
TOKENS = next(sheet for sheet in SHEETS if sheet.name == "tokens.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", TOKENS))
NEEDED = {"text": 4.5, "line": 3.0}
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def declared() -> Iterator[tuple[str, str, str]]:
    for kind, front, grounds in re.findall(r"^@(text|line) (--[\w-]+) on (.+)$", TOKENS, re.MULTILINE):
        for ground in grounds.split(", "):
            yield kind, front, ground


def rules() -> Iterator[tuple[str, str, str]]:
    for sheet in SHEETS:
        source = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector, body in RULE.findall(source):
            yield sheet.name, " ".join(selector.split()), body


def luminance(colour: str) -> float:
    """Relative luminance of “#rrggbb” as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("kind", "front", "ground"), list(declared()))
def test_a_declared_pair_can_be_read(kind: str, front: str, ground: str) -> None:
    reached = contrast(COLOURS[front], COLOURS[ground])

    assert reached >= NEEDED[kind], f"{front} on {ground}: {reached:.2f} : 1"


def test_a_pair_written_in_one_rule_is_declared() -> None:
    known = {(front, ground) for kind, front, ground in declared() if kind == "text"}

    undeclared = [
        f"{sheet}: {selector}: {front[1]} on {ground[1]}"
        for sheet, selector, body in rules()
        if (front := re.search(r"(?<![\w-])color: var\((--[\w-]+)\)", body))
        and (ground := re.search(r"background(?:-color)?: var\((--[\w-]+)\)", body))
        and (front[1], ground[1]) not in known
    ]

    assert not undeclared


def test_every_colour_of_text_is_declared_on_the_plain_grounds_it_may_stand_on() -> None:
    known = {front for kind, front, _ in declared() if kind == "text"}
    # Signs beside words, not text.
    signs = {"--rung-2"}

    used = {name for _, _, body in rules() for name in re.findall(r"(?<![\w-])color: var\((--[\w-]+)\)", body)}

    assert used - known - signs == set()


def test_colours_are_written_in_the_tokens_only() -> None:
    strays = [
        f"{sheet}: {selector}"
        for sheet, selector, body in rules()
        if sheet != "tokens.css" and re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", body)
    ]

    assert not strays


def test_every_value_used_is_defined() -> None:
    defined = set(re.findall(r"^\s+(--[\w-]+):", TOKENS, re.MULTILINE))

    used = {name for _, _, body in rules() for name in re.findall(r"var\((--[\w-]+)\)", body)}

    assert used - defined == set()
