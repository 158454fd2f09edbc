"""Every measurement, one after the other: `python -m bench`."""

from bench import imports, one_firm, pool

one_firm.main()
pool.main()
imports.main()
