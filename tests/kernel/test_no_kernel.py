"""Without a kernel: everything imports, and every function has a plain answer."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from types import ModuleType, SimpleNamespace

import pytest

from hitl_widgets import kernel
from hitl_widgets.errors import CannotWaitError


@pytest.fixture(autouse=True)
def no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HITL_UNATTENDED", "SERVER_SOFTWARE", "VOILA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def pretend_marimo(monkeypatch: pytest.MonkeyPatch) -> None:
    marimo = ModuleType("marimo")
    marimo.running_in_notebook = lambda: True  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "marimo", marimo)


def test_nobody_is_there() -> None:
    assert kernel.attended() is False
    assert kernel.cell_id() is None


@pytest.mark.parametrize(("setting", "attended"), [("1", False), ("0", True), ("", False)])
def test_the_environment_says_who_is_there(monkeypatch: pytest.MonkeyPatch, setting: str, attended: bool) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", setting)
    assert kernel.attended() is attended


def test_the_environment_overrules_marimo(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_marimo(monkeypatch)
    assert kernel.attended() is True
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    assert kernel.attended() is False


@pytest.mark.parametrize(("name", "value"), [("SERVER_SOFTWARE", "voila/0.5.13"), ("VOILA_BASE_URL", "/")])
def test_a_page_of_voila_has_a_reader(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert kernel.attended() is True


def test_nothing_of_jupyter_is_imported() -> None:
    code = (
        "import sys\n"
        "for name in ('ipykernel', 'zmq', 'IPython', 'jupyter_client', 'ipywidgets'): sys.modules[name] = None\n"
        "import hitl_widgets.kernel.waiting as waiting, hitl_widgets.kernel as kernel\n"
        "assert not kernel.attended() and kernel.wait(lambda: True) and not kernel.wait(lambda: False, timeout=0.01)"
    )
    # The package itself imports ipywidgets, so it stands aside here.
    aside = (
        "import sys, types, importlib.util\n"
        "package = types.ModuleType('hitl_widgets')\n"
        "package.__path__ = list(importlib.util.find_spec('hitl_widgets').submodule_search_locations)\n"
        "sys.modules['hitl_widgets'] = package\n"
    )
    subprocess.run([sys.executable, "-c", aside + code], check=True)


def test_wait_ends_when_another_thread_is_done() -> None:
    done = threading.Event()
    threading.Timer(0.05, done.set).start()
    assert kernel.wait(done.is_set)
    done.clear()
    threading.Timer(0.05, done.set).start()
    assert kernel.wait(done.is_set, wake=done)


def test_wait_ends_when_the_time_is_over() -> None:
    assert kernel.wait(lambda: False, timeout=0.03) is False
    assert kernel.wait(lambda: False, wake=threading.Event(), timeout=0.03) is False
    assert kernel.wait(lambda: True, timeout=0) is True


def test_a_wake_that_stays_set_is_no_busy_loop() -> None:
    wake, looks = threading.Event(), 0
    wake.set()

    def is_done() -> bool:
        nonlocal looks
        looks += 1
        return False

    kernel.wait(is_done, wake=wake, timeout=0.2)
    assert looks < 30


def test_wait_spends_no_processor_time() -> None:
    before = time.thread_time()  # its own: others of this process may be at work
    kernel.wait(lambda: False, timeout=0.3)
    assert time.thread_time() - before < 0.1


def test_await_leaves_the_loop_free() -> None:
    async def main() -> list[str]:
        said: list[str] = []

        async def speak() -> None:
            await asyncio.sleep(0.01)
            said.append("meanwhile")

        task = asyncio.create_task(speak())
        assert await kernel.wait_async(lambda: bool(said))
        assert not await kernel.wait_async(lambda: False, timeout=0.03)
        await task
        return said

    assert asyncio.run(main()) == ["meanwhile"]


def test_await_can_be_cancelled() -> None:
    async def main() -> None:
        async with asyncio.timeout(0.03):
            await kernel.wait_async(lambda: False)

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_the_loop_is_known_from_inside() -> None:
    async def inside() -> bool:
        return kernel.on_kernel_loop()

    assert kernel.on_kernel_loop() is False
    assert asyncio.run(inside()) is True


def test_marimo_says_what_to_write_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_marimo(monkeypatch)
    with pytest.raises(CannotWaitError, match=r"session\.values"):
        kernel.wait(lambda: False)
    with pytest.raises(CannotWaitError, match=r"session\.values"):
        asyncio.run(kernel.wait_async(lambda: False))
    # What is done already needs no waiting.
    assert kernel.wait(lambda: True)


def test_voila_says_what_to_write_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")

    async def cell() -> None:
        kernel.wait(lambda: False)

    with pytest.raises(CannotWaitError, match="last line"):
        asyncio.run(cell())
    # A thread may wait: it keeps no page from being shown.
    assert kernel.wait(lambda: False, timeout=0.01) is False


def test_a_comm_of_another_kernel_is_left_alone() -> None:
    comm = SimpleNamespace()
    kernel.keep_clicks_coming(comm)
    kernel.keep_clicks_coming(None)
    assert vars(comm) == {}


def test_a_comm_of_7_4_goes_where_the_browser_says() -> None:
    comm = SimpleNamespace(_reply_subshell_for=lambda data, default: "elsewhere")
    kernel.keep_clicks_coming(comm)
    assert comm._reply_subshell_for({"content": {"id": "x"}}, "subshell") == "subshell"
    assert comm._reply_subshell_for({}, None) is None
