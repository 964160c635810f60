"""What a run prints in a real kernel: an output of the cell that started it, and known at its task."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from .client import Kernel
from .environments import Environment
from .test_session import GRAPH, View

SAID = """
def said(node):
    tasks = [task for step in session._run.state.steps for task in step.tasks if task.node == (node,) and task.said]
    return [[chunk.stream, chunk.text, chunk.level] for task in tasks for chunk in task.said.chunks]
"""
NODES = """
import logging, sys, warnings
from ipykernel.iostream import OutStream
def work(state):
    answer = interrupt("Go on?")
    print("to stdout", answer)
    print("to stderr", file=sys.stderr)
    logging.getLogger("app").warning("logged")
    return {"log": [isinstance(sys.stdout, OutStream), sys.stdout.isatty()]}
async def work_async(state):
    await asyncio.sleep(0)
    return work(state)
"""


@pytest.mark.parametrize(("node", "wait"), [("work", "session.wait()"), ("work_async", "await session")])
def test_what_a_run_prints_is_an_output_of_its_cell_and_known_at_its_task(kernel: Kernel, node: str, wait: str) -> None:
    kernel.run(GRAPH + SAID + NODES + "streams = sys.stdout, sys.stderr")
    cell = kernel.execute(f"session = hitl.run(chain(work={node}), {{'log': []}}); print('of the cell'); session")
    view = View(kernel, cell)
    view.open_card()
    waits = kernel.execute(f"print('waiting'); print(({wait})['log']); print('of a later cell')")
    kernel.until_prints(waits, "waiting")
    view.answer("yes")
    kernel.until(lambda: waits.is_done, "the waiting cell")
    kernel.settle()
    assert cell.stdout == "of the cell\nto stdout yes\n"
    assert cell.stderr == "to stderr\nlogged\n"
    assert waits.stdout == "waiting\n[True, False]\nof a later cell\n"
    assert kernel.evaluate("said('work')") == [
        ["stdout", "to stdout yes\n", None],
        ["stderr", "to stderr\n", None],
        ["log", "logged\n", "WARNING"],
    ]
    assert kernel.evaluate("[sys.stdout is streams[0], sys.stderr is streams[1]]") == [True, True]


def test_what_another_cell_prints_while_a_node_works_is_that_cells(kernel: Kernel) -> None:
    kernel.run(GRAPH + SAID + "import threading, sys; may_end = threading.Event(); stream = sys.stdout")
    kernel.run("def work(state):\n    print('begun')\n    may_end.wait(60)\n    print('ends')\n    return {}")
    cell = kernel.execute("session = hitl.run(chain(work=work), {'log': []}); session")
    kernel.until_prints(cell, "begun")
    # Its context is the kernel's, not the run's, though the same stream stands in for stdout.
    other = kernel.execute("print('meanwhile', sys.stdout is stream); may_end.set()", wait=True)
    kernel.run("session.wait()")
    kernel.settle()
    assert other.stdout == "meanwhile False\n"
    assert cell.stdout == "begun\nends\n"
    assert kernel.evaluate("said('work')") == [["stdout", "begun\nends\n", None]]
    assert kernel.evaluate("sys.stdout is stream") is True


def test_what_a_node_prints_in_a_captured_cell_is_captured_and_known_at_its_task(kernel: Kernel) -> None:
    kernel.run(GRAPH + SAID)
    kernel.run(
        "%%capture captured\ndef work(state):\n    print('inside')\n    return {}\n"
        "session = hitl.run(chain(work=work), {'log': []}); session.wait()"
    )
    assert kernel.evaluate("captured.stdout") == "inside\n"
    assert kernel.evaluate("said('work')") == [["stdout", "inside\n", None]]


PAST_PYTHON = """
import os, subprocess, threading
may_end = threading.Event()
def work(state):
    answer = interrupt("Go on?")
    print("printed")
    subprocess.run(["echo", "from a subprocess"])
    os.write(2, b"from fd 2\\n")
    may_end.wait(60)
    subprocess.run(["echo", "at the end"])
    return {"log": [answer]}
"""


@pytest.fixture
def reads_descriptors(ipykernel: Environment, monkeypatch: pytest.MonkeyPatch) -> Generator[Kernel]:
    """A kernel that reads what is written to its file descriptors, which it does not where pytest runs it."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    with Kernel(ipykernel.python) as kernel:
        yield kernel


def test_what_a_subprocess_prints_after_a_click_is_an_output_of_the_runs_cell(reads_descriptors: Kernel) -> None:
    kernel = reads_descriptors
    kernel.run(GRAPH + SAID + PAST_PYTHON)
    cell = kernel.execute("session = hitl.run(chain(work=work), {'log': []}); session")
    view = View(kernel, cell)
    view.open_card()
    view.answer("yes")
    kernel.until(lambda: "from a subprocess" in cell.stdout and "from fd 2" in cell.stderr, "its outputs")
    # What a later cell does is its own: it is the last to have run, and what comes past Python from then on is its, as
    # it is without a session.
    other = kernel.execute("may_end.set(); session.wait()", wait=True)
    kernel.until(lambda: "at the end" in cell.stdout + other.stdout, "the last output")
    assert (cell.stdout, cell.stderr) == ("printed\nfrom a subprocess\n", "from fd 2\n")
    assert other.stdout == "at the end\n"
    assert not kernel.orphans
    # Nobody can say which task that was.
    assert kernel.evaluate("said('work')") == [["stdout", "printed\n", None]]


def test_what_a_subprocess_prints_while_a_later_message_of_the_view_is_the_last_one_is_not_lost(
    reads_descriptors: Kernel,
) -> None:
    kernel = reads_descriptors
    kernel.run(GRAPH + PAST_PYTHON)
    cell = kernel.execute(
        "session = hitl.run(chain(work=work), {'log': []}); threading.Timer(3, may_end.set).start(); session"
    )
    view = View(kernel, cell)
    view.open_card()
    view.answer("yes")
    kernel.until(lambda: "from a subprocess" in cell.stdout, "its first output")
    hello = kernel.click(view.comm, {"type": "hello", "client": "c2", "seq": 0})
    kernel.until(lambda: "at the end" in cell.stdout, "its last output")
    assert hello.stdout == ""
