"""What every visitor checks of every page is seen to bite."""

from types import SimpleNamespace

import pytest

from tests.browser import Answer, check_page

SOUND = (
    "<html><head><title>题</title></head><body><h1>页</h1><label for=a>甲</label><input id=a><input type=HIDDEN>"
    "<label>乙<select></select></label><textarea aria-label=丙></textarea><p aria-labelledby=a></p></body></html>"
)
FAULTS = {
    "no title": ("<title>题</title>", ""),
    "an empty title": ("题", " "),
    "two titles": ("</title>", "</title><title>又</title>"),
    "no heading": ("h1>", "h2>"),
    "two headings": ("</h1>", "</h1><h1>又</h1>"),
    "a style of its own": ("<h1>", '<h1 style="color:red">'),
    "a script of its own": ("</body>", "<script>1</script></body>"),
    "an id used twice": ("<h1>", "<h1 id=a>"),
    "a label for another": ("for=a", "for=b"),
    "a label for nothing": (" for=a", ""),
    "a field without a name": (" id=a", ""),
    "an empty name": ("aria-label=丙", 'aria-label=""'),
    "a bare choice": ("<label>乙", "<b>乙"),
    "a field that only looks hidden": ("type=HIDDEN", "type=text"),
}


def page(text: str) -> Answer:
    return Answer(SimpleNamespace(status_code=200, headers={"content-type": "text/html"}, text=text))


def test_a_sound_page_passes() -> None:
    check_page(page(SOUND))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_page_is_seen(fault: str) -> None:
    sound, broken = FAULTS[fault]

    with pytest.raises(AssertionError):
        check_page(page(SOUND.replace(sound, broken)))
