"""The stop button, and a kernel that is shut down, whatever a session does at that moment: nothing hangs, nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest

from ..figures.recorded import Figure
from .client import Kernel, Sent
from .environments import Environment
from .test_session import AWAIT, GRAPH, WAIT, View

SOON = 60.0
"""Seconds in which a process ends by itself, on a machine that does ten things; what hangs would take an hour."""

NODES = """
import threading
from langgraph.checkpoint.memory import InMemorySaver
may_end = threading.Event()
def note(what):
    print(what + "\\n", end="", flush=True)
def rests(state):
    note("node works")
    may_end.wait(3600)
    return {"log": ["rested"]}
def loops(state):
    note("node works")
    while not may_end.is_set():
        pass
    return {"log": ["looped"]}
async def awaits(state):
    note("node works")
    while not may_end.is_set():
        await asyncio.sleep(0.01)
    return {"log": ["awaited"]}
def beside(**nodes):
    builder = StateGraph(State)
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    return builder.compile()
class Slow(InMemorySaver):
    def put_writes(self, config, writes, *args, **options):
        # Where an answer is saved, not where LangGraph's threads save: ipykernel 6.31 and 7.0 may never come back from what is
        # printed in a thread that has the number of one that has ended (`OutStream.parent_header`).
        is_here = threading.current_thread().name == "hitl-call"
        if is_here and any(channel == "__resume__" for channel, _ in writes):
            note("saving")
            may_end.wait(3600)
        return super().put_writes(config, writes, *args, **options)
"""


@dataclass(frozen=True)
class Moment:
    """What a session does, and the cell that waits for it.

    Attributes:
        graph: the code of its graph.
        cell: the cell.
        said: what is printed once it is so.
        then: what the session is after an interrupt.
        log: what it ends with, once its nodes may end and its question, if it asks one, has got "later".
    """

    graph: str
    cell: str
    said: str
    then: str
    log: list[str]


MOMENTS = {
    "a node rests": Moment("chain(rests=rests)", WAIT, "node works", "running", ["rested"]),
    "a node rests, awaited": Moment("chain(rests=rests)", AWAIT, "node works", "running", ["rested"]),
    "a node loops": Moment("chain(loops=loops)", WAIT, "node works", "running", ["looped"]),
    "nodes rest side by side": Moment(
        "beside(one=rests, other=rests)", WAIT, "node works", "running", ["rested", "rested"]
    ),
    "an async node awaits": Moment("chain(awaits=awaits)", AWAIT, "node works", "running", ["awaited"]),
    "a person is asked": Moment("chain(ask=ask)", WAIT, "waiting", "waiting", ["later"]),
    "a person is asked, awaited": Moment("chain(ask=ask)", AWAIT, "waiting", "waiting", ["later"]),
    "a person is asked by an async node": Moment("chain(ask=ask_async)", AWAIT, "waiting", "waiting", ["later"]),
    "an answer is saved": Moment(
        "chain(ask=ask).copy({'checkpointer': Slow()})", "session.answer('saved')", "saving", "waiting", ["saved"]
    ),
    "an answer waits for its question": Moment(
        "chain(rests=rests, ask=ask)", "session.answer('cut off')", "node works", "running", ["rested", "later"]
    ),
}


def bring_about(kernel: Kernel, moment: Moment) -> tuple[View, Sent]:
    """Returns when the session is there, and the cell waits."""
    kernel.execute("1/0", wait=True)  # IPython imports what it shows an error with
    kernel.run(GRAPH + NODES)
    started = kernel.execute(f"session = hitl.run({moment.graph}, {{'log': []}}); session")
    view = View(kernel, started)
    if moment.then == "waiting":
        view.open_card()
        view.until_status("waiting")  # its card may be there before
    cell = kernel.execute(f"print('cell waits\\n', end='', flush=True); {moment.cell}")
    kernel.until_prints(cell, "cell waits")
    kernel.until(lambda: any(moment.said in sent.stdout for sent in (started, cell)), moment.said)
    if moment.said != "saving":
        # Answered while it waits, so by then it does.
        kernel.until_done(kernel.request("kernel_info_request"))
    return view, cell


@pytest.mark.parametrize("name", MOMENTS)
def test_the_stop_button_ends_the_cell_and_the_session_goes_on(kernel: Kernel, name: str, figure: Figure) -> None:
    moment = MOMENTS[name]
    view, cell = bring_about(kernel, moment)
    kernel.interrupt()
    kernel.until_done(cell)
    assert cell.error == "KeyboardInterrupt", cell
    status = kernel.evaluate("session.status")
    assert status == moment.then
    kernel.run("may_end.set()")
    if "later" in moment.log:
        view.answer("later")
    view.until_status("finished")
    log = kernel.evaluate("session.values['log']")
    assert log == moment.log
    figure(
        "The stop button while a cell waits for nodes that work, for a person, or for an answer to be saved",
        {"cells": 1},
        {
            "ended with KeyboardInterrupt": int(cell.error == "KeyboardInterrupt"),
            "sessions went on": int(log == moment.log),
        },
    )


@pytest.fixture
def own(ipykernel: Environment) -> Generator[Kernel]:
    """A kernel that the test may end."""
    with Kernel(ipykernel.python) as kernel:
        yield kernel


def as_a_manager_does(kernel: Kernel) -> None:
    kernel.interrupt()
    kernel.shut_down()


def ended(kernel: Kernel) -> bool:
    """Whether it ends, and soon, and none of our doing is how.

    ipykernel 7.3 may close its sockets while an interrupted cell's reply is sent; before 7.4 another thread looks at them, too
    (`LOOK_AGAIN` in `client.py`). libzmq (4.3) then ends the process.
    """
    ways = {0, -signal.SIGABRT}
    if (7, 0) <= tuple(map(int, kernel.ipykernel.split(".")[:2])) < (7, 4):
        ways.add(-signal.SIGSEGV)
    return kernel.ended_with(SOON) in ways


WAYS: dict[str, Callable[[Kernel], object]] = {"asked": Kernel.shut_down, "interrupted and asked": as_a_manager_does}


ENDS = [(name, how) for name in MOMENTS for how in WAYS if (name, how) != ("an answer is saved", "asked")]
"""Not where a cell waits for the checkpointer that saves its answer: that is ended by an interrupt alone."""


@pytest.mark.parametrize(("name", "how"), ENDS)
def test_a_kernel_that_is_shut_down_ends(own: Kernel, name: str, how: str) -> None:
    bring_about(own, MOMENTS[name])
    WAYS[how](own)
    assert ended(own)


MANY = """
graph = chain(ask=ask, rests=rests).copy({"checkpointer": InMemorySaver()})
for one in range(10):
    assert hitl.run(graph, {"log": []}, thread_id=f"{one}")._run.at_rest.wait(60)
"""
"""Two threads more than go on at a time."""


@pytest.mark.parametrize("cell", ["answer", "await aanswer"])
def test_the_stop_button_ends_a_cell_that_answers_several_threads(own: Kernel, cell: str) -> None:
    own.execute("1/0", wait=True)
    own.run(GRAPH + NODES + MANY)
    how, _, call = cell.rpartition(" ")
    answers = own.execute(f"{how} hitl.inbox(graph).{call}('x')".strip())
    own.until(lambda: answers.stdout.count("node works") == 8, "eight graphs are at work")
    own.interrupt()
    own.until_done(answers)
    assert answers.error in {"KeyboardInterrupt", "CancelledError"}, answers
    # What was not sent by then is still asked, and who was answered goes on.
    assert own.evaluate("len(hitl.inbox(graph))") == 2
    own.shut_down()
    assert ended(own)


def test_a_sync_node_of_an_async_graph_holds_up_the_end_only_until_the_kernel_is_told_once_more(own: Kernel) -> None:
    """It is in a thread of the loop's own pool, which Python waits for. Front ends send a SIGTERM then."""
    bring_about(own, Moment("chain(rests=rests, ask=ask_async)", AWAIT, "node works", "running", []))
    own.end_as_front_ends_do()
    assert own.ended_with(SOON) in {0, -signal.SIGTERM}
