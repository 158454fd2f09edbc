"""The summary of what was refused names its fields, although their labels only follow further down the page."""

import re

PLACE = re.compile(r'<span data-named="([^"]*)"></span>')
LABEL = re.compile(r'<label for="([^"]+)"[^>]*>\s*([^<]+)')
LEGEND = re.compile(r'<legend data-names="([^"]+)">\s*([^<]+)')


def named(body: str) -> str:
    """Every place of a summary filled with the label of its field; a field without one keeps its sentence alone."""
    if 'data-named="' not in body:
        return body
    # The label of a group's first choice carries the name of the group; its legend is what the group is called.
    labels = {name: label.strip() for pattern in (LABEL, LEGEND) for name, label in pattern.findall(body)}
    return PLACE.sub(lambda place: f"{labels[place[1]]}：" if place[1] in labels else "", body)
