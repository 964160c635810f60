"""Workers that cells and nodes fork in a real kernel, beside a session: the clicks are the kernel's, and the stop button theirs too."""

from __future__ import annotations

import os

import pytest

from .client import Kernel
from .test_session import AWAIT, GRAPH, START_SYNC, WAIT, View

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")

WORKERS = """
import multiprocessing, os
context = multiprocessing.get_context("fork")
may_end = context.Event()
def tries(number, says=True):
    os.environ["HITL_UNATTENDED"] = "0"
    told = []
    for name, does in {
        "answer": lambda: session.answer("child"),
        "stop": lambda: session.stop(),
        "wait": lambda: session.wait(),
    }.items():
        try:
            told.append(f"{name}: {does()}")
        except Exception as error:
            told.append(f"{name}: {type(error).__name__}")
    if says:
        print(f"worker {number}\\n", end="", flush=True)
    may_end.wait(60)
    return told
def tries_in_silence(number):
    # One that a thread has forked may have ipykernel's streams as another thread had locked them, and never come to print.
    return tries(number, says=False)
"""
REFUSED = [f"{name}: OtherProcessError" for name in ("answer", "stop", "wait")]


@pytest.mark.parametrize("waiting", [WAIT, AWAIT], ids=["wait", "await"])
def test_clicks_go_to_the_kernel_while_workers_of_a_cell_hold_its_session(kernel: Kernel, waiting: str) -> None:
    kernel.run(GRAPH + WORKERS)
    view = View(kernel, kernel.execute(START_SYNC))
    view.open_card()
    forks = kernel.execute("pool = context.Pool(2); told = pool.map_async(tries, range(2), chunksize=1)")
    for number in range(2):
        kernel.until_prints(forks, f"worker {number}\n")
    waits = kernel.execute(waiting)
    kernel.until_prints(waits, "waiting")
    view.answer("clicked")
    kernel.until_done(waits)
    assert waits.stdout == "waiting\nvalues {'log': ['clicked']}\n"
    kernel.run("may_end.set(); found = told.get(60); workers = list(pool._pool); pool.close(); pool.join()")
    assert kernel.evaluate("found") == [REFUSED] * 2
    assert kernel.evaluate("[worker.exitcode for worker in workers]") == [0, 0]
    assert kernel.evaluate("[decision.value for decision in session.decisions]") == ["clicked"]


def test_a_cell_that_works_with_a_pool_while_a_session_is_shown(kernel: Kernel) -> None:
    kernel.run(GRAPH + WORKERS + "may_end.set()")
    view = View(kernel, kernel.execute(START_SYNC))
    view.open_card()
    pool = kernel.execute("with context.Pool(2) as pool:\n    print(pool.map(tries, range(3)))", wait=True)
    assert str([REFUSED] * 3) in pool.stdout, pool
    view.answer("clicked")
    view.until_status("finished")
    assert kernel.evaluate("session.values['log']") == ["clicked"]


@pytest.mark.parametrize("waiting", [WAIT, AWAIT], ids=["wait", "await"])
def test_a_node_works_with_a_pool_while_a_cell_waits(kernel: Kernel, waiting: str) -> None:
    kernel.run(GRAPH + WORKERS + "may_end.set()")
    kernel.run(
        "def works(state):\n"
        "    with context.Pool(2) as pool:\n        return {'log': pool.map(tries_in_silence, range(2), chunksize=1)}\n"
    )
    cell = kernel.execute("session = hitl.run(chain(ask=ask, works=works, again=ask), {'log': []}); session")
    view = View(kernel, cell)
    waits = kernel.execute(waiting)
    kernel.until_prints(waits, "waiting")
    first = view.open_card()["request"]
    view.answer("first")
    kernel.until(lambda: any(card["request"] != first for card in view.cards), "the second question")
    view.answer("second")
    kernel.until_done(waits)
    assert f"values {{'log': ['first', {REFUSED}, {REFUSED}, 'second']}}" in waits.stdout, waits


@pytest.mark.parametrize("waiting", [WAIT, AWAIT], ids=["wait", "await"])
def test_the_stop_button_ends_a_worker_that_a_node_has_started_while_a_cell_waits(kernel: Kernel, waiting: str) -> None:
    kernel.run(GRAPH + WORKERS)
    kernel.run(
        "here = context.Event()\n"
        "def rests():\n    here.set()\n    time.sleep(600)\n"
        "def works(state):\n    global worker\n    worker = context.Process(target=rests)\n    worker.start()\n"
        "    here.wait(60)\n    print('worker rests')\n    worker.join()\n    return {'log': [worker.exitcode]}\n"
    )
    cell = kernel.execute("session = hitl.run(chain(ask=ask, works=works), {'log': []}); session")
    view = View(kernel, cell)
    waits = kernel.execute(waiting)
    kernel.until_prints(waits, "waiting")
    view.answer("go")
    kernel.until(lambda: any("worker rests" in sent.stdout for sent in (cell, waits)), "the worker is there")
    kernel.interrupt()
    kernel.until_done(waits)
    assert waits.error == "KeyboardInterrupt"
    view.until_status("finished")
    assert kernel.evaluate("session.values['log']") == ["go", 1]
