"""The visible text of a web page, its tables as tab-separated rows, its menus kept apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

MENU_PLACE = "网页导航"
_RAW = frozenset({"script", "style", "noscript", "template", "svg", "textarea", "select", "title", "iframe", "button"})
_MENUS = frozenset({"nav", "aside", "footer", "menu"})
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "thead", "tr", "ul",
})  # fmt: skip
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_SPAN = re.compile(r"""colspan\s*=\s*["']?(\d{1,2})""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def visible_text(page: str) -> list[tuple[str, str]]:
    """(place, text) for every block of a page, in order; places are lines of the page's own markup.

    Scripts and styles have no visible text. Menus and footers come with a place that starts with “网页导航”.
    """
    reader = _Reader()
    for token in _tokens(page):
        reader.take(token)
    reader.end_block()
    return [part for part in reader.parts if part[1].strip()]


@dataclass(frozen=True)
class _Token:
    line: int
    text: str = ""
    tag: str = ""
    closing: bool = False
    attributes: str = ""


def _tokens(page: str) -> Iterator[_Token]:
    """Texts and tags, each character looked at once: pages are hostile."""
    lowered = page.lower() if len(page.lower()) == len(page) else page
    at, line = 0, 1
    while at < len(page):
        end, token = _next(page, lowered, at, line)
        if token is not None:
            yield token
        line += page.count("\n", at, end)
        at = end


def _next(page: str, lowered: str, at: int, line: int) -> tuple[int, _Token | None]:
    if page[at] != "<":
        end = _find(page, "<", at)
        return end, _Token(line, text=page[at:end])
    if page.startswith("<!--", at):
        return _find(page, "-->", at, past=True), None
    end = _find(page, ">", at, past=True)
    name = _NAME.match(page, at + 1)
    if name is None:
        # “<” that opens nothing is text; declarations are not.
        return (end, None) if page[at + 1 : at + 2] in {"!", "?"} else (at + 1, _Token(line, text="<"))
    tag, closing = name[1].lower(), page[at + 1] == "/"
    if tag in _RAW and not closing and page[end - 2 : end] != "/>":
        return _find(lowered, ">", _find(lowered, f"</{tag}", end), past=True), None
    return end, _Token(line, tag=tag, closing=closing, attributes=page[name.end() : end][:2000])


def _find(text: str, sought: str, start: int, *, past: bool = False) -> int:
    found = text.find(sought, start)
    if found < 0:
        return len(text)
    return found + len(sought) if past else found


@dataclass
class _Reader:
    """Collects blocks; a table row is one block whose cells are kept apart by tabs."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    line: int = 1
    row: bool = False
    span: int = 1
    menus: int = 0

    def take(self, token: _Token) -> None:
        if token.text:
            self._text(token)
        elif token.tag in _CELLS:
            self._cell(token)
        elif token.tag in _BLOCKS:
            self._block(token)

    def end_block(self) -> None:
        text = "".join(self.words).strip(" ")
        self.words = []
        if text.strip():
            place = f"第{self.line}行"
            self.parts.append((f"{MENU_PLACE}（{place}）" if self.menus else place, text))

    def _text(self, token: _Token) -> None:
        if not self.words:
            self.line = token.line
        self.words.append(_SPACE.sub(" ", unescape(token.text)))

    def _cell(self, token: _Token) -> None:
        if token.closing:
            return
        if self.row:
            self.words.append("\t" * self.span)
        else:
            self.end_block()
        spans = _SPAN.search(token.attributes)
        self.row, self.span, self.line = True, max(1, int(spans[1]) if spans else 1), token.line

    def _block(self, token: _Token) -> None:
        # Paragraphs inside a cell do not end the row.
        if self.row and token.tag not in {"tr", "table"}:
            self.words.append(" " if self.words else "")
            return
        self.end_block()
        self.row = False
        if token.tag in _MENUS:
            self.menus = max(0, self.menus + (-1 if token.closing else 1))
