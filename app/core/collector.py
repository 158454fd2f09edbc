"""Python's collector of cycles, set for a process that serves for weeks."""

import gc

# By default every 700 new objects are looked through; one page makes tens of thousands, hardly any of them in a cycle.
NEW, YOUNG, OLD = 50_000, 20, 20


def settle() -> None:
    """Leave what stands at the start alone for good, and look for cycles more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, YOUNG, OLD)
