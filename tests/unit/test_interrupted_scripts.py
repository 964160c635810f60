"""Ctrl+C in a script, and the end of one, whatever its sessions do: it ends, and waits for no node that works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
SOON = 60.0
"""Seconds in which it ends, on a machine that does ten things; its nodes would take an hour."""

SCRIPT = """
import asyncio, os, threading
import hitl_widgets as hitl
from tests.unit import graphs

has_begun = threading.Event()
def says(what):
    os.write(1, f"{what}\\n".encode())  # at once: two nodes may say it side by side
def rests(state):
    says("ready")
    has_begun.set()
    threading.Event().wait(3600)
    return {}
async def rests_async(state):
    says("ready")
    has_begun.set()
    await asyncio.sleep(3600)
    return {}
async def asks_async(state):
    return asks(state)
def asks(state):
    return {"log": [hitl.ask("Who?")]}
def ready(session):
    session._run.at_rest.wait(60)
    says("ready")
    return session
async def main(session):
    ready(session)
    return await session
def graph(*nodes):
    return graphs.chain(graphs.Log, {str(at): node for at, node in enumerate(nodes)})
def begins(pools, queues):
    # A pool notes a thread only when the process is about to end, though it is at work by then.
    class Late(type(queues)):
        def __setitem__(self, thread, queue):
            while not threading._SHUTTING_DOWN:
                threading.Event().wait(0.01)
            threading.Event().wait(0.3)  # who does not wait for the pool passes by
            super().__setitem__(thread, queue)
    pools._threads_queues = Late()
    return hitl.run(graph(rests, asks_async), {})
both = graphs.fan_out(graphs.Log, {"a": rests, "b": rests}, lambda state: {})
"""
WAITS = {
    "a node": "hitl.run(graph(rests), {}).wait()",
    "nodes side by side": "hitl.run(both, {}).wait()",
    "an async node": "hitl.run(graph(rests_async), {}).wait()",
    "a sync node of an async graph": "hitl.run(graph(rests, asks_async), {}).wait()",
    "a node that has just begun": "from concurrent.futures import thread as p; begins(p, p._threads_queues).wait()",
    "a person": "ready(hitl.run(graph(asks), {})).wait()",
    "a person, awaited": "asyncio.run(main(hitl.run(graph(asks), {})))",
    "a person, of an async graph": "ready(hitl.run(graph(asks_async), {})).wait()",
    "its question": "hitl.run(graph(rests, asks), {}).answer('yes')",
}


def begun(code: str) -> subprocess.Popen[str]:
    """The script, when it has said that it is ready."""
    script = subprocess.Popen(
        [sys.executable, "-c", SCRIPT + code],
        cwd=REPO,
        env=os.environ | {"HITL_UNATTENDED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert script.stdout is not None
    if (said := script.stdout.readline()) != "ready\n":
        script.kill()
        pytest.fail(f"it says {said!r}: {script.communicate()[1]}")
    return script


def ended(script: subprocess.Popen[str]) -> str:
    """What it has said of its end."""
    try:
        _, error = script.communicate(timeout=SOON)
    except subprocess.TimeoutExpired:
        script.kill()
        _, error = script.communicate()
        pytest.fail(f"it does not end: {error}")
    return error


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("waits_for", WAITS)
def test_an_interrupt_ends_a_script_that_waits(waits_for: str) -> None:
    script = begun(WAITS[waits_for])
    script.send_signal(signal.SIGINT)
    assert ended(script).rstrip().endswith("KeyboardInterrupt")


@pytest.mark.parametrize("node", ["graph(rests)", "both", "graph(rests_async)"])
def test_a_script_ends_though_a_node_is_at_work(node: str) -> None:
    script = begun(f"session = hitl.run({node}, {{}})\nhas_begun.wait()\nsays('the end')")
    assert ended(script) == ""
    assert script.returncode == 0
