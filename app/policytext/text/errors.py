"""Why a file cannot be read as text, in a sentence for the person who offered it."""


class UnreadableError(Exception):
    """A file that holds no text we can get at; the message says what it is and how to go on."""
