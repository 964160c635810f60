"""The threads that wait: found, listed, opened, answered together. `hitl.inbox` is here.

inbox.py      what people hold; reading.py and answering.py are its parts
listing.py    the list: found in a moment, read when it is looked at; `news.py`: what has changed since
heads.py      where each thread stands, as its checkpointer says it; `sources.py`: who is asked for that
listed.py     any checkpointer; `sqlite.py`, `postgres.py`: a query; `served.py`: a server
thread.py     a thread that waits, as LangGraph's thread says it; `questions.py`: what it asks, and what asks the same;
              `quoted.py`: which secrets it may quote
query.py      which of them are shown, and in which order
bulk.py       one answer for several; together.py: one card for their questions
sessions.py   those that are opened
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver

from ..policies import Policy
from ..registering.registry import Registry

if TYPE_CHECKING:
    from .inbox import Inbox


def inbox(
    graph: Any,
    *,
    save: str | os.PathLike[str] | BaseCheckpointSaver[Any] | None = None,
    config: RunnableConfig | None = None,
    context: Any = None,
    controls: Registry | None = None,
    policies: Iterable[Policy] = (),
    refresh: float | None = 10.0,
) -> Inbox:
    """Every thread of a graph that waits for a person, the newest first.

    As a cell's last expression it is a list in which threads are found, opened and answered, several in one go. Nothing
    is run to make it, and nothing is written. A SQLite file, and a Postgres database, are asked for the threads that
    wait, so that ten thousand of them are listed in under a second; of any other checkpointer all checkpoints are listed.
    Each thread is read as `graph.get_state` says it when it is looked at.

    While it is shown, and the kernel has nothing else to do, it looks now and then whether threads have come or gone, and
    says so; the list changes at a click, or by itself where nobody is at it.

    Whose threads they are is told from their nodes and state keys: see `Inbox.others`.

    Args:
        graph: the compiled graph, with the checkpointer that has the threads, or a `RemoteGraph`, whose server has them.
        save: where the threads are kept, if not there: the path of a SQLite file, or any checkpointer.
        config: a LangGraph config for the threads that are opened (callbacks, tags, ...).
        context: LangGraph's run-scoped context for them.
        controls: the registry that turns their requests into controls; `hitl.controls` if not given.
        policies: what answers for a person in those that are opened. A list asks no policy.
        refresh: seconds between two looks for news; `None`: only at a click on Refresh. A kernel that is asked counts as one
            in use, for what ends idle ones.

    Raises:
        TypeError: `graph` is not a compiled graph, or `save` is neither a path nor a checkpointer.
        ValueError: there is no checkpointer that could have threads, or `refresh` is no number of seconds.

    >>> from typing import TypedDict
    >>> from langgraph.checkpoint.memory import InMemorySaver
    >>> from langgraph.graph import START, StateGraph
    >>> import hitl_widgets as hitl
    >>> class State(TypedDict, total=False):
    ...     order: int
    ...     approved: bool
    >>> builder = StateGraph(State)
    >>> _ = builder.add_node("approve", hitl.ask_node("approved", "Refund it?"))
    >>> _ = builder.add_edge(START, "approve")
    >>> graph = builder.compile(checkpointer=InMemorySaver())
    >>> for order in range(3):
    ...     _ = graph.invoke({"order": order}, {"configurable": {"thread_id": f"order {order}"}})
    >>> inbox = hitl.inbox(graph)
    >>> inbox
    <hitl.Inbox of LangGraph: 3 threads wait>
    3 × approve: Refund it?
    >>> inbox.answer(True, threads=["order 0", "order 1"])
    thread   question    outcome
    order 0  Refund it?  answered, finished
    order 1  Refund it?  answered, finished
    >>> [thread.thread_id for thread in inbox]
    ['order 2']
    """
    # Few need it: what it is made of is loaded when it is called.
    from .inbox import Inbox
    from .listing import Listing
    from .sessions import Sessions

    if refresh is not None and not 0 < refresh < float("inf"):
        raise ValueError(f"refresh={refresh!r} is no number of seconds; to look at a click only, give refresh=None.")
    sessions = Sessions(graph, save=save, config=config, context=context, controls=controls, policies=policies)
    return Inbox(sessions, Listing(sessions.driver), refresh=refresh)
