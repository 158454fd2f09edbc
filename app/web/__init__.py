"""HTTP without a domain: pages, forms, fragments, origin, headers, static files."""
