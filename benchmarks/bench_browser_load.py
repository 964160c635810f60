"""What a browser has to bear while a run goes on, and what the run takes while it is watched.

In a real JupyterLab and Chromium: 10 000 events, a megabyte in the state, 1000 streamed tokens a second, and a thread
that has 5000 steps already. The view is on the screen before anything runs. Long tasks are the browser's own measure
(`PerformanceObserver`, whatever keeps the page busy for 50 ms or more): by the clock, so one that is begun and then waits for a
core is long, too; what its longest task computed itself is told beside it, from Chromium's trace. The run is measured beside
the same graph streamed by hand, with the same stream modes (tokens too, where tokens are what is looked at): by the clock, and
in the kernel's own time, as on a busy machine the clock tells more of the others. Each has a kernel of its own, in which the
same cells were run and the graph has been through once by hand: a process pays for what it loads, and what it keeps of a run
(300 MB where each step's megabyte is kept) makes the next one take up to three times as long, whoever that is.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
from playwright.sync_api import Page, expect, sync_playwright
from tests.browser.conftest import CHROMIUM_FLAGS
from tests.browser.lab import Lab
from tests.browser.page import NotebookPage

from .table import Figure

ROUNDS = 5
LONG = 0.050
"""Seconds."""
PATIENCE = 180_000
"""Milliseconds for a cell to end on a busy machine."""

COMMON = """
import operator, threading, time
from typing import Annotated, TypedDict
from IPython.display import display
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
import hitl_widgets as hitl
from hitl_widgets.driver import MODES

saver = InMemorySaver()
options = {"stream_mode": list(MODES), "subgraphs": True, "version": "v2"}
def config(thread):
    return {"configurable": {"thread_id": thread}, "recursion_limit": 100000}
def by_hand(step, thread):
    for part in graph.stream(step, config(thread), **options):
        pass
    return graph.get_state(config(thread)).values
def wait_for_go(state, config):
    go[config["configurable"]["thread_id"]].wait()
go = {thread: threading.Event() for thread in ("session", "by hand", "warm")}
def began():
    return time.perf_counter(), time.process_time()
def took(start):
    print("took", [now - then for now, then in zip(began(), start)])
"""

LOOP = """
STEPS, START_WITH = {steps}, {start}
State = TypedDict("State", {{"count": int, "value": str}}, total=False)
builder = StateGraph(State)
builder.add_node("wait_for_go", wait_for_go)
builder.add_node("work", lambda state: {write})
builder.add_edge(START, "wait_for_go")
builder.add_edge("wait_for_go", "work")
builder.add_conditional_edges("work", lambda state: "work" if state["count"] < STEPS else END, ["work", END])
graph = builder.compile(checkpointer=saver)
"""

TOKENS = """
options["stream_mode"].append("messages")  # who streams by hand sees no tokens without it
COUNT, RATE, START_WITH = 4000, 1000, {"said": ""}
class Model(BaseChatModel):
    @property
    def _llm_type(self):
        return "steady"
    def _stream(self, messages, *args, run_manager=None, **options):
        start = time.perf_counter()
        for at in range(COUNT):
            # By the clock: what a token costs whoever listens is taken from the pause before the next one.
            time.sleep(max(0.0, start + at / RATE - time.perf_counter()))
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"word{at} "))
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
    def _generate(self, messages, *args, **options):
        said = "".join(chunk.text for chunk in self._stream(messages, *args, **options))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(said))])

builder = StateGraph(TypedDict("State", {"said": str}))
builder.add_node("wait_for_go", wait_for_go)
builder.add_node("speak", lambda state: {"said": Model().invoke("Speak").text})
builder.add_edge(START, "wait_for_go")
builder.add_edge("wait_for_go", "speak")
graph = builder.compile(checkpointer=saver)
"""

THREAD = """
BEFORE, AFTER = 5000, 2000
def work(state):
    if state["count"] == BEFORE:
        interrupt("Go on?")
    return {"count": state["count"] + 1}
builder = StateGraph(TypedDict("State", {"count": int}))
builder.add_node("work", work)
builder.add_edge(START, "work")
builder.add_conditional_edges("work", lambda state: "work" if state["count"] < BEFORE + AFTER else END, ["work", END])
graph = builder.compile(checkpointer=saver)
START_WITH = {"count": 0}
for thread in ("session", "by hand"):
    by_hand(START_WITH, thread)
"""

RUN = "session = hitl.run(graph, START_WITH, thread_id='session', config=config('session'), save=saver)\nsession"
ATTACH = "session = hitl.attach(graph, 'session', config=config('session'), save=saver)\nsession"
WARM = "go['warm'].set()\nby_hand(START_WITH, 'warm')\nsaver.delete_thread('warm')"
GO = """
start = began()
go["session"].set()
session.wait()
took(start)
"""
ANSWER = GO.replace('go["session"].set()', "session.answer('yes')")
BY_HAND = """
while not session._run.past.is_known:  # read at rest, which is not what this is measured beside
    time.sleep(0.01)
go["by hand"].set()
start = began()
by_hand(START_WITH, "by hand")
took(start)
"""
ANSWER_BY_HAND = BY_HAND.replace("START_WITH", 'Command(resume="yes")')

RUNS = "the cell runs"
"""A mark in the page's time."""
WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries())).observe({ type: "longtask" });
"""


@dataclass(frozen=True)
class Load:
    """Something that weighs on a run.

    Attributes:
        name: what it is.
        graph: the code that makes it.
        session: that shows the session, which then waits.
        go: that lets it go on to its end, and says how long that took.
        by_hand: that does the same by hand.
        limit: how many times the time by hand it may take.
    """

    name: str
    graph: str
    session: str = RUN
    go: str = GO
    by_hand: str = BY_HAND
    limit: float = 1.10


COUNTS = '{"count": state["count"] + 1}'
HOLDS_A_MEGABYTE = '{"count": 0, "value": "x" * 1_000_000}'
MEGABYTE = LOOP.format(
    steps=1000,
    start=HOLDS_A_MEGABYTE,
    # Another value each time, so that a checkpoint has it anew.
    write='{"count": state["count"] + 1, "value": str(state["count"] % 10) * 1_000_000}',
)
LOADS = [
    Load("10000 events", LOOP.format(steps=5000, start='{"count": 0}', write=COUNTS)),
    Load("a megabyte that stays in the state", LOOP.format(steps=2000, start=HOLDS_A_MEGABYTE, write=COUNTS)),
    Load("another megabyte at each step", MEGABYTE),
    # LangGraph's default: the nodes run in the thread that streams, as ours do, and not in one of a pool.
    Load("the same, without nested graphs", MEGABYTE, by_hand='options["subgraphs"] = False' + BY_HAND),
    Load("1000 tokens a second, 4 s of them", TOKENS),
    Load("a thread of 5000 steps goes on", THREAD, ATTACH, ANSWER, ANSWER_BY_HAND),
]


def figures() -> list[Figure]:
    root = Path(tempfile.mkdtemp(prefix="hitl-bench-"))
    lab = Lab(root)
    try:
        return [figure for load in LOADS for figure in _measured(lab, load)]
    finally:
        lab.stop()
        shutil.rmtree(root, ignore_errors=True)


def _measured(lab: Lab, load: Load) -> list[Figure]:
    rounds = [(_once(lab, load, load.go), _once(lab, load, load.by_hand)) for _ in range(ROUNDS)]
    clock, own = (tuple(median(round[whose][at] for round in rounds) for whose in (0, 1)) for at in (0, 1))
    # Likewise the median: a page that the machine lets wait has long tasks that are nobody's.
    longest, computed = (median(ours[at] for ours, _ in rounds) for at in (2, 3))
    return [
        Figure(f"{load.name}, in the view", clock[0], "the same stream by hand", clock[1], limit=load.limit),
        Figure(f"{load.name}, the kernel's own time", own[0], "the same stream by hand", own[1], limit=load.limit),
        Figure(f"{load.name}: the browser's longest task of 50 ms or more", longest, "the limit", LONG),
        Figure(f"{load.name}: what the page computed in one task at most", computed, "the limit", LONG),
    ]


def _once(lab: Lab, load: Load, code: str) -> tuple[float, float, float, float]:
    """Seconds that the code takes in a fresh kernel that shows the session, by the clock and the kernel's own; of the longest
    long task meanwhile (0 if there was none), and of what the page computed in one task at most.
    """
    codes = [COMMON, f"{load.graph}\n{WARM}", load.session, code]
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in codes]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.notebooks / "load.ipynb")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1800})
        page.add_init_script(WATCH)
        opened = NotebookPage(page, lab, "load.ipynb").open()
        for at in (0, 1, 2):
            opened.run_cell(at)
            _said(opened, at)
        opened.view.wait_for(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        # Before the cell runs: to begin with it keeps the page busy, too.
        browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
        opened.run_cell(3)
        # The click that runs the cell is no part of the run: JupyterLab takes 40 ms for it, whatever is in the notebook.
        since = page.evaluate(f"performance.mark('{RUNS}').startTime")
        took = _said(opened, 3)
        if code == load.go:  # what came last is drawn too
            expect(opened.view.get_by_text("Finished").first).to_be_visible(timeout=PATIENCE)
        longest = max(_long_tasks(page, since), default=0.0)
        computed = max(_computed(json.loads(browser.stop_tracing())["traceEvents"]), default=0.0)
        browser.close()
    lab.end_kernels()
    assert took is not None
    return took[0], took[1], longest, computed


def _long_tasks(page: Page, since: float) -> list[float]:
    """Seconds of those that began since then; of one the observer is told a while after it."""
    told = "() => new Promise((told) => setTimeout(() => told(window.longTasks.map((task) => task.toJSON())), 200))"
    return [task["duration"] / 1000 for task in page.evaluate(told) if task["startTime"] >= since]


def _computed(events: list[dict[str, Any]]) -> Iterator[float]:
    """Seconds that the page's own thread was at work in each of its tasks since the cell runs, by a trace of Chromium."""
    since = next(event["ts"] for event in events if event["name"] == RUNS)
    pages = {(event["pid"], event["tid"]) for event in events if event.get("args", {}).get("name") == "CrRendererMain"}
    for event in events:
        if (
            event["name"].endswith("RunTask")
            and event["ph"] == "X"
            and (event["pid"], event["tid"]) in pages
            and event["ts"] >= since
        ):
            yield event.get("tdur", 0) / 1_000_000


def _said(opened: NotebookPage, at: int) -> list[float] | None:
    """Wait for a cell's end; returns the seconds that it says it took."""
    prompt = opened.prompt(at)
    expect(prompt).to_have_text(f"[{at + 1}]:", timeout=PATIENCE)
    text: Any = opened.cell(at).locator(".jp-OutputArea-output pre").all_text_contents()
    said = [line for output in text for line in output.splitlines() if line.startswith("took ")]
    return json.loads(said[-1].removeprefix("took ")) if said else None
