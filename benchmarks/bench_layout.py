"""Laying out and drawing graphs of 30, 300 and 1000 nodes: shaped like real ones, with branches, loops and labels."""

from __future__ import annotations

import random
import statistics
import time

from hitl_widgets.graph.html import picture
from hitl_widgets.graph.layout import lay_out
from hitl_widgets.graph.topology import Edge, Node, Topology

from .table import Figure

BUDGETS = {30: 0.010, 300: 0.150, 1000: 3.0}
"""Seconds by number of nodes."""


def workflow(count: int, *, labelled: float = 0.2, seed: int = 1) -> Topology:
    """A graph such as people write: mostly forwards, some branches with names, some ways back."""
    rng = random.Random(seed)
    ids = ["__start__", *(f"step_{number}" for number in range(count - 2)), "__end__"]
    pairs = [(max(0, at - 1 - rng.randrange(4)), at) for at in range(1, count)]
    pairs += [(rng.randrange(max(0, at - 12), at - 1), at) for at in range(4, count) if rng.random() < 0.3]
    pairs += [(at, max(1, at - rng.randrange(2, 6))) for at in rng.sample(range(3, count - 1), count // 15)]
    edges = [
        Edge(f"{a}->{b}", ids[a], ids[b], named, "when it is so" if named else None)
        for a, b in dict.fromkeys(pairs)
        for named in (rng.random() < labelled,)
    ]
    nodes = (Node(id, id, "start" if id == "__start__" else "end" if id == "__end__" else "node") for id in ids)
    return Topology(tuple(nodes), tuple(edges))


def seconds(count: int, graphs: int, repeats: int = 3) -> float:
    """The median of drawing as many different graphs, each at its best; the topology is given."""
    best: list[float] = []
    for seed in range(graphs):
        topology = workflow(count, seed=seed)
        times: list[float] = []
        for _ in range(repeats):
            start = time.perf_counter()
            picture(lay_out(topology))
            times.append(time.perf_counter() - start)
        best.append(min(times))
    return statistics.median(best)


def figures() -> list[Figure]:
    return [
        Figure(f"lay out and draw {count} nodes", seconds(count, graphs), "budget", BUDGETS[count])
        for count, graphs in ((30, 25), (300, 7), (1000, 3))
    ]
