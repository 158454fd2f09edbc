"""The way of a file through the pages, for tests that start somewhere along it."""

import re
from typing import Any

from tests.browser import Answer, Visitor
from tests.work import work_off


def uploaded(visitor: Visitor, name: str, content: bytes, *, kind: str = "firms", source: str = "") -> int:
    """Upload a file; the number of the import."""
    fields = {"kind": kind, "source": source or ("registry" if kind == "firms" else "import")}
    answer = visitor.post("/imports", fields, files={"file": (name, content)})
    found = re.fullmatch(r"/imports/(\d+)/progress", answer.headers["location"])
    assert found
    work_off()
    return int(found[1])


def proposal(visitor: Visitor, batch: int) -> dict[str, Any]:
    """The form of the columns as it is proposed."""
    page = visitor.get(f"/imports/{batch}/mapping")
    return {
        "target": [chosen(select) for select in page.all("select[name=target]")],
        "policy": [chosen(select) for select in page.all("select[name=policy]")],
        "unit": chosen(page.one("[name=unit]")),
        "year": (page.all("#year") or [{"value": ""}])[0]["value"],
        "title": chosen(page.one("#title")) if page.all("#title") else "",
        "version": page.one("input[name=version]")["value"],
    }


def chosen(select: Any) -> str:
    if select.name == "input":
        return str(select["value"])
    return str((select.select("option[selected]") or select.select("option"))[0]["value"])


def mapped(visitor: Visitor, name: str, content: bytes, **options: Any) -> int:
    """Upload a file and take the columns as proposed, but for what `options` says otherwise."""
    changes = options.pop("fields", {})
    batch = uploaded(visitor, name, content, **options)
    visitor.post(f"/imports/{batch}/mapping", {**proposal(visitor, batch), **changes})
    work_off()
    return batch


def applied(visitor: Visitor, name: str, content: bytes, **options: Any) -> int:
    """A file all the way into the register."""
    batch = mapped(visitor, name, content, **options)
    apply(visitor, batch)
    return batch


def apply(visitor: Visitor, batch: int) -> Answer:
    version = visitor.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
    answer = visitor.post(f"/imports/{batch}/application", {"version": version})
    work_off()
    return answer


def undone(visitor: Visitor, batch: int) -> Answer:
    version = visitor.get(f"/imports/{batch}").one("input[name=version]")["value"]
    answer = visitor.post(f"/imports/{batch}/undoing", {"version": version})
    work_off()
    return answer


def counts(visitor: Visitor, batch: int) -> dict[str, int]:
    """Label of each tab → its number."""
    words = visitor.get(f"/imports/{batch}/preview").words()
    return {label: int(number) for label, number in re.findall(r"(新增|变更|不变|冲突|重复|错误)\s*（(\d+)）", words)}
