"""A click on Submit until the next question is on the screen, against a bare anywidget that echoes a click.

Both in the same page of a real JupyterLab, in turn, timed by the page's own clock.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright
from tests.browser.conftest import CHROMIUM_FLAGS
from tests.browser.lab import Lab
from tests.browser.page import NotebookPage

from .table import Figure

CLICKS = 200

SESSION = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import END, START, StateGraph
import hitl_widgets as hitl

class State(TypedDict, total=False):
    count: Annotated[int, operator.add]

def ask(state):
    hitl.ask(f"Question {state.get('count', 0)}", default="yes")
    return {"count": 1}

builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
builder.add_edge("ask", "ask")
session = hitl.run(builder.compile(), {"count": 0}, config={"recursion_limit": 100000})
session
"""

ECHO = '''
import anywidget, traitlets

class Echo(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      const button = document.createElement("button");
      button.id = "echo";
      button.onclick = () => model.send("click");
      model.on("change:count", () => { button.textContent = String(model.get("count")); });
      button.textContent = "0";
      el.append(button);
    } };
    """
    count = traitlets.Int(0).tag(sync=True)

echo = Echo()
def clicked(widget, content, buffers):
    widget.count += 1
echo.on_msg(clicked)
echo
'''

TIME_ECHO = """async () => {
  const button = document.querySelector("#echo");
  const before = button.textContent;
  const start = performance.now();
  button.click();
  while (button.textContent === before) await new Promise((go) => setTimeout(go, 0));
  return performance.now() - start;
}"""

TIME_SUBMIT = """async () => {
  const form = () => document.querySelector(".hitl-root form");
  const name = () => { const now = form(); return now && document.getElementById(now.getAttribute("aria-labelledby"))?.textContent; };
  const before = name();
  const start = performance.now();
  form().querySelector("button[type=submit]").click();
  while (!name() || name() === before) await new Promise((go) => setTimeout(go, 0));
  return performance.now() - start;
}"""


def figures() -> list[Figure]:
    root = Path(tempfile.mkdtemp(prefix="hitl-bench-"))
    lab = Lab(root)
    try:
        times = _clicks(lab)
    finally:
        lab.stop()
        shutil.rmtree(root, ignore_errors=True)
    return [
        Figure(
            f"Submit to the next question (median of {CLICKS})",
            statistics.median(times["submit"]),
            "a bare anywidget's echo",
            statistics.median(times["echo"]),
            limit=1.5,
        )
    ]


def _clicks(lab: Lab) -> dict[str, list[float]]:
    cells = [nbformat.v4.new_code_cell(code) for code in (SESSION, ECHO)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), lab.notebooks / "bench.ipynb")
    times: dict[str, list[float]] = {"submit": [], "echo": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page: Any = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened = NotebookPage(page, lab, "bench.ipynb").open()
        opened.run_all()
        page.locator("#echo").wait_for(timeout=60_000)
        opened.view.get_by_role("button", name="Submit").wait_for()
        for _ in range(CLICKS):
            times["echo"].append(page.evaluate(TIME_ECHO) / 1000)
            times["submit"].append(page.evaluate(TIME_SUBMIT) / 1000)
        browser.close()
    return times
