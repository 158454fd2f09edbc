"""What notices know by themselves; whoever runs the product calls it first."""

from app.notices import sources, titled


def register() -> None:
    sources.register("expiring", titled.expiring)
    sources.register("yearly", titled.yearly)
    sources.register("renamed", titled.renamed)
