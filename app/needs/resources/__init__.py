"""Who and what can help with a need: experts, service providers, products of banks, results of research."""
