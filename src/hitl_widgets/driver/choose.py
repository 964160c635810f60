"""Which driver a graph needs, and the checkpointer it runs with."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import uuid
from pathlib import Path
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from ..errors import HitlError
from ..kernel.host import running_loop
from .base import Driver
from .database_path import is_in_memory
from .locks.base import FileLocks
from .memory import in_memory
from .thread import ThreadDriver


def driver_for(graph: Any, config: RunnableConfig, context: Any, save: Any) -> tuple[Driver, bool]:
    """The driver for a graph, and whether its thread survives the kernel.

    Args:
        graph: a compiled graph, or a `RemoteGraph`.
        config: with the `thread_id`.
        context: LangGraph's run-scoped context.
        save: a path to a SQLite file, a checkpointer, or `None` for the graph's own.

    Raises:
        TypeError: `graph` is not a compiled graph, or `save` is neither a path nor a checkpointer; or it is given for
            a graph that runs on a server.
    """
    if is_remote(graph):
        return _served(graph, config, context, save), True
    if not hasattr(graph, "stream") or not hasattr(graph, "get_state"):
        way_out = " Did you forget `.compile()`?" if hasattr(graph, "compile") else ""
        raise TypeError(f"hitl.run takes a compiled LangGraph graph, not {type(graph).__name__}.{way_out}")
    checkpointer = save if isinstance(save, BaseCheckpointSaver) else graph.checkpointer
    on_loop = has_async_only_node(graph) or is_async(checkpointer)
    # An async checkpointer's connections belong to the loop it was made on.
    loop = (getattr(checkpointer, "loop", None) or running_loop()) if on_loop else None
    if save is not None and not isinstance(save, BaseCheckpointSaver):
        if save is ...:  # as the code to go on with has it, which can not name a variable
            raise TypeError("Write the checkpointer that the run was given, where `save=...` has the dots.")
        if not isinstance(save, (str, os.PathLike)):
            raise TypeError(f"save= takes a path or a checkpointer, not {type(save).__name__}.")
        checkpointer = _async_sqlite(save, loop) if on_loop else _sqlite(save)
    if not isinstance(checkpointer, BaseCheckpointSaver):
        checkpointer = in_memory()
    if checkpointer is not graph.checkpointer:
        graph = graph.copy(update={"checkpointer": checkpointer})
    durable = not (isinstance(checkpointer, InMemorySaver) or _is_in_no_file(save))
    driver: Driver = ThreadDriver(graph, config, context)
    if on_loop:
        from .loop import LoopDriver

        driver = LoopDriver(graph, config, context, loop)
    if (file := _file_of(save, checkpointer)) is not None:
        driver.locks = FileLocks(file)
    if isinstance(save, (str, os.PathLike)):
        driver.lets_go = cast("Any", checkpointer).let_go
    return driver, durable


def _file_of(save: Any, checkpointer: Any) -> str | None:
    """The SQLite file that a thread is kept in: each `save=` of the same path makes a checkpointer of its own."""
    if isinstance(save, (str, os.PathLike)):
        return None if _is_in_no_file(save) else os.path.realpath(cast("str", os.fspath(save)))
    if "sqlite3" not in sys.modules:  # what nobody has loaded, nobody has connected with
        return None
    import sqlite3

    from .sqlite_file import file_of

    connection = getattr(checkpointer, "conn", None)
    if isinstance(connection, sqlite3.Connection):
        # Other sessions may be using it: two threads in one connection at a time is a `SystemError` (CPython 3.11).
        lock: Any = getattr(checkpointer, "lock", None) or contextlib.nullcontext()
        with contextlib.suppress(sqlite3.Error), lock:  # of another thread, or closed
            file = file_of(connection)
            return os.path.realpath(file) if file else None
    return None


def _is_in_no_file(save: Any) -> bool:
    """Whether SQLite takes a path for a database that is gone with its connection."""
    return isinstance(save, (str, os.PathLike)) and is_in_memory(os.fspath(cast("str", save)))


def is_remote(graph: Any) -> bool:
    """Whether a graph is a `RemoteGraph`, or what a driver has made of one.

    The module is not loaded for that: who has such a graph has loaded it.
    """
    module = sys.modules.get("langgraph.pregel.remote")
    return module is not None and isinstance(getattr(graph, "remote", graph), module.RemoteGraph)


def _served(graph: Any, config: RunnableConfig, context: Any, save: Any) -> Driver:
    from .server.remote import RemoteLoopDriver, RemoteThreadDriver
    from .server.served_graph import ServedGraph

    if save is not None:
        raise TypeError(
            "save= is for graphs that run here: the server of a RemoteGraph keeps its threads. Leave save= out."
        )
    name: str = config.get("configurable", {})["thread_id"]
    id = served_thread_id(name)
    config = {**config, "configurable": {**config.get("configurable", {}), "thread_id": id}}
    named = name if id.replace("-", "") != name.replace("-", "").lower() else None
    served = ServedGraph(graph)
    if graph.sync_client is None:
        return RemoteLoopDriver(served, config, context, running_loop(), name=named)
    return RemoteThreadDriver(served, config, context, name=named)


def served_thread_id(name: str) -> str:
    """The id of a thread on a server: servers take UUIDs only, so any other name stands for one, always the same.

    >>> served_thread_id("0b5a0b4f-8c5b-4a55-9d4c-5a4c6a1f9f10")
    '0b5a0b4f-8c5b-4a55-9d4c-5a4c6a1f9f10'
    >>> served_thread_id("refund-42")
    '89f1d669-5a1d-5d34-a4c5-c7baf2bf933b'
    """
    try:
        return str(uuid.UUID(name))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"hitl-widgets:thread:{name}"))


def has_async_only_node(graph: Any) -> bool:
    """Whether a node of the graph, or of a graph nested in it, has no sync form."""
    for node in getattr(graph, "nodes", {}).values():
        if _is_async_only(getattr(node, "bound", None)):
            return True
        if any(has_async_only_node(nested) for nested in getattr(node, "subgraphs", ()) or ()):
            return True
    branches = getattr(getattr(graph, "builder", None), "branches", {})
    return any(_is_async_only(branch.path) for named in branches.values() for branch in named.values())


def _is_async_only(runnable: Any) -> bool:
    # langgraph's RunnableCallable keeps both forms, `func` is None for an `async def`; langchain-core's RunnableLambda
    # has no `func` at all then, and a tool has a `coroutine` (langgraph 1.2.22, langchain-core 1.7).
    has_async = getattr(runnable, "afunc", None) is not None
    if has_async and getattr(runnable, "func", None) is None:
        return True
    if any(_is_async_only(step) for step in getattr(runnable, "steps", ())):
        return True
    tools = getattr(runnable, "tools_by_name", {}).values()
    return any(tool.func is None and tool.coroutine is not None for tool in tools if hasattr(tool, "coroutine"))


def is_async(checkpointer: Any) -> bool:
    """Whether a checkpointer is bound to an event loop, as `AsyncSqliteSaver` and `AsyncPostgresSaver` are."""
    return isinstance(getattr(checkpointer, "loop", None), asyncio.AbstractEventLoop)


def _sqlite(path: str | os.PathLike[str]) -> BaseCheckpointSaver[Any]:
    import sqlite3

    from .saved_file import FileSaver

    _check_file(save=path)
    try:
        return FileSaver(os.fspath(path))
    except (sqlite3.OperationalError, ValueError) as error:  # a path with a NUL
        raise HitlError(f"save={os.fspath(path)!r} cannot be opened: {error}.") from error


def _check_file(save: str | os.PathLike[str]) -> None:
    """See to it that what is there is a database: else that is found out when it is read, and nobody says of which file.

    Raises:
        HitlError: it is something else.
    """
    import sqlite3

    from .sqlite_file import rows_in

    path = os.fspath(save)
    try:
        if Path(path).exists():
            # By SQLite: a process that opens and closes the file itself takes the locks away that its connections have.
            rows_in(path, [("PRAGMA schema_version", ())], patience=0)
    except sqlite3.OperationalError:
        return  # it is locked, or what is wrong is said when it is opened
    except sqlite3.DatabaseError as error:
        raise HitlError(f"save={path!r} is there, and is left as it is: {error}. Save to another path.") from error


def _async_sqlite(path: str | os.PathLike[str], loop: asyncio.AbstractEventLoop | None) -> BaseCheckpointSaver[Any]:
    from .saved_file_async import AsyncFileSaver

    if loop is None:
        raise RuntimeError(
            "save= with an async graph needs a running event loop: call hitl.run in a notebook cell or a coroutine."
        )
    _check_file(save=path)
    return AsyncFileSaver(os.fspath(path))
