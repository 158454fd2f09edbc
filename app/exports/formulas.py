"""Text that a spreadsheet would take for a formula: marked on the way out, unmarked on the way in."""

MARK = "'"
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """A text as CSV may carry it: nothing in it is computed when the file is opened."""
    return MARK + text if text.startswith(STARTS) else text


def unguarded(text: str) -> str:
    """What was guarded, as it was before."""
    return text.removeprefix(MARK) if text.startswith(MARK) and text[1:].startswith(STARTS) else text
