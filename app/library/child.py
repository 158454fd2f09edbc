"""The process that opens an uploaded plan: limited before it reads a byte, it writes one JSON document and ends.

`python -m app.library.child FILE NAME`: the text with its places, or why it was refused.
"""

import json
import sys
from pathlib import Path
from typing import Any

from app.core.child import limit


def main(path: Path, name: str) -> None:
    json.dump(_told(path, name), sys.stdout, ensure_ascii=True)


def _told(path: Path, name: str) -> dict[str, Any]:
    # The parsers are imported under the limits.
    from app.policytext.text.errors import UnreadableError  # noqa: PLC0415
    from app.policytext.text.files import read_file  # noqa: PLC0415

    try:
        original = read_file(path.read_bytes(), name=name)
    except UnreadableError as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": "文件展开后占用的内存过大，不能读取。请另存为较小的文件，或直接粘贴正文。"}
    places = [[place.start, place.name] for place in original.places]
    return {"text": original.text, "form": original.form, "encoding": original.encoding, "places": places}


if __name__ == "__main__":
    limit()
    main(Path(sys.argv[1]), sys.argv[2])
