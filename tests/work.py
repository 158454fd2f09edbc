"""Does the waiting jobs at once, in the test's own thread."""

from app.jobs.runner import Runner


def work_off() -> int:
    """How many attempts were made."""
    return Runner(threads=0).run_all()
