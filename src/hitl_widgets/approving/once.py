"""Running an approved call once, though its node runs again from its top for every other answer.

What it returned is saved in the thread as that of a LangGraph `@task`. What cannot be saved is only remembered in
this process.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.config import get_config
from langgraph.func import task

from .call import Call
from .run_of_node import run_of_node

Key = tuple[str, str, int]
"""The run of a node, the call's token, and which of the equal calls it is."""


def once(call: Call, work: Callable[[], Any]) -> Any:
    """Run `work`, or return what it returned when the same run of the node got here before."""
    key = _key(call)

    def run() -> Any:
        return _remember(key, work()) if (known := _known(key)) is _NOT_RUN else known

    if _on_a_loop():
        # A task is run by this very loop, so waiting for it would be for ever.
        return run()
    saved = task(name=_task_name(call))(lambda: _to_save(run()))().result()
    return run() if (known := _known(key, saved)) is _NOT_RUN else known


async def aonce(call: Call, work: Callable[[], Awaitable[Any]]) -> Any:
    """`once` for coroutines."""
    key = _key(call)

    async def run() -> Any:
        return _remember(key, await work()) if (known := _known(key)) is _NOT_RUN else known

    async def save() -> dict[str, Any]:
        return _to_save(await run())

    try:
        running = task(name=_task_name(call))(save)()
    except RuntimeError:
        # On a loop of its own inside a sync node LangGraph has no async tasks (langgraph 1.2.22).
        return await run()
    return await run() if (known := _known(key, await running)) is _NOT_RUN else known


def forget(call: Call) -> None:
    """The call is about to be asked about, so what it returned after an earlier approval is out of date.

    So it is where somebody went back to an earlier checkpoint of the thread: its tasks have the same ids again.
    """
    place, begun = _place(), run_of_node().calls[call.token]
    with _lock:
        for key in [key for key in _results if key[:2] == (place, call.token) and key[2] > begun]:
            del _results[key]


_MOST_REMEMBERED = 256
_NOT_RUN: Any = object()
_results: OrderedDict[Key, Any] = OrderedDict()
"""What the last calls returned. A ToolNode's threads make their calls in any order, and LangGraph finds what it has
saved by that order; and some results cannot be saved."""
_lock = threading.Lock()


def _key(call: Call) -> Key:
    run = run_of_node()
    with run.lock:
        run.calls[call.token] += 1
        return _place(), call.token, run.calls[call.token]


def _place() -> str:
    """The task that runs, the same each time that its node runs again for an answer."""
    configurable = get_config().get("configurable", {})
    return f"{configurable.get('thread_id')}|{configurable.get('checkpoint_ns')}"


def _known(key: Key, saved: dict[str, Any] | None = None) -> Any:
    with _lock:
        if key in _results:
            return _results[key]
    return (saved or {}).get("value", _NOT_RUN)


def _remember(key: Key, value: Any) -> Any:
    with _lock:
        _results[key] = value
        while len(_results) > _MOST_REMEMBERED:
            _results.popitem(last=False)
    return value


def _to_save(value: Any) -> dict[str, Any]:
    """The result as it is saved: not at all, unless it comes back from a checkpoint as it is."""
    try:
        serializer = JsonPlusSerializer()
        back: Any = serializer.loads_typed(serializer.dumps_typed(value))
        comes_back = type(back) is type(value) and bool(back == value)
    except Exception:  # noqa: BLE001  anybody's type
        comes_back = False
    return {"value": value} if comes_back else {}


def _task_name(call: Call) -> str:
    # LangGraph finds what a task returned by its name and by how many tasks came before it. With the arguments in the
    # name it is never another call's. Its namespaces have ":" and "|" of their own.
    return f"{re.sub(r'[^A-Za-z0-9_.-]', '_', call.name)}-{call.token}"


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
