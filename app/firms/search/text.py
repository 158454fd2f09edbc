"""The text by which a firm is found: its name in every way it may be typed. Made here and nowhere else."""

from typing import Any

import sqlalchemy as sa

from app.firms.names import initials, name_key, pinyin, plain, without_punctuation

# Nobody can type it into a search box, so no word is ever found across two of the lines.
BETWEEN = "\n"


def search_text(name: str, credit_code: str = "") -> str:
    """What a word is looked for in: the name as written, without signs, in pinyin, in initials; and the code."""
    written = plain(name)
    bare = without_punctuation(written)
    lines = (written, bare, pinyin(bare), initials(bare), credit_code.lower())
    return BETWEEN.join(dict.fromkeys(line for line in lines if line))


def has_word(column: Any, term: str) -> sa.ColumnElement[bool]:
    """The condition that a column of search texts has a word, as typed or as the key of a whole name."""
    word = plain(term)
    forms = dict.fromkeys((word, without_punctuation(word), name_key(term)))
    return sa.or_(*(column.contains(form, autoescape=True) for form in forms if form))
