"""Nodes that say in comments what `hitl.check` finds in them: `# -> rule level` at the end of its line."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import requests
from langgraph.types import interrupt

import hitl_widgets as hitl

from .graphs import Log, chain

_MARK = re.compile(r"# -> ([a-z-]+) (error|warning|info)\b")

Found = set[tuple[str, str, str, int]]


def marks(*functions: Callable[..., Any]) -> Found:
    """What the functions' comments say: rule, level, file, line."""
    found: Found = set()
    for function in functions:
        lines, first = inspect.getsourcelines(function)
        for line, text in enumerate(lines, first):
            for rule, level in _MARK.findall(text):
                found.add((rule, level, inspect.getsourcefile(function) or "", line))
    return found


def found_in(graph: Any) -> Found:
    """What a check finds in a graph's source; that it asks at all is asserted by the way."""
    findings = hitl.check(graph)
    assert findings.not_read == ()
    # Only of a graph that asks: so whatever is found or not found here, the question was seen.
    assert [found.rule for found in findings if not found.file] == ["no-checkpointer"]
    return {(found.rule, found.level, found.file, found.line) for found in findings if found.file}


def found_in_node(node: Callable[..., Any]) -> Found:
    """The same for a graph of one node."""
    return found_in(chain(Log, {"node": node}))


def pays(state):
    """A node that does something before it asks."""
    requests.post("https://example.com", timeout=1)  # -> runs-again error
    return {"log": [interrupt("?")]}
