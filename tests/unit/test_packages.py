"""Where things are: a package's docstring says what is in it, and says nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hitl_widgets

ROOT = Path(hitl_widgets.__file__).parent
PACKAGES = {
    path.parent.relative_to(ROOT).as_posix(): ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    for path in ROOT.rglob("__init__.py")
}
NAMED = re.compile(r"\b([\w/]+\.py)\b")
INDEX = re.compile(r"^\s*\w+\.py\s{2,}", re.MULTILINE)


@pytest.mark.parametrize("package", [name for name, said in PACKAGES.items() if NAMED.search(said)])
def test_what_a_package_names_is_there(package: str) -> None:
    folder = ROOT / package
    named = NAMED.findall(PACKAGES[package])
    # One with a folder in its name may be elsewhere.
    assert not [name for name in named if not ((folder / name).is_file() or ("/" in name and (ROOT / name).is_file()))]


@pytest.mark.parametrize("package", [name for name, said in PACKAGES.items() if INDEX.search(said)])
def test_a_package_that_lists_its_modules_lists_all_of_them(package: str) -> None:
    modules = {path.name for path in (ROOT / package).glob("*.py")} - {"__init__.py"}
    assert modules <= set(NAMED.findall(PACKAGES[package]))


HOLDS_A_VIEW = {"view", "drawing", "session", "inbox"}
"""What is shown, and what people hold, which displays as that."""


@pytest.mark.parametrize("package", sorted({name.partition("/")[0] for name in PACKAGES} - HOLDS_A_VIEW - {"."}))
def test_what_is_shown_knows_the_rest_and_is_known_by_none_of_it(package: str) -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level and (node.module or "").partition(".")[0] == "view"
    ]
    assert not found
