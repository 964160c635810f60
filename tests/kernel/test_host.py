"""What a real kernel tells us: who is there, which cell runs, where clicks and updates go."""

from __future__ import annotations

import re

import pytest

from .client import Kernel
from .environments import Environment
from .test_waiting import SETUP, start

IMPORT = "from hitl_widgets import kernel\n"


def test_somebody_is_there_if_the_cell_may_ask_for_input(kernel: Kernel) -> None:
    kernel.run(IMPORT)
    assert kernel.run("print(kernel.attended())") == "True"
    assert kernel.run("print(kernel.attended())", allow_stdin=False) == "False"
    assert kernel.run("await __import__('asyncio').sleep(0); print(kernel.attended())") == "True"


def test_the_environment_overrules_the_cell(kernel: Kernel) -> None:
    kernel.run(f"{IMPORT}import os; os.environ['HITL_UNATTENDED'] = '1'")
    assert kernel.run("print(kernel.attended())") == "False"
    kernel.run("os.environ['HITL_UNATTENDED'] = '0'")
    assert kernel.run("print(kernel.attended())", allow_stdin=False) == "True"
    kernel.run("del os.environ['HITL_UNATTENDED']")


def test_a_cell_is_known_by_its_message(kernel: Kernel) -> None:
    kernel.run(f"{IMPORT}import asyncio, contextvars, threading")
    first = kernel.execute("print(kernel.cell_id(), kernel.cell_id() == kernel.cell_id())", wait=True)
    assert first.stdout == f"{first.msg_id} True\n"
    awaits = kernel.execute("await asyncio.sleep(0.01); print(kernel.cell_id())", wait=True)
    assert awaits.stdout == f"{awaits.msg_id}\n"
    thread = kernel.execute(
        "run = contextvars.copy_context().run\n"
        "thread = threading.Thread(target=run, args=(lambda: print(kernel.cell_id()),))\nthread.start(); thread.join()",
        wait=True,
    )
    assert thread.stdout == f"{thread.msg_id}\n"


def test_a_function_of_a_cell_has_the_name_of_its_cell(kernel: Kernel) -> None:
    named = kernel.run(f"{IMPORT}def node(): ...\nprint(kernel.cell_name(node.__code__.co_filename))")
    assert re.fullmatch(r"Cell In\[\d+\]", named)
    assert kernel.run("print(kernel.cell_name('/somewhere/else.py'))") == "None"


def test_a_handler_belongs_to_no_cell(kernel: Kernel) -> None:
    clicks = kernel.run(
        f"{SETUP}\nclicks.on_msg(lambda *_: ran.append(kernel.cell_id()))".replace("print(", "0;print(")
    )
    kernel.run("before = kernel.cell_id()")
    click = kernel.click(clicks, {"n": 1})
    kernel.until_done(click)
    assert kernel.evaluate("ran") == [None]


def test_a_thread_without_a_cell_is_no_error(kernel: Kernel) -> None:
    kernel.run(
        f"{IMPORT}import threading\nsaid = []\n"
        "thread = threading.Thread(target=lambda: said.append((kernel.cell_id(), kernel.attended())))\n"
        "thread.start(); thread.join()"
    )
    assert kernel.evaluate("said[0][1]") is True


def test_every_cell_runs_on_the_loop_and_no_thread_does(kernel: Kernel) -> None:
    kernel.run(
        f"{IMPORT}import threading\nsaid = [kernel.on_kernel_loop()]\n"
        "thread = threading.Thread(target=lambda: said.append(kernel.on_kernel_loop()))\nthread.start(); thread.join()"
    )
    assert kernel.evaluate("said") == [True, False]


def test_a_click_reaches_its_handler_while_another_cell_blocks(
    kernel: Kernel, ipykernel: Environment, latency: list[float]
) -> None:
    if ipykernel.release < (7,):
        pytest.skip("ipykernel 6 has one thread for cells and clicks")
    clicks = kernel.run(SETUP)
    subshell = kernel.create_subshell()
    # An update from the main thread is what sends 7.4's clicks there.
    blocking = start(
        kernel,
        "clicks.count = 1; print('waiting', flush=True)\nwhile len(clicks.got) < 4: time.sleep(0.01)\nprint(clicks.got)",
    )
    for n in range(3):
        click = kernel.click(clicks, {"n": n}, subshell=subshell)
        kernel.until_done(click)
        assert not blocking.is_done
        assert click.idle_at is not None
        latency.append(click.idle_at - click.sent_at)
    kernel.click(clicks, {"n": 3}, subshell=subshell)
    kernel.until_done(blocking)
    assert blocking.stdout == "waiting\n[0, 1, 2, 3]\n"
    assert all(name.startswith("subshell-") for name in kernel.evaluate("clicks.threads"))


@pytest.mark.parametrize("waiting", ["kernel.wait(clicks())", "await kernel.wait_async(clicks())"])
def test_updates_from_a_thread_keep_flowing_while_a_cell_waits(kernel: Kernel, waiting: str) -> None:
    clicks = kernel.run(SETUP)
    cell = start(
        kernel,
        "import contextvars\n"
        "def count():\n    for n in range(1, 51):\n        clicks.count = n; time.sleep(0.002)\n"
        "thread = threading.Thread(target=contextvars.copy_context().run, args=(count,)); thread.start()\n"
        f"print('waiting'); {waiting}; thread.join()",
    )
    kernel.until(lambda: kernel.comms[clicks].get("count") == 50)
    assert not cell.is_done
    kernel.click(clicks, {"n": 1})
    kernel.until_done(cell)
    assert cell.status == "ok"


def test_voila_waits_in_no_cell(kernel: Kernel) -> None:
    kernel.run(f"{SETUP}\nimport os; os.environ['SERVER_SOFTWARE'] = 'voila/0.5.13'")
    sync = kernel.execute("kernel.wait(lambda: False)", wait=True)
    awaits = kernel.execute("await kernel.wait_async(lambda: False)", wait=True)
    between = kernel.run(
        "task = asyncio.create_task(kernel.wait_async(lambda: bool(ran)))\nawait asyncio.sleep(0)\nprint(task.done())"
    )
    kernel.run("del os.environ['SERVER_SOFTWARE']")
    assert [sync.error, awaits.error] == ["CannotWaitError"] * 2
    assert between == "True"
