"""A click on Submit: until the node that asked goes on, and until the next question is on the screen.

The first is measured against a bare anywidget that echoes a click, the second against the least that one could write by
hand: an anywidget that resumes the same graph in its message handler and shows the next question. All in the same
page of a real JupyterLab, in turn, timed by the page's own clock.
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
PAUSE_MS = 200
"""Between two clicks, so that each one meets a page and a connection at rest, as a person's does."""

GRAPH = """
import operator, time
from typing import Annotated, TypedDict
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
import anywidget, traitlets
import hitl_widgets as hitl

class State(TypedDict, total=False):
    count: Annotated[int, operator.add]
    resumed: float

def ask(state):
    interrupt(f"{state.get('count', 0)}: resumed at {state.get('resumed', 0)}")
    return {"count": 1, "resumed": time.time()}

builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
builder.add_edge("ask", "ask")
"""

SESSION = """
session = hitl.run(builder.compile(), {"count": 0}, config={"recursion_limit": 100000})
session
"""

# A button's text, set from a trait: all that both peers show.
BUTTON = """
    _esm = '''
    export default { render({ model, el }) {
      const button = document.createElement("button");
      button.className = "peer";
      const draw = () => { button.textContent = model.get("text"); };
      button.onclick = () => model.send("click");
      model.on("change:text", draw);
      draw();
      el.append(button);
    } };
    '''
    text = traitlets.Unicode().tag(sync=True)
"""

ECHO = f"""
class Echo(anywidget.AnyWidget):{BUTTON}
echo, clicks = Echo(text="0"), 0
def clicked(widget, content, buffers):
    global clicks
    clicks += 1
    widget.text = str(clicks)
echo.on_msg(clicked)
echo
"""

BY_HAND = f"""
class ByHand(anywidget.AnyWidget):{BUTTON}
graph = builder.compile(checkpointer=InMemorySaver())
config = {{"configurable": {{"thread_id": "by hand"}}, "recursion_limit": 100000}}
def step(command):
    for part in graph.stream(command, config, stream_mode=["tasks"], subgraphs=True, version="v2"):
        pass
    return graph.get_state(config).interrupts[0]
asked = step({{"count": 0}})
by_hand = ByHand(text=asked.value)
def answered(widget, content, buffers):
    global asked
    asked = step(Command(resume={{asked.id: "yes"}}))
    widget.text = asked.value
by_hand.on_msg(answered)
by_hand
"""

TIME_CLICK = """async ([pause, peer]) => {
  const form = () => document.querySelector(".hitl-root form");
  const question = () => form() && document.getElementById(form().getAttribute("aria-labelledby"))?.textContent;
  const button = () => peer === null ? form().querySelector(".hitl-primary") : document.querySelectorAll(".peer")[peer];
  const text = peer === null ? question : () => button().textContent;
  await new Promise((go) => setTimeout(go, pause));
  if (peer === null) {
    const input = form().querySelector("input");
    input.value = "yes";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((go) => setTimeout(go, 50));
  }
  const before = text();
  const start = performance.now();
  button().click();
  while (!text() || text() === before) await new Promise((go) => setTimeout(go, 0));
  const seconds = (performance.now() - start) / 1000;
  return [seconds, (performance.timeOrigin + start) / 1000, text()];
}"""


def figures() -> list[Figure]:
    root = Path(tempfile.mkdtemp(prefix="hitl-bench-"))
    lab = Lab(root)
    try:
        times = _clicks(lab)
    finally:
        lab.stop()
        shutil.rmtree(root, ignore_errors=True)
    median = {name: statistics.median(seconds) for name, seconds in times.items()}
    return [
        Figure(
            f"Submit to the node resumed (median of {CLICKS})",
            median["resumed"],
            "a bare anywidget's echo on the screen",
            median["echo"],
            limit=1.5,
        ),
        Figure(
            "Submit to the next question on the screen",
            median["next question"],
            "a bare anywidget that resumes the graph by hand",
            median["by hand"],
            limit=2.0,  # not in the design's table: the graph, the timeline, and the focus are drawn too
        ),
    ]


def _clicks(lab: Lab) -> dict[str, list[float]]:
    cells = [nbformat.v4.new_code_cell(code) for code in (GRAPH, SESSION, ECHO, BY_HAND)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.notebooks / "bench.ipynb")
    times: dict[str, list[float]] = {"resumed": [], "next question": [], "echo": [], "by hand": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page: Any = browser.new_page(viewport={"width": 1280, "height": 1400})
        opened = NotebookPage(page, lab, "bench.ipynb").open()
        opened.run_all()
        page.locator(".peer").nth(1).wait_for(timeout=60_000)
        opened.view.get_by_role("button", name="Submit").wait_for()
        for _ in range(CLICKS):
            seconds, clicked_at, question = page.evaluate(TIME_CLICK, [PAUSE_MS, None])
            times["next question"].append(seconds)
            times["resumed"].append(float(question.rpartition(" ")[2]) - clicked_at)
            for peer, name in enumerate(("echo", "by hand")):
                times[name].append(page.evaluate(TIME_CLICK, [PAUSE_MS, peer])[0])
        browser.close()
    return times
