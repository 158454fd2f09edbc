"""What is certainly wrong with a rule before any firm is judged by it."""

from app.rules.flaws.between import Clash, clashes
from app.rules.flaws.within import Flaw, flaws_of

__all__ = ["Clash", "Flaw", "clashes", "flaws_of"]
