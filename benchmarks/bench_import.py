"""What `import hitl_widgets` costs whoever has imported langgraph and ipywidgets already."""

from __future__ import annotations

import json
import subprocess
import sys

from .table import Figure

BUDGET = 0.15
"""Seconds."""

MEASURE = """
import json, time
start = time.perf_counter()
import ipywidgets, langgraph.graph, langgraph.types
between = time.perf_counter()
import hitl_widgets
print(json.dumps([between - start, time.perf_counter() - between]))
"""


def measure(rounds: int = 9) -> tuple[float, float]:
    """Seconds of langgraph with ipywidgets, and of this package on top: the best of as many fresh processes."""
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, check=True).stdout)
        for _ in range(rounds)
    ]
    before, ours = zip(*runs, strict=True)
    return min(before), min(ours)


def figures() -> list[Figure]:
    before, ours = measure()
    return [
        Figure("import hitl_widgets, on top", ours, "budget", BUDGET),
        Figure(
            "import, all of it", before + ours, "import langgraph.graph, ipywidgets", before, limit=1 + BUDGET / before
        ),
    ]
