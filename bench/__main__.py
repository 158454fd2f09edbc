"""Every measurement, one after the other: `python -m bench`."""

from bench import one_firm

one_firm.main()
