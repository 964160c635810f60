"""marimo and Voila: the live view works there, and waiting raises with the way out instead of hanging."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from .axe import assert_accessible
from .conftest import shoot
from .lab import free_port

START = """
import hitl_widgets as hitl
from langgraph.graph import START, StateGraph
from typing import TypedDict

State = TypedDict("State", {"address": str, "order": list}, total=False)
builder = StateGraph(State)
builder.add_node("ask_address", hitl.ask_node("address", "What's your address?"))
builder.add_node("ask_order", hitl.ask_node("order", "Which first?", rank=["tea", "milk"]))
builder.add_edge(START, "ask_address")
builder.add_edge("ask_address", "ask_order")
session = hitl.run(builder.compile(), {})
"""
WAIT = """
try:
    said = session.wait(timeout=5)
except hitl.CannotWaitError as error:
    said = f"`wait` says: {error}"
"""
AWAIT = """
try:
    also_said = await session
except hitl.CannotWaitError as error:
    also_said = f"`await` says: {error}"
"""


@contextmanager
def serving(command: list[str], folder: Path) -> Generator[str]:
    """A server of its own, and its address; the port is the command's last word."""
    url = f"http://127.0.0.1:{command[-1]}/"
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "IPYTHONDIR": str(folder / "ipython")}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            until_it_answers(url, server, folder / "server.log")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path, timeout: float = 120) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            urllib.request.urlopen(url, timeout=timeout).close()
        except urllib.error.HTTPError:
            return  # it answers; what it says is the page's to show
        except OSError:
            if server.poll() is None and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            pytest.fail(f"{url} does not answer:\n{log.read_text()}")
        return


def marimo(folder: Path) -> list[str]:
    def cell(code: str, takes: str, last: str) -> str:
        body = "\n".join(f"    {line}" for line in f"{code}\n{last}".splitlines())
        head = "async def" if "await " in code else "def"
        return f"@app.cell\n{head} _({takes}):\n{body}\n    return {'hitl, session' if not takes else ''}\n"

    cells = [cell(START, "", "session"), cell(WAIT, "hitl, session", "said"), cell(AWAIT, "hitl, session", "also_said")]
    (folder / "app.py").write_text("\n".join(["import marimo", "app = marimo.App()", *cells]))
    return [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-token", "--port", str(free_port())]


def voila(folder: Path) -> list[str]:
    codes = (f"{START}\nsession", f"{WAIT}\nprint(said)", f"{AWAIT}\nprint(also_said)")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "page.ipynb")
    return [sys.executable, "-m", "voila", "page.ipynb", "--no-browser", "--port", str(free_port())]


@pytest.mark.parametrize(
    ("command", "way_out"),
    [
        (marimo, "marimo hands clicks to Python only between cells"),
        (voila, "Voila shows the page when the last cell has ended"),
    ],
    ids=["marimo", "voila"],
)
def test_the_view_answers_and_waiting_says_what_to_write_instead(
    command: Callable[[Path], list[str]], way_out: str, page: Page, tmp_path: Path
) -> None:
    with serving(command(tmp_path), tmp_path) as url:
        page.goto(url)
        card = page.get_by_role("form", name="What's your address?")
        card.get_by_role("textbox").fill("12 Main St", timeout=60_000)
        for waiting in ("wait", "await"):
            expect(page.get_by_text(f"`{waiting}` says: {way_out}")).to_be_visible(timeout=30_000)
        assert_accessible(page.locator(".hitl-root"))
        card.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("option", name="ask_address, done")).to_be_visible(timeout=20_000)
        expect(page.locator(".hitl-root").get_by_text("12 Main St")).to_be_visible()
        # Drawn by the second bundle, which comes with the first card that needs it.
        ranking = page.get_by_role("form", name="Which first?")
        ranking.get_by_role("button", name="Move milk up").click()
        assert_accessible(page.locator(".hitl-root"))
        shoot(page, f"host-{command.__name__}-ranking")
        ranking.get_by_role("button", name="Submit").click()
        expect(page.locator(".hitl-root").get_by_text("milk, tea")).to_be_visible(timeout=20_000)
        shoot(page, f"host-{command.__name__}")
