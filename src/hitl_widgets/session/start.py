"""`hitl.run` and `hitl.attach`: how a session begins."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver

from .. import kernel
from ..breakpoints import Nodes
from ..driver import driver_for
from ..driver.choose import is_remote
from ..driver.uncommitted import NOT_COMMITTED, is_uncommitted
from ..fields import MISSING
from ..policies import Policy, checked
from ..policies.unattended import answers_from
from ..registering.registry import Registry, controls as default_controls
from ..running.run import Run
from ..running.steps import ASK_INPUT, PICK_UP
from ..thread.graph_input import said
from ..thread.misspelt import misspelt
from ..view.display import Display
from ..watching import is_watched
from .kept_here import has_saved, kept_here
from .session import Session

# One line in a cell as wide as most: it stands above every run, also of a graph that was compiled with a saver in memory.
NOT_SAVED = 'Answers won\'t survive the kernel: pass `save="runs.sqlite"`, or a checkpointer with a database.'

KEPT_HERE = "Nothing is saved with this graph yet: the thread goes on where an earlier session of this kernel keeps it."


def run(
    graph: Any,
    input: Any = MISSING,
    *,
    thread_id: str | None = None,
    save: str | os.PathLike[str] | BaseCheckpointSaver[Any] | None = None,
    config: RunnableConfig | None = None,
    context: Any = None,
    controls: Registry | None = None,
    policies: Iterable[Policy] = (),
    unattended: Any = None,
    interrupt_before: Nodes | None = None,
    interrupt_after: Nodes | None = None,
) -> Session:
    """Start a graph and return its session at once, without waiting for anything.

    Args:
        graph: a compiled LangGraph graph, one without a checkpointer gets one in memory; or a `RemoteGraph`, see below.
        input: the graph's input; a text is said to a graph that has `messages` (a `RemoteGraph` gets it as it is). Without one
            the session is `idle` and asks for it: the view has a form for the graph's input schema, and code answers like any question,
            `session.answer({...})` or `unattended={"input": {...}}`.
        thread_id: LangGraph's thread, of a number or UUID its text, which nodes get too; the config's, or a new one, if not
            given. One that has not finished is picked up where it is, and the view says so (`session.notices`); the input
            is not used then.
        save: where the thread is kept: the path of a SQLite file, or any checkpointer.
        config: a LangGraph config (callbacks, tags, recursion limit, ...).
        context: LangGraph's run-scoped context.
        controls: the registry that turns requests into controls; `hitl.controls` if not given.
        policies: what answers for a person, whether or not somebody can click; made by `hitl.policy`.
        unattended: answers for when nobody can click: a mapping by node or key, a function of the request, the path
            of a recording, or `hitl.defaults`. Not used while somebody can.
        interrupt_before: nodes to stop before, or `"*"` for all; those that the graph was compiled with if not given.
            `"sub/ask"` is a node of a nested graph. `session.breakpoints` changes them while the graph runs.
            There a person sees the state, may change it, and continues or stops: `session.answer(True)`,
            `session.answer({"update": {"draft": "..."}})` or `session.answer(False)` from code.
        interrupt_after: nodes to stop after, in the same way.

    Raises:
        TypeError: `graph` is not a compiled graph, or an argument is of the wrong kind, as a text for a graph that takes none.
        ValueError: `thread_id` is not the one that `config` names.
        ValueError: `interrupt_before` or `interrupt_after` names no node of it.

    In a notebook, what nodes print and log is an output of the cell that started the run, as it is without a session, so
    that a saved notebook has it; the view shows it once more, at the task that said it. What a subprocess or C code writes
    past Python is at no task, since nobody could say which of several it was: the kernel gives it to the cell that runs or
    ran last, or to the run's cell once somebody has clicked since. Print it to have it at its task:
    `print(subprocess.run([...], capture_output=True, text=True).stdout)`.

    A graph on a server, `hitl.run(RemoteGraph("agent", url="http://localhost:2024"), input)`, is shown and answered in
    the same way. What is different (langgraph-api 0.16.7):

    - The server keeps the thread, so there is no `save=`. It takes UUIDs as names only; any other `thread_id` stands for
      one, always the same (`session.thread_id` is that one).
    - An answer is safe once the server has accepted it, which is when `answer` returns. One that is given while the graph
      works, or has failed, is kept there beside the thread until a run can take it; a secret is not, nor what is larger
      than 16 kB: they are refused then, with when to send them again. One whose acceptance was not heard of is never sent
      twice. A development server that is killed forgets what it accepted in its last ten seconds, threads included.
    - A kernel that dies stops nothing: the server works on, no node is run again for that, and another kernel follows.
      `session.decisions` has those of the thread's latest 1,000 runs, with their times, which the server keeps with them;
      not those that were taken without this package.
    - Answers and values are JSON. Forms are made of the JSON Schemas that the server gives; a tool's arguments have none.
    - `stop` cancels the run at once: a node that is at work is cut off, and runs again from its beginning on `retry`.
    - A run that is at work already is followed, by `attach` and by `run`, whose input is not used then.
    - `fork` has the server copy the thread, and all nodes of the step run again. A fork with `update=`, or a change at a
      breakpoint, is refused where the state has a reducer for that key.
    - Breakpoints go with each run that the server is asked for: one that is switched while the graph works counts from
      the next answer on. Inside of nested graphs they are compiled there.
    - Looking into a node shows what it was given, wrote, asked and failed with, nested ones too. What it printed, how
      often it was tried and where in its code it failed no server tells.
    - With an async client only, everything is awaited, as with any async graph.

    A server that cannot be reached, or says no, fails the run with a `ServerError`; `session.retry()` goes on from there.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> import hitl_widgets as hitl
    >>> class State(TypedDict, total=False):
    ...     budget: float
    >>> builder = StateGraph(State)
    >>> _ = builder.add_node("ask_budget", hitl.ask_node("budget", "What's your budget?"))
    >>> _ = builder.add_edge(START, "ask_budget")
    >>> session = hitl.run(builder.compile(), {}, unattended={"budget": 100})
    >>> session.wait()
    {'budget': 100.0}
    """
    session = _start(
        graph,
        ASK_INPUT if input is MISSING else input if is_remote(graph) else said(graph, input),
        thread_id=thread_id,
        save=save,
        config=config,
        context=context,
        controls=controls,
        policies=policies,
        unattended=unattended,
        breakpoints=(interrupt_before, interrupt_after),
    )
    for sentence in misspelt(graph, input):
        session._run.notice(sentence)
    return session


def attach(
    graph: Any,
    thread_id: str,
    *,
    save: str | os.PathLike[str] | BaseCheckpointSaver[Any] | None = None,
    config: RunnableConfig | None = None,
    context: Any = None,
    controls: Registry | None = None,
    policies: Iterable[Policy] = (),
    unattended: Any = None,
    interrupt_before: Nodes | None = None,
    interrupt_after: Nodes | None = None,
) -> Session:
    """Go on with a thread as it stands: what was asked is pending again, what was answered goes on by itself.

    Takes the arguments of `run`; the checkpointer (or `save=`) must be the one that the thread was saved with. A thread
    that is kept in memory alone is found as long as a session on it is there. Of a `RemoteGraph` a run that is at work on
    its server is followed.

    A session goes on with the graph that it was given. Where you have mended a node since and compiled the graph anew,
    `hitl.attach(graph, session.thread_id)` is a session of that one, where the thread stands; of a failed run, `retry` goes on.

    With a checkpointer that outlives the kernel, `kill -9` at any moment loses no answer that was taken (`answer` has
    returned, or the card says so), and none is used twice; `session.decisions` has the earlier ones, with their times. A
    node that is cut off at its work runs again from its top, as LangGraph has it: what it does in the world before it has
    finished may be done again. What a person has given as the input of a new run is kept once the graph has begun.

    Several sessions may show one thread, and the first valid answer to a question wins. Those of one kernel tell each
    other and take turns. What another kernel does, or code with LangGraph alone (`graph.update_state`, `graph.invoke`), a
    session that is shown and at rest notices within a second or two (on a server up to 20), for as long as somebody is at
    its page; else it is seen when somebody acts there. An answer that comes too late is refused. Where another kernel is at
    work on the thread, the session says so, runs nothing, and goes on by itself once that one is at rest or has ended,
    `kill -9` included; what is asked meanwhile can be answered. That is so for threads in a SQLite file, beside which an
    empty file (`runs.sqlite-hitl`) is locked while a kernel is at work, and for those of `PostgresSaver`,
    `AsyncPostgresSaver` and the shallow ones, whose server has a lock then, through a connection of its own beside the
    checkpointer's. Where no such lock can be had (a pooler as PgBouncer before the server, no connection more), the session
    says so. There, and with any other checkpointer, a thread on which another kernel is at work looks the same as one that
    a kernel has left in the middle of a step, and attaching it runs that step a second time: attach a thread that waits, or
    whose kernel has ended.

    >>> from langgraph.checkpoint.memory import InMemorySaver
    >>> from langgraph.graph import START, MessagesState, StateGraph
    >>> import hitl_widgets as hitl
    >>> def greet(state):
    ...     return {"messages": [hitl.ask("What's your name?")]}
    >>> builder = StateGraph(MessagesState)
    >>> _ = builder.add_node("greet", greet)
    >>> _ = builder.add_edge(START, "greet")
    >>> graph = builder.compile(checkpointer=InMemorySaver())
    >>> _ = hitl.run(graph, {"messages": []}, thread_id="t1")
    >>> later = hitl.attach(graph, "t1")
    >>> later.answer("Ada")
    >>> later.wait()["messages"][-1].content
    'Ada'
    """
    kept = kept_here(graph, str(thread_id)) if save is None else None
    session = _start(
        graph,
        PICK_UP,
        thread_id=thread_id,
        save=kept if save is None else save,
        config=config,
        context=context,
        controls=controls,
        policies=policies,
        unattended=unattended,
        breakpoints=(interrupt_before, interrupt_after),
    )
    if kept is not None and has_saved(kept, str(thread_id)):
        session._run.notice(KEPT_HERE)
    return session


def _start(
    graph: Any,
    step: Any,
    *,
    thread_id: str | None,
    save: Any,
    config: RunnableConfig | None,
    context: Any,
    controls: Registry | None,
    policies: Iterable[Policy],
    unattended: Any,
    breakpoints: tuple[Nodes | None, Nodes | None],
) -> Session:
    answers, asked_first = answers_from(unattended), checked(policies)
    merged: RunnableConfig = {**(config or {})}
    # LangGraph's own methods take an id that is no text by its text; its checkpointers, and our locks, want the text.
    configured = _text(merged.get("configurable", {}).get("thread_id"))
    thread_id = _text(thread_id)
    if thread_id is not None and configured not in {None, thread_id}:
        raise ValueError(f"thread_id={thread_id!r}, but the config says {configured!r}: give one of them.")
    thread_id = thread_id if thread_id is not None else configured
    named = thread_id is not None
    thread_id = uuid.uuid4().hex if thread_id is None else thread_id
    merged["configurable"] = {**merged.get("configurable", {}), "thread_id": thread_id}
    # A session goes on from the thread's latest checkpoint; pinned to one, or to that of a nested graph as the config of a
    # node is, it would never see what it has done.
    for pinned in ("checkpoint_id", "checkpoint_ns", "checkpoint_map"):
        merged["configurable"].pop(pinned, None)
    driver, durable = driver_for(graph, merged, context, save)
    driver.watched = is_watched()
    started = Run(
        driver,
        controls if controls is not None else default_controls,
        policies=asked_first,
        answers=answers if not kernel.attended() else None,
        notices=[
            *driver.says,
            *([] if durable else [NOT_SAVED]),
            *([NOT_COMMITTED] if is_uncommitted(driver.checkpointer) else []),
        ],
        attach=attach_code(driver.thread_name, save) if durable else None,
        resumes_waiting=named and step is not PICK_UP,
    )
    started.recalled = not named
    started.breakpoints.start_with(*breakpoints)
    session = Session(started, display=Display(started))
    started.start(step)
    return session


def _text(thread_id: Any) -> str | None:
    return None if thread_id is None else str(thread_id)


def attach_code(thread_id: str, save: Any) -> str:
    """What to write in a new kernel to go on with a thread.

    >>> attach_code("t1", "runs.sqlite")
    "hitl.attach(graph, 't1', save='runs.sqlite')"
    >>> attach_code("t1", None)
    "hitl.attach(graph, 't1')"
    """
    if isinstance(save, (str, os.PathLike)):
        return f"hitl.attach(graph, {thread_id!r}, save={os.fspath(save)!r})"
    return f"hitl.attach(graph, {thread_id!r})" if save is None else f"hitl.attach(graph, {thread_id!r}, save=...)"
