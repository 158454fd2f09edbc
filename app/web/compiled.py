"""Templates as Jinja compiled them, kept beside the data: the first page after a start does not wait for it again."""

from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

# What lies there is run: the folder is this account's alone, as the keys beside it are.
OURS_ALONE = 0o700


class CompiledTemplates(FileSystemBytecodeCache):
    """Found again only for the very same text and the same Jinja and Python; where they cannot be kept, pages go on."""

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(OURS_ALONE)
        super().__init__(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
