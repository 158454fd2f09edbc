"""From what a person pastes or uploads to an original; files are opened in a process of their own."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from app.core import child
from app.core.errors import FieldError
from app.policytext.text.original import Original, Place

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST = 20 * 1024 * 1024
STOPPED = "读取这个文件花费的时间或内存超出限度，没有收入。请另存为较小的文件，或直接粘贴正文。"


def open_paste(words: str) -> Original:
    from app.policytext.text.files import read_text  # noqa: PLC0415 - part of the reader

    return read_text(words)


def open_file(content: bytes, name: str) -> Original:
    """The original of an uploaded file. FieldError (beside `file`) where it cannot be read."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        path = Path(folder) / "plan"
        path.write_bytes(content)
        child.run("app.library.child", str(path), name, output=output)
        output.seek(0)
        told = _read(output.read())
    places = tuple(Place(start, place) for start, place in told["places"])
    return Original(storable(told["text"]), told["form"], told["encoding"], places)


def storable(words: str) -> str:
    """The text as it came, sign for sign, but for those no database holds."""
    return UNSTORABLE.sub("\ufffd", words)


def _read(output: bytes) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(output)
    except ValueError as error:
        raise FieldError("file", STOPPED) from error
    if "refused" in told:
        raise FieldError("file", str(told["refused"]))
    return told
