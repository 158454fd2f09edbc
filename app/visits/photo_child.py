"""The process that opens a photo: limited before it reads a byte, it writes the picture anew and ends.

`python -m app.visits.photo_child FILE`: one line with width and height, then the bytes of a plain JPEG. Nothing of the
original file is copied, only its pixels: place, device, owner and whatever else was hidden in it is gone.
"""

import io
import sys
from pathlib import Path

from app.core.child import limit

LONGEST_EDGE = 2000
MOST_PIXELS = 60_000_000
QUALITY = 82
MEMORY = 700 * 1024**2
SECONDS = 10


def main(path: Path) -> int:
    # The decoders are imported under the limits.
    from PIL import Image, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            return 1
        opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    pixels = Image.frombytes("RGB", upright.size, upright.tobytes())
    written = io.BytesIO()
    pixels.save(written, "JPEG", quality=QUALITY)
    sys.stdout.buffer.write(f"{pixels.width} {pixels.height}\n".encode() + written.getvalue())
    return 0


if __name__ == "__main__":
    limit(memory=MEMORY, seconds=SECONDS)
    sys.exit(main(Path(sys.argv[1])))
