"""`runs-again`: LangGraph runs a node from its top each time it is resumed, so what it did before it asked is done again.

What a `@task` did is saved and not done again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asks import Ask
from ..effects import first
from ..findings import Finding
from ..places import Place

_RUNS = {"node": "the node", "edge": "the node before the edge", "tool": "the tool", "task": "the task"}


def runs_again(ask: Ask, place: Place) -> Iterator[Finding]:
    """What may have been done between the node's top and a question."""
    for effect in first(ask.before):
        wrong = (
            f"`{effect.code}` {effect.does} before {ask.told_from(effect.file)} asks; {_RUNS[place.kind]} runs from its top each time "
            "it is resumed, so this happens again with every answer."
        )
        yield Finding("runs-again", effect.level, place.node, wrong, effect.mend, effect.file, effect.line, effect.code)
