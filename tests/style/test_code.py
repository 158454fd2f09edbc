"""The house rules about code, each failing with what to do."""

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.style.source import APP, ROOT, TEMPLATES, functions, length, lines, modules

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEMPLATE = 200
MEDIAN_FUNCTION = 5
DOCUMENTED = ("rules", "policytext", "facts", "titles")
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "manager.py", "base.py"}
DOMAIN_FILES = {"models", "queries", "forms", "service", "views"}


def test_functions_are_short() -> None:
    long = {where: length(node) for where, node in functions() if length(node) > LONGEST_FUNCTION}

    assert not long, f"split these functions (at most {LONGEST_FUNCTION} lines): {long}"


def test_half_of_all_functions_have_five_lines_or_fewer() -> None:
    median = statistics.median(length(node) for _, node in functions())

    assert median <= MEDIAN_FUNCTION + 1, f"the median function has {median} lines: functions grow too long"


def test_files_are_short() -> None:
    long = {str(file.relative_to(ROOT)): lines(file) for file in modules() if lines(file) > LONGEST_FILE}

    assert not long, f"split these files (at most {LONGEST_FILE} lines): {long}"


def test_templates_are_short() -> None:
    long = {str(file): lines(file) for file in TEMPLATES.rglob("*.html") if lines(file) > LONGEST_TEMPLATE}

    assert not long, f"split these templates (at most {LONGEST_TEMPLATE} lines): {long}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(file.relative_to(ROOT)) for file, tree in modules().items() if not ast.get_docstring(tree)]

    assert not silent, f"give these modules a one-line docstring: {silent}"


def test_no_file_is_named_for_nothing_in_particular() -> None:
    vague = [str(file) for file in modules() if file.name in BANNED_NAMES]

    assert not vague, f"name these files for what they hold: {vague}"


@pytest.mark.parametrize("package", DOCUMENTED)
def test_public_functions_of_the_ledger_and_the_rules_are_documented(package: str) -> None:
    silent = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file, tree in modules().items()
        if file.is_relative_to(APP / package) and "views" not in file.parts and not file.name.startswith("views")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]

    # A function of one or two lines whose name and annotations say everything needs no docstring.
    undocumented = [where for where in silent if _length_of(where) > 2]
    assert not undocumented, f"say what goes in and comes out of: {undocumented}"


def _length_of(where: str) -> int:
    return next(length(node) - 1 for found, node in functions() if found == where)


def test_transactions_end_in_one_place() -> None:
    allowed = {APP / "core" / "db.py"}
    commits = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, tree in modules().items()
        if file not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]

    assert not commits, f"services never commit; use core.db.writing(): {commits}"


def test_there_is_one_clock() -> None:
    pattern = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    readers = [
        str(file.relative_to(ROOT))
        for file in modules()
        if file != APP / "core" / "clock.py" and pattern.search(file.read_text(encoding="utf-8"))
    ]

    assert not readers, f"read the time through app.core.clock: {readers}"


def test_addresses_are_read_in_one_place() -> None:
    readers = [
        str(file.relative_to(ROOT))
        for file in modules()
        if file != APP / "core" / "address.py" and "parse_qs" in file.read_text(encoding="utf-8")
    ]

    assert not readers, f"read an address through app.core.address: {readers}"


def test_views_are_synchronous() -> None:
    asynchronous = [
        where
        for where, node in functions()
        if isinstance(node, ast.AsyncFunctionDef) and "views" in where.split(" ")[0]
    ]

    assert not asynchronous, f"write views as plain functions: {asynchronous}"


def test_sql_is_never_put_together_from_strings() -> None:
    pattern = re.compile(r"text\(\s*f[\"']|execute\(\s*f[\"']")
    found = [str(file) for file in modules() if pattern.search(file.read_text(encoding="utf-8"))]
    allowed = {str(APP / "core" / "db.py")}

    assert set(found) <= allowed, f"bind parameters instead: {found}"


def test_nothing_reaches_out_into_the_network() -> None:
    outward = {"urllib.request", "http.client", "httpx", "httpx2", "requests", "aiohttp", "smtplib", "ftplib"}
    asks_whether_the_site_is_up = {APP / "cli.py"}
    # The mail server and the hosts of robots are named by the installation (TIDU_SMTP_URL, TIDU_ROBOT_HOSTS).
    reaches_named_hosts = {APP / "notices" / "mail.py", APP / "notices" / "robots.py"}
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, tree in modules().items()
        if file not in asks_whether_the_site_is_up | reaches_named_hosts
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and outward & imported(node)
    ]

    assert not found, f"no address that somebody may have typed is ever connected to: {found}"


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    return {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}


def test_money_is_never_a_float() -> None:
    packages = ("rules", "facts")
    floats = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, tree in modules().items()
        if any(file.is_relative_to(APP / package) for package in packages)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "float"
    ]

    assert not floats, f"use Decimal or Fraction: {floats}"


def test_domains_keep_the_same_file_names() -> None:
    for domain in ("accounts", "firms", "facts", "titles", "checks"):
        names = {path.stem for path in (APP / domain).iterdir()}
        assert {"models", "queries", "service"} <= names, f"app/{domain} lacks one of models, queries, service"


def test_the_import_contracts_hold() -> None:
    # In a process of its own: the linter switches the loggers of ours off.
    checked = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, check=False)

    assert checked.returncode == 0, checked.stdout.decode()


def test_no_package_index_is_named() -> None:
    pattern = re.compile(
        r"https?://(?!127\.0\.0\.1|localhost|www\.w3\.org)[\w.-]*(pypi|pythonhosted|npmjs|debian)", re.IGNORECASE
    )
    files = [*ROOT.glob("*.*"), ROOT / "Makefile", *(ROOT / "docs").rglob("*.md"), *Path(ROOT / "bin").iterdir()]
    named = [file.name for file in files if file.is_file() and pattern.search(file.read_text(encoding="utf-8"))]

    assert not named, f"leave registry addresses out: {named}"
