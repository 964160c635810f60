"""A graph on the screen: laid out, drawn, painted; against what people see of `draw_mermaid()`, ipydagred3, ipycytoscape.

All in one Chromium, each drawing in a page of its own whose code is loaded already, timed by the page's clock from the data
as text until the drawing has been painted. What Python does for it is counted too: our layout, mermaid's text. The peers are
the libraries that those widgets are made of, called as they call them; `peers/package.json` pins them (mermaid is the one that JupyterLab 4.6 has), and they are installed
into `.cache/`, never beside our own.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright  # noqa: A004
from tests.browser.conftest import CHROMIUM_FLAGS

import hitl_widgets as hitl
from hitl_widgets.graph.layout import lay_out
from hitl_widgets.graph.topology import Topology, from_drawable

from .bench_layout import workflow
from .table import Figure

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = ROOT / ".cache" / "bench-peers"
STATIC = ROOT / "src" / "hitl_widgets" / "static"

ROUNDS = {30: 7, 300: 2, 1000: 1}
"""How often each graph is drawn, by its number of nodes; the median counts."""
PATIENCE = 40.0
"""Seconds after which nobody waits for a drawing any more; it then counts as one of so many."""
NAMES = {
    "mermaid": "mermaid, as draw_mermaid() has it drawn",
    "dagre": "dagre-d3, as in ipydagred3",
    "cytoscape": "cytoscape.js with dagre, as in ipycytoscape",
}


class State(TypedDict, total=False):
    done: bool


def real_graph(topology: Topology) -> Any:
    """A compiled graph with the nodes and edges of a topology; a node that leads nowhere leads to the next one."""
    builder = StateGraph(State)
    for node in topology.nodes:
        if node.kind == "node":
            builder.add_node(node.id, lambda state: state)
    ends = {"__start__": START, "__end__": END}
    named: dict[str, dict[str, str]] = {}
    for edge in topology.edges:
        source, target = ends.get(edge.source, edge.source), ends.get(edge.target, edge.target)
        if not edge.conditional:
            builder.add_edge(source, target)
            continue
        named.setdefault(source, {})[f"{edge.label} {len(named.get(source, ()))}"] = target
    leading = {edge.source for edge in topology.edges}
    for node, following in pairwise(topology.nodes):
        if node.id not in leading:
            builder.add_edge(node.id, ends.get(following.id, following.id))
    for source, ways in named.items():
        builder.add_conditional_edges(source, _first(ways), ways)  # type: ignore[arg-type]
    return builder.compile()


def _first(ways: dict[str, str]) -> Callable[[Any], str]:
    return lambda state: next(iter(ways))


def figures() -> list[Figure]:
    _install()
    found: list[Figure] = []
    with sync_playwright() as playwright:
        for count, rounds in ROUNDS.items():
            graph = Graph(real_graph(workflow(count)))
            times: dict[str, list[float]] = {peer: [] for peer in ("view", *NAMES)}
            for _ in range(rounds):
                # In turn, so that what else the machine does meets all of them.
                for peer, seconds in times.items():
                    # A browser each: one that is busy with a drawing that nobody waits for can only be ended.
                    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
                    seconds.append(_seconds(browser, peer, graph, count))
            median = {peer: statistics.median(seconds) for peer, seconds in times.items()}
            found += [
                Figure(f"{count} nodes on the screen", median["view"], name, median[peer])
                for peer, name in NAMES.items()
            ]
    return found


def _seconds(browser: Browser, peer: str, graph: Graph, count: int) -> float:
    """Seconds from LangGraph's drawable graph to the paint; `PATIENCE` where it took longer."""
    try:
        page = browser.new_page()
        page.set_content("<!doctype html><div id='cell' style='width: 1200px'></div>")
        page.add_script_tag(path=HERE / "page.js")
        if peer == "view":
            page.add_style_tag(path=STATIC / "widget.css")
            code = json.dumps((STATIC / "widget.js").read_text("utf-8"))
            blob = f"URL.createObjectURL(new Blob([{code}], {{ type: 'text/javascript' }}))"
            page.evaluate(f"async () => {{ window.view = import({blob}); await window.view; }}")
        else:
            page.add_script_tag(path=PEERS / "peers.js")
        start = time.perf_counter()
        text = graph.as_text(peer)
        in_python = time.perf_counter() - start
        return min(PATIENCE, in_python + _drawn(page, peer, text, count))
    finally:
        browser.close()


def _drawn(page: Page, peer: str, text: str, count: int) -> float:
    """Seconds in the page, which may be busy with the drawing all the time: only from here it can be given up."""
    page.evaluate("given => { setTimeout(() => window.timeDrawing(...given), 0); }", [peer, text, count])
    try:
        page.wait_for_function("window.seconds !== undefined", timeout=PATIENCE * 1000)
    except TimeoutError:
        return PATIENCE
    seconds = page.evaluate("window.seconds")
    if not isinstance(seconds, float):
        raise TypeError(f"{peer} has not drawn the graph: {seconds}")
    return seconds


class Graph:
    """A graph, as each of them is given it.

    Args:
        graph: a compiled graph. LangGraph's own `get_graph()`, from which all of them begin, takes its time too
            (1.5 s for 300 nodes, langgraph 1.2.24), and is not counted.
    """

    def __init__(self, graph: Any) -> None:
        self.drawable = graph.get_graph()
        session = hitl.run(graph)
        assert session._run.at_rest.wait(60)
        # A session's view before anything has run.
        state = session._display.widget.get_state()
        self._traits = {name: value for name, value in state.items() if not name.startswith("_")}
        session.stop()

    def as_text(self, peer: str) -> str:
        """What a peer draws, made anew."""
        if peer == "mermaid":
            return json.dumps({"mermaid": self.drawable.draw_mermaid()})
        if peer == "view":
            return json.dumps({**self._traits, "graph": lay_out(from_drawable(self.drawable))})
        edges = [
            {"id": str(at), "source": edge.source, "target": edge.target, "label": edge.data}
            for at, edge in enumerate(self.drawable.edges)
        ]
        return json.dumps({"nodes": [{"id": id} for id in self.drawable.nodes], "edges": edges})


def _install() -> None:
    """The peers, as one script; once."""
    script = PEERS / "peers.js"
    sources = [HERE / "peers" / "package.json", HERE / "peers" / "peers.js"]
    if script.exists() and all(script.stat().st_mtime > source.stat().st_mtime for source in sources):
        return
    PEERS.mkdir(parents=True, exist_ok=True)
    for source in sources:
        (PEERS / ("entry.js" if source.suffix == ".js" else source.name)).write_bytes(source.read_bytes())
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=PEERS, check=True)
    options = ["--bundle", "--minify", "--format=iife", "--log-level=error", f"--outfile={script}"]
    subprocess.run([PEERS / "node_modules" / ".bin" / "esbuild", "entry.js", *options], cwd=PEERS, check=True)
