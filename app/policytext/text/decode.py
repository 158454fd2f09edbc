"""Bytes to text: the encodings Chinese government files really come in."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_PLAIN = (("utf-8", "UTF-8"), ("gb18030", "GBK/GB18030"), ("big5hkscs", "Big5"))


def decode(data: bytes) -> tuple[str, str]:
    """The text of some bytes and the name of the encoding; what none explains becomes “\ufffd”."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), name
    # UTF-16 without a mark leaves a nought beside every ASCII character.
    if data[:400].count(0) > len(data[:400]) // 8:
        codec = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
        return data.decode(codec, "replace"), "UTF-16"
    return _decode_unmarked(data)


def _decode_unmarked(data: bytes) -> tuple[str, str]:
    for codec, name in _PLAIN:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    readings = [(data.decode(codec, "replace"), name) for codec, name in _PLAIN[:2]]
    return min(readings, key=lambda each: each[0].count("\ufffd"))
