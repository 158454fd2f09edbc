"""Word documents: which kinds there are, the template in use of each, and filling one."""
