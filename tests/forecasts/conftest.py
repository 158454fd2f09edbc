"""The officer, the rule book, and the firm that is short of one thing."""

from tests.checks.conftest import firm, officer

__all__ = ["firm", "officer"]
