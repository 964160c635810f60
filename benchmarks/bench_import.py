"""What `import hitl_widgets` costs whoever has imported langgraph and ipywidgets already.

Measured as it is once it is installed: with the bytecode that pip writes, which langgraph and ipywidgets have too. From
sources that have not been compiled yet (the first time in a working copy, or with `PYTHONDONTWRITEBYTECODE`) most of the time
is Python's compiler; that is beside it, and is to be within the budget too.

All of it is the process's own time, not the clock's: what else the machine does is not ours.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import hitl_widgets

from .table import Figure

BUDGET = 0.15
"""Seconds."""

PACKAGE = Path(hitl_widgets.__file__).parent

MEASURE = """
import json, sys, time
start = time.process_time()
import ipywidgets, langgraph.graph, langgraph.types
between = time.process_time()
import hitl_widgets
print(json.dumps([between - start, time.process_time() - between]))
"""


def measure(rounds: int = 15) -> tuple[float, float, float]:
    """Seconds of langgraph with ipywidgets, of this package on top, and of that with nothing compiled.

    Each is the best of as many fresh processes; they take turns, so that a busy minute is everybody's.
    """
    with tempfile.TemporaryDirectory() as folder:
        compiled, bare = Path(folder, "compiled"), Path(folder, "bare")
        for place in (compiled, bare):
            shutil.copytree(PACKAGE, place / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(compiled, quiet=1)
        found = [(*_seconds(compiled), _seconds(bare)[1]) for _ in range(rounds)]
    before, ours, uncompiled = zip(*found, strict=True)
    return min(before), min(ours), min(uncompiled)


def _seconds(place: Path) -> tuple[float, float]:
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, check=True, env=environment)
    before, ours = json.loads(done.stdout)
    return before, ours


def figures() -> list[Figure]:
    before, ours, uncompiled = measure()
    return [
        Figure("import hitl_widgets, on top", ours, "budget", BUDGET),
        Figure("the same, of sources not compiled yet", uncompiled, "budget", BUDGET),
        Figure(
            "import, all of it", before + ours, "import langgraph.graph, ipywidgets", before, limit=1 + BUDGET / before
        ),
    ]
