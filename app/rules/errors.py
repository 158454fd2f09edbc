"""What the rules engine refuses, and how it says so."""


class RulesError(ValueError):
    """Something given to the rules engine was refused; the message is a Chinese sentence."""


class VocabularyError(RulesError):
    """The declared vocabulary contradicts itself; `problems` lists everything found."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


class LanguageError(RulesError):
    """A text in the rule language was refused.

    `position` is the index (from 0) of the character where the trouble starts, `suggestion` what was probably meant.
    """

    def __init__(self, message: str, position: int = 0, suggestion: str = "") -> None:
        super().__init__(printable(message))
        self.message = printable(message)
        self.position = position
        self.suggestion = printable(suggestion)

    def __str__(self) -> str:
        hint = f" 是否指“{self.suggestion}”？" if self.suggestion else ""
        return f"第{self.position + 1}个字处：{self.message}{hint}"


class RuleError(RulesError):
    """A rule was refused; `problems` lists everything found, each naming rule, version and condition."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def printable(text: str) -> str:
    """The same text with everything that cannot be shown or stored (lone surrogates, control signs) replaced."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
