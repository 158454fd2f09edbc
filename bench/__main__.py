"""Every measurement, one after the other: `python -m bench`."""

from bench import one_firm, pool

one_firm.main()
pool.main()
