"""A graph of 300 nodes that is at work while somebody moves it, and one that is laid out anew: how long each frame takes.

Statuses change 20 times a second, as often as the kernel sends them, and the picture is dragged and zoomed meanwhile, by
the mouse. The page is the view alone (`js/dev`), in Chromium, which paints in software here. What else the machine does
must not be in the figures: the page's work is counted by its thread's own clock, and a figure is that of the calmest
of some rounds.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import CHROMIUM_FLAGS

from hitl_widgets.graph.layout import lay_out

from .bench_layout import workflow
from .table import Figure

NODES = 300
ROUNDS = 5
FRAMES = 180
"""A round: three seconds at 60 frames a second."""
FRAME = 1 / 60
"""Seconds: the budget of a frame."""
LONG_TASK = 0.050
JS = Path(__file__).parent.parent / "js"

BEGIN = """([graph, run]) => {
  const ids = graph.nodes.filter(({ kind }) => kind === 'node').map(({ id }) => id);
  const nodes = Object.fromEntries(ids.map((id) => [id, { status: 'idle', runs: 0 }]));
  window.model.set({ graph, run, nodes, edges: {}, cards: [] });
  let at = 0;
  window.step = () => {
    const since = new Date().toISOString();
    const edges = { ...window.model.get('edges') };
    // Three nodes begin and three end, as in a run that is wide.
    for (let count = 0; count < 3; count += 1, at += 1) {
      const [begins, ends] = [ids[at % ids.length], ids[(at + ids.length - 6) % ids.length]];
      nodes[begins] = { ...nodes[begins], status: 'running', since, progress: (at % 10) / 10 };
      nodes[ends] = { status: 'done', runs: nodes[ends].runs + 1, took: 0.3 };
      for (const { id, target } of graph.edges) if (target === begins) edges[id] = (edges[id] ?? 0) + 1;
    }
    window.model.set({ nodes: { ...nodes }, edges, run: { ...run, seq: at } });
  };
}"""

ROUND = """(frames) => new Promise((done) => {
  const times = [];
  const timer = setInterval(window.step, 50);
  const canvas = document.querySelector('.hitl-canvas');
  const { left, top } = canvas.getBoundingClientRect();
  const send = (type, x, y, more) =>
    canvas.dispatchEvent(new (type === 'wheel' ? WheelEvent : PointerEvent)(type, {
      clientX: left + x, clientY: top + y, bubbles: true, cancelable: true, ...more }));
  let last = performance.now(), frame = 0, held = false;
  const draw = (now) => {
    times.push(now - last);
    last = now;
    frame += 1;
    // A second of dragging, a second of zooming.
    const drags = Math.floor(frame / 60) % 2 === 0;
    const x = 200 + 80 * Math.sin(frame / 20), y = 250 + 160 * Math.cos(frame / 25);
    if (drags) send(held ? 'pointermove' : 'pointerdown', x, y, { pointerId: 1, button: held ? -1 : 0 });
    else if (held) send('pointerup', x, y, { pointerId: 1 });
    else send('wheel', 200, 250, { ctrlKey: true, deltaY: frame % 60 < 30 ? -4 : 4 });
    held = drags;
    if (frame < frames) return requestAnimationFrame(draw);
    if (held) send('pointerup', 0, 0, { pointerId: 1 });
    clearInterval(timer);
    done(times.slice(1));
  };
  requestAnimationFrame(draw);
})"""


MOVES = """(layouts) => new Promise((done) => {
  const times = [];
  let last = performance.now(), frame = 0;
  const draw = (now) => {
    times.push(now - last);
    last = now;
    // A new layout twice a second; nodes and lines move for 0.3 s of it.
    if (frame % 30 === 0) window.model.set({ graph: layouts[(frame / 30) % 2] });
    frame += 1;
    if (frame < 180) return requestAnimationFrame(draw);
    done(times.slice(1));
  };
  requestAnimationFrame(draw);
})"""


def harness(folder: str) -> None:
    """Put the view alone, as a page, into a folder."""
    subprocess.run(["node", "dev/serve.mjs", "--out", folder], cwd=JS, check=True)


class Round(NamedTuple):
    """Seconds: of each frame by the clock; of the page's main thread by its own, a frame and at the longest."""

    frames: list[float]
    work: float
    longest: float


def measured(browser: Browser, page: Page) -> Round:
    return traced(browser, page, lambda: page.evaluate(ROUND, FRAMES))


def moved(browser: Browser, page: Page) -> Round:
    """Another layout of the same graph, as when something in it is folded: its second half is elsewhere."""
    graph = lay_out(workflow(NODES))
    other = json.loads(json.dumps(graph))
    half = graph["height"] / 2
    for box in other["nodes"]:
        box["y"] += 120 * (box["y"] > half)
        box["x"] += 40 * (box["y"] > half)
    for edge in other["edges"]:
        edge["points"] = [[x + 40 * (y > half), y + 120 * (y > half)] for x, y in edge["points"]]
    other["height"] += 120
    return traced(browser, page, lambda: page.evaluate(MOVES, [other, json.loads(json.dumps(graph))]))


def traced(browser: Browser, page: Page, act: Callable[[], list[float]]) -> Round:
    browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
    times = act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    main = next(
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    )
    tasks = [
        event.get("tdur", 0) / 1e6
        for event in events
        if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) == main
    ]
    return Round([ms / 1000 for ms in times], sum(tasks) / len(times), max(tasks))


def open_graph(page: Page, folder: str) -> None:
    graph = lay_out(workflow(NODES))
    page.goto(f"file://{folder}/index.html?scenario=three")
    run = page.evaluate("() => ({ ...window.model.get('run'), status: 'running' })")
    page.evaluate(BEGIN, [json.loads(json.dumps(graph)), run])
    page.wait_for_function(f"() => document.querySelectorAll('[data-node]').length === {NODES}")


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        harness(folder)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        open_graph(page, folder)
        rounds = [measured(browser, page) for _ in range(ROUNDS)]
        moves = [moved(browser, page) for _ in range(ROUNDS)]
        browser.close()
    return [
        Figure(
            f"a frame of {NODES} nodes at work, median",
            min(statistics.median(one.frames) for one in rounds),
            "budget",
            FRAME,
            limit=1.05,
        ),
        Figure("the page's work in it", min(one.work for one in rounds), "budget", FRAME),
        Figure("its longest task", min(one.longest for one in rounds), "budget", LONG_TASK),
        Figure(
            "a frame while they go to another layout, median",
            min(statistics.median(one.frames) for one in moves),
            "budget",
            FRAME,
            limit=1.05,
        ),
        Figure("the page's work in it", min(one.work for one in moves), "budget", FRAME),
    ]
