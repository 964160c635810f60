"""Measure everything and print one table.

    python -m benchmarks.run [layout import ...] [--strict]

Names choose benchmarks (`bench_<name>.py`); without one all run. With `--strict` a budget that is not met is a failure.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from .table import Figure, table

FOLDER = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    known = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.names} - {*known}):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(known)}")

    figures: list[Figure] = []
    for name in options.names or known:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += importlib.import_module(f".bench_{name}", __package__).figures()

    packages = ", ".join(f"{name} {version(name)}" for name in ("langgraph", "graphlay", "ipykernel"))
    print(f"Python {platform.python_version()}, {packages}\n")
    print(table(figures))
    over = [figure for figure in figures if not figure.is_met]
    print(f"\n{len(figures) - len(over)} of {len(figures)} within their budget")
    return 1 if over and options.strict else 0


if __name__ == "__main__":
    raise SystemExit(main())
