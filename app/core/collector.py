"""Python's collector of cycles, set for a process that serves for weeks."""

import gc

# By default every 700 new objects are looked through; one page makes tens of thousands, hardly any of them in a cycle,
# and importing the site makes half a million that stay.
NEW, YOUNG, OLD = 50_000, 20, 20


def calm() -> None:
    """Look for cycles more rarely; said before the site is imported, it saves a second of every start."""
    gc.set_threshold(NEW, YOUNG, OLD)


def settle() -> None:
    """Leave what stands at the start alone for good: next to nothing of it is in a cycle that could be given back."""
    calm()
    gc.freeze()
