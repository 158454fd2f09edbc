"""Everything of an installation but its key in one file, and back: the same file for both databases."""

from app.backup.archive import Manifest
from app.backup.making import make_backup
from app.backup.restoring import restore_backup

__all__ = ["Manifest", "make_backup", "restore_backup"]
