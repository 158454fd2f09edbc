"""A document named in a text, and as what."""

from dataclasses import dataclass
from enum import StrEnum

from app.policytext.text.plain import Piece


class Mention(StrEnum):
    """As what a document is named."""

    BASIS = "basis"
    CARRIED_OUT = "carried_out"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Citation:
    """A document named in a text: its title or its number, or both, as written; what is not written is empty."""

    title: str
    number: str
    mention: Mention
    piece: Piece
