"""Stage 3a: the figures a plan binds itself to, with indicator, year, comparator, unit, kind and baseline."""
