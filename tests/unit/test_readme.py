"""What the README shows is run as it stands, one snippet after the other, as a reader would."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl

README = Path(__file__).parent.parent.parent / "README.md"
SNIPPETS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


async def run(snippet: str, names: dict[str, Any]) -> None:
    """Run a snippet as a notebook's cell: with `await` at the top."""
    code = compile(snippet, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    value = eval(code, names)
    if inspect.iscoroutine(value):
        await value


def test_every_snippet_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "readme"}
    registered = hitl.controls._registered
    try:
        for snippet in SNIPPETS:
            if snippet.startswith("result = await session"):
                # The reader answers by clicking.
                names["session"].answer("12 Main St")
                names["session"].answer(250)
            asyncio.run(run(snippet, names))
            if snippet.startswith("result = await session"):
                assert names["result"] == {"address": "12 Main St", "budget": 250.0}
        assert names["session"].wait(60) == {"address": "12 Main St", "budget": 250.0}
    finally:
        hitl.controls._registered = registered
