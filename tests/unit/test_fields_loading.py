"""What answers are checked with is loaded when it is needed, also where loading fails by chance."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from hitl_widgets.fields import loading


def failing(times: int, error: Exception) -> Any:
    """Loading that fails so often before it works; and how often it was tried."""
    tried: list[str] = []

    def load(name: str) -> Any:
        tried.append(name)
        if len(tried) <= times:
            raise error
        return importlib.__import__(name)

    return load, tried


def test_what_two_threads_that_parse_python_spoil_is_loaded_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    load, tried = failing(2, SystemError("AST constructor recursion depth mismatch (before=195, after=40)"))
    monkeypatch.setattr(loading.importlib, "import_module", load)
    loading.load()
    assert tried == ["jsonschema"] * 3


def test_what_fails_each_time_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    load, _ = failing(100, SystemError("broken"))
    monkeypatch.setattr(loading.importlib, "import_module", load)
    with pytest.raises(SystemError, match="broken"):
        loading.load()


def test_what_is_not_there_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    load, tried = failing(100, ImportError("no jsonschema"))
    monkeypatch.setattr(loading.importlib, "import_module", load)
    with pytest.raises(ImportError):
        loading.load()
    assert len(tried) == 1
