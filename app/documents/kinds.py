"""What can be had as a Word document: each domain above registers its own kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.errors import NotFound

Content = dict[str, Any]


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: our own template of it, and a made-up one of everything, on which templates are tried."""

    code: str
    label: str
    own_template: Callable[[], bytes]
    sample: Callable[[], Content]


_KINDS: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    """A kind by its code; the same code again replaces it."""
    _KINDS[kind.code] = kind


def all_kinds() -> list[DocumentKind]:
    return list(_KINDS.values())


def get_kind(code: str) -> DocumentKind:
    """The kind under a code; NotFound for any other."""
    try:
        return _KINDS[code]
    except KeyError as unknown:
        raise NotFound("没有这种 Word 文件的模板。") from unknown
