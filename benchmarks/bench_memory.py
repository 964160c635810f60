"""What a long run keeps: in the browser, and in the kernel beside what LangGraph's own thread keeps.

The kernel keeps a record a step and a record a task (some 470 bytes a step of one task): when it began, how long it worked,
how often its node was called. No checkpoint has that. The values of the state are LangGraph's own to keep: with a state of
more than a counter, as here, the same bytes are a smaller part.
"""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import Any

import hitl_widgets as hitl
from hitl_widgets.driver import MODES
from hitl_widgets.view.project import project
from hitl_widgets.view.timeline import Timeline

from .bench_session import loop
from .table import Figure

STEPS = 2000


def figures() -> list[Figure]:
    few, many = _in_browser(STEPS // 10), _in_browser(STEPS)
    ours, peer = _kept(_session), _kept(_by_hand)
    return [
        Figure(f"the view's state after {STEPS} steps", many, f"after {STEPS // 10}", few, limit=1.05, unit=" KB"),
        Figure(f"kept by {STEPS} steps and a session", ours, "by the thread alone", peer, limit=1.25, unit=" KB"),
    ]


def _in_browser(steps: int) -> float:
    session = _session(steps)
    return len(json.dumps(_projected(session))) / 1000


def _projected(session: Any) -> dict[str, Any]:
    drawn = session._display.drawn
    return project(session._run, drawn, 1, Timeline(session._run, drawn))


def _kept(run: Any) -> float:
    """Kilobytes that are still held after a run, while its result is."""
    run(10)  # what is imported and cached once is no run's
    gc.collect()
    tracemalloc.start()
    result = run(STEPS)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return kept / 1000


def _session(steps: int) -> Any:
    session = hitl.run(loop(steps), {"count": 0}, config={"recursion_limit": steps + 10})
    assert session.wait()["count"] == steps
    return session


def _by_hand(steps: int) -> Any:
    graph = loop(steps)
    config: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": steps + 10}
    for _ in graph.stream({"count": 0}, config, stream_mode=list(MODES), subgraphs=True, version="v2"):
        pass
    return graph
