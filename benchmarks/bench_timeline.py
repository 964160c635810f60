"""The timeline of a thread of 5 000 steps: what an update and a fetch cost the kernel, and what it costs the browser.

All of it is the process's own time (in the browser: the main thread's), not the clock's: what else the machine does is not
ours. The browser's figures are left out where there is no Chromium, no Playwright or no built view.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hitl_widgets as hitl
from hitl_widgets.thread.earlier import earlier_steps
from hitl_widgets.view.timeline import Timeline

from .bench_session import loop
from .table import Figure

STEPS = 5_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
STATIC = Path(hitl.__file__).parent / "static"

VIEW = """async ({ esm, rich, traits, rows }) => {
  const listeners = new Map();
  const tell = (name, ...args) => (listeners.get(name) ?? []).forEach((listener) => listener(...args));
  const model = {
    get: (name) => traits[name],
    on: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    off: (name, one) => listeners.set(name, (listeners.get(name) ?? []).filter((listener) => listener !== one)),
    send: ({ type, client, id, at }) => queueMicrotask(() => {
      if (type === 'hello') tell('msg:custom', { type: 'ack', client, now: new Date().toISOString() });
      if (type === 'need') { traits.rich = rich; tell('change:rich'); }
      if (type !== 'look') return;
      const data = { epoch: 0, total: rows.length, first: at.first, rows: rows.slice(at.first, at.first + at.count) };
      tell('msg:custom', { type: 'fetched', client, id, data });
    }),
  };
  const url = URL.createObjectURL(new Blob([esm], { type: 'text/javascript' }));
  (await import(url)).default.render({ model, el: document.body });
  window.show = (total) => {
    traits.timeline = { epoch: 0, total, decisions: 0, latest: rows.slice(total - 20, total) };
    tell('change:timeline');
  };
  window.show(25);
}"""
FOLLOW = """async () => {
  for (let total = 25; total <= 5000; total += 25) {
    window.show(total);
    await new Promise((done) => setTimeout(done, 20));
  }
}"""
SCROLL = """() => new Promise((done) => {
  const grid = document.querySelector('[role=grid]');
  let frames = 0;
  const scroll = () => {
    grid.scrollTop -= 90;
    if ((frames += 1) < 300) requestAnimationFrame(scroll);
    else done();
  };
  scroll();
})"""


def figures() -> list[Figure]:
    session = hitl.run(loop(STEPS), {"count": 0}, config={"recursion_limit": STEPS + 10})
    session.wait()
    run = session._run
    timeline = Timeline(run, session._display.drawn)  # type: ignore[union-attr]
    began = time.process_time()
    timeline.view()
    timeline.rows(0, 50, "work")
    index = time.process_time() - began
    began = time.process_time()
    assert len(run.driver.run(earlier_steps(run.driver)).newest_first) == STEPS
    past = time.process_time() - began
    plain = _plain_history(run.driver)
    found = [
        Figure(f"a timeline of {STEPS} rows, made at once", index, "the budget", 0.020),
        Figure("an update's rows", _median(timeline.view), "a hundredth of 20 a second", 0.0005),
        Figure("50 rows fetched", _median(lambda: timeline.rows(2_000, 50)), "the budget", 0.020),
        Figure("50 rows of one node", _median(lambda: timeline.rows(2_000, 50, "work")), "the budget", 0.020),
        Figure("what ran before, read", past, "list(graph.get_state_history(...))", plain, limit=1.10),
    ]
    rows = [row for first in range(0, STEPS, 200) for row in timeline.rows(first, 200)["rows"]]
    return found + _in_the_browser(rows)


def _plain_history(driver: Any) -> float:
    began = time.process_time()
    list(driver.graph.get_state_history(driver.config))
    return time.process_time() - began


def _median(work: Callable[[], object], rounds: int = 101) -> float:
    times: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return sorted(times)[rounds // 2]


def _in_the_browser(rows: list[Any]) -> list[Figure]:
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        return []
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None or not (STATIC / "rich.js").is_file():
        return []

    async def measure() -> list[Figure]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            page = await browser.new_page(viewport={"width": 900, "height": 700})
            await page.set_content("<!doctype html><body data-jp-theme-light='true'></body>")
            await page.add_style_tag(path=STATIC / "widget.css")
            state = {
                "graph": None,
                "run": {"seq": 1, "status": "running", "thread_id": "t", "notices": [], "error": None},
                "nodes": {}, "edges": {}, "cards": [], "assets": {},
            }  # fmt: skip
            code = {name: (STATIC / f"{name}.js").read_text("utf-8") for name in ("widget", "rich")}
            await page.evaluate(VIEW, {"esm": code["widget"], "rich": code["rich"], "traits": state, "rows": rows})
            await page.wait_for_selector("[role=grid]")
            longest: list[float] = []
            for script in (FOLLOW, SCROLL):
                await browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
                await page.evaluate(script)
                longest.append(_longest_task(await browser.stop_tracing()))
            drawn = await page.locator("[role=row]").count()
            await browser.close()
        return [
            Figure(f"longest task while {STEPS} steps come", longest[0], "a long task", 0.050),
            Figure("longest task while one scrolls", longest[1], "a frame", 0.0167),
            Figure("rows in the page", drawn, "twice what is in sight", 30, unit=""),
        ]

    return asyncio.run(measure())


def _longest_task(trace: bytes) -> float:
    """Seconds of the main thread's own time."""
    events = json.loads(trace)["traceEvents"]
    main = {
        (one["pid"], one["tid"])
        for one in events
        if one.get("name") == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = [one for one in events if "RunTask" in one.get("name", "") and (one["pid"], one["tid"]) in main]
    return max(one.get("tdur", 0) for one in tasks) / 1e6
