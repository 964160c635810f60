"""Running an approved call once, though its node runs again from its top for every other answer.

What it returned is saved in the thread as that of a LangGraph `@task`. What cannot be saved is only remembered in
this process.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.config import get_config
from langgraph.errors import GraphInterrupt
from langgraph.func import task

from ..processes import module_lock
from .asked import counted, pass_over
from .call import Call
from .run_of_node import run_of_node

Key = tuple[str, str, int]
"""The run of a node, the call's token, and which of the equal calls it is."""


@dataclass(frozen=True)
class Result:
    """What a call returned, and how many questions it had asked in its node by then."""

    value: Any
    asked: int


def once(call: Call, work: Callable[[], Any]) -> Any:
    """Run `work`, or return what it returned when the same run of the node got here before.

    It runs right here; the task only waits for what comes of it. Nobody waits for the task: there may be no worker
    free for it before the node has ended.
    """
    key = _key(call)
    outcome: Future[Result] = Future()
    saved = _found_or_saving(call, outcome)
    try:
        known = _known(key, saved)
        if known is None:
            with counted() as asked:
                value = work()
            known = _remember(key, Result(value, asked.count))
        else:
            # Also what was saved: where the node is tried again at once, LangGraph does not find it (1.2.24).
            known = _remember(key, known)
            pass_over(known.asked)
    except BaseException as error:
        # What `work` asks is asked by the node; the task has nothing to say of it.
        outcome.set_exception(GraphInterrupt(()) if isinstance(error, GraphInterrupt) else error)
        raise
    outcome.set_result(known)
    return known.value


def _found_or_saving(call: Call, outcome: Future[Result]) -> dict[str, Any] | None:
    """What was saved of a call, or `None`: then a task saves its outcome, if there can be one."""
    if _is_for_this_loop():
        return None  # whether something was saved is for this very loop to find out
    begun: Future[None] = Future()

    def save() -> dict[str, Any]:
        return _to_save(outcome.result())

    async def save_on_loop() -> dict[str, Any]:
        begun.set_result(None)
        return _to_save(await asyncio.wrap_future(outcome))

    name = _task_name(call)
    if not _is_limited():
        try:
            running: Any = task(name=name)(save_on_loop)()
        except RuntimeError:
            pass  # the graph is sync: LangGraph takes no coroutine there (langgraph 1.2.22)
        else:
            wait({running, begun}, return_when=FIRST_COMPLETED)
            return running.result() if running.done() else None
    running = task(name=name)(save)()
    # A sync graph knows at once.
    return running.result() if running.done() else None


async def aonce(call: Call, work: Callable[[], Awaitable[Any]]) -> Any:
    """`once` for coroutines."""
    key = _key(call)

    async def run() -> Result:
        if (known := _known(key)) is not None:
            return known
        with counted() as asked:
            value = await work()
        return _remember(key, Result(value, asked.count))

    async def run_here() -> Any:
        if (known := _known(key)) is not None:
            pass_over(known.asked)
        return (await run()).value

    async def save() -> dict[str, Any]:
        # What is asked in a task is asked by that, and has no number in the node.
        return _to_save(replace(await run(), asked=0))

    if _is_limited():
        return await run_here()
    try:
        running = task(name=_task_name(call))(save)()
    except RuntimeError:
        # On a loop of its own inside a sync node LangGraph has no async tasks (langgraph 1.2.22).
        return await run_here()
    found = _known(key, await running)
    return (await run()).value if found is None else _remember(key, found).value


def forget(call: Call) -> None:
    """The call is about to be asked about, so what it returned after an earlier approval is out of date.

    So it is where somebody went back to an earlier checkpoint of the thread: its tasks have the same ids again.
    """
    place, begun = _place(), run_of_node(call).calls[call.token]
    with _lock:
        for key in [key for key in _results if key[:2] == (place, call.token) and key[2] > begun]:
            del _results[key]


_MOST_REMEMBERED = 256
_results: OrderedDict[Key, Result] = OrderedDict()
"""What the last calls returned. A ToolNode's threads make their calls in any order, and LangGraph finds what it has
saved by that order; and some results cannot be saved."""
_lock = module_lock()


def _key(call: Call) -> Key:
    run = run_of_node(call)
    with run.lock:
        run.calls[call.token] += 1
        return _place(), call.token, run.calls[call.token]


def _place() -> str:
    """The task that runs, the same each time that its node runs again for an answer."""
    configurable = get_config().get("configurable", {})
    return f"{configurable.get('thread_id')}|{configurable.get('checkpoint_ns')}"


def _known(key: Key, saved: dict[str, Any] | None = None) -> Result | None:
    with _lock:
        if key in _results:
            return _results[key]
    return Result(saved["value"], saved.get("asked", 0)) if saved else None


def _remember(key: Key, result: Result) -> Result:
    with _lock:
        _results[key] = result
        while len(_results) > _MOST_REMEMBERED:
            _results.popitem(last=False)
    return result


def _to_save(result: Result) -> dict[str, Any]:
    """The result as it is saved: not at all, unless it comes back from a checkpoint as it is."""
    value = result.value
    try:
        serializer = JsonPlusSerializer()
        back: Any = serializer.loads_typed(serializer.dumps_typed(value))
        comes_back = type(back) is type(value) and bool(back == value)
    except Exception:  # noqa: BLE001  anybody's type
        comes_back = False
    return {"value": value, "asked": result.asked} if comes_back else {}


def _task_name(call: Call) -> str:
    # LangGraph finds what a task returned by its name and by how many tasks came before it. With the arguments in the
    # name it is never another call's. Its namespaces have ":" and "|" of their own.
    return f"{re.sub(r'[^A-Za-z0-9_.-]', '_', call.name)}-{call.token}"


def _is_limited() -> bool:
    """Whether the nodes that wait may hold every place that a task of an async graph could run in."""
    return get_config().get("max_concurrency") is not None


def _is_for_this_loop() -> bool:
    """Whether a task that is called here would run on the loop that runs here.

    In a sync graph it would not, whose node runs here when it is the only one of its step and somebody calls the graph in a
    notebook's cell: beside others it runs in a thread. LangGraph counts the tasks of a node, so it has to be one either way.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    # private (langgraph 1.2.24): how tasks are called, in an async graph with the loop
    call: Any = get_config().get("configurable", {}).get("__pregel_call")
    return getattr(call, "keywords", {"loop": loop}).get("loop") is not None
