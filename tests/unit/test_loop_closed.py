"""A session whose event loop is closed while it is at work: the garbage collector ends it, whatever a thread is at just then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PROGRAM = """
import asyncio, faulthandler, gc, sys, threading, time
import hitl_widgets as hitl
from hitl_widgets.driver.locks import file_lock
from hitl_widgets.running.others import turns
from tests.unit import graphs

faulthandler.dump_traceback_later(60, exit=True)
began = threading.Event()

async def works(state):
    began.set()
    await asyncio.Event().wait()

async def main():
    save = None if sys.argv[1] == "memory" else sys.argv[1]
    session = hitl.run(graphs.chain(graphs.Log, {"works": works}), {"log": []}, save=save)
    # What a connection's thread could not tell the loop any more, it keeps for ever, and all that waits for it (aiosqlite 0.22).
    while not (began.is_set() and (await saved(session)).get("step") == 0):
        await asyncio.sleep(0.01)

async def saved(session):
    return (await session._run.driver.snapshot()).metadata or {}

gc.disable()
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
del loop
assert turns._at_work, "it is not at work"
assert bool(file_lock._open) == (sys.argv[1] != "memory"), "it has no lock"
lock = {
    "turns": turns._lock, "file": file_lock._guard, "threads": threading._active_limbo_lock,
}[sys.argv[2]]
deadline = time.monotonic() + 40
while turns._at_work or file_lock._open:
    assert time.monotonic() < deadline, "it is at work for ever"
    # As where the collector begins in the midst of a function that has the lock. Until its connection's thread has ended,
    # that has hold of it.
    with lock:
        gc.collect()
    time.sleep(0.01)
print("through")
"""


@pytest.mark.parametrize(
    ("where", "lock"), [("memory", "turns"), ("memory", "threads"), ("file", "turns"), ("file", "file")]
)
def test_it_gives_its_thread_back_and_nothing_waits_for_ever(tmp_path: Path, where: str, lock: str) -> None:
    save = where if where == "memory" else str(tmp_path / "runs.sqlite")
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, save, lock], cwd=REPO, capture_output=True, text=True, timeout=90, check=False
    )
    assert ended.stdout.strip() == "through", ended.stderr
    assert ended.returncode == 0, ended.stderr
