"""What is done ahead once the site is served, and compiled templates that are kept."""

from pathlib import Path
from threading import Event

from jinja2 import DictLoader, Environment

from app.core.warming import Warming
from app.web.compiled import CompiledTemplates

SOON = 10


def test_what_is_done_ahead_is_done_after_a_while_and_not_at_all_once_the_site_stops() -> None:
    done, never = Event(), Event()
    served, stopped = Warming(done.set, after=0), Warming(never.set, after=SOON)
    served.start()
    stopped.start()

    stopped.stop()

    assert done.wait(SOON)
    assert not never.is_set()


def test_a_changed_template_is_shown_as_it_is_now(tmp_path: Path) -> None:
    texts = {"page.html": "昨天"}
    assert _shown(texts, tmp_path / "kept") == "昨天"
    assert list((tmp_path / "kept").iterdir()), "nothing was kept"

    texts["page.html"] = "今天"

    assert _shown(texts, tmp_path / "kept") == "今天"


def test_pages_are_shown_where_compiled_templates_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")

    assert _shown({"page.html": "今天"}, tmp_path / "kept") == "今天"


def _shown(texts: dict[str, str], folder: Path) -> str:
    """The page as another process would make it."""
    env = Environment(loader=DictLoader(texts), bytecode_cache=CompiledTemplates(folder), autoescape=True)
    return env.get_template("page.html").render()
