"""The command line.

hitl-widgets demo                 the teaching notebooks, copied here and opened in JupyterLab
hitl-widgets check module:graph   what will go wrong with the interrupts of a graph; the status is 1 if something will
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

FIRST = "01_three_questions.ipynb"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: those after the program's name; `None` takes the process's own.

    Returns:
        The exit status: of `check` 1 if something was found that goes wrong, 2 if there is no such graph.
    """
    options = _parser().parse_args(arguments)
    if options.command == "check":
        return check(options.graph)
    return demo(Path(options.dir), browser=not options.no_browser)


def demo(folder: Path, *, browser: bool) -> int:
    """Copy the notebooks into a folder, and open the first one in JupyterLab until it is stopped.

    Args:
        folder: is made if it does not exist. A notebook that is there and was changed stays as it is.
        browser: whether to open a browser; where there is no display none is opened, and the URL is printed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        print(
            'JupyterLab is not installed in this environment. To get it: pip install "hitl-widgets[demo]"',
            file=sys.stderr,
        )
        return 1
    for line in copy_notebooks(folder):
        print(line)
    return subprocess.call(_jupyterlab(folder, browser=browser and _has_display()))


def check(name: str) -> int:
    """Print what `hitl.check` finds in a graph.

    Args:
        name: `module:graph`; the module is looked for here first.
    """
    from .check import check as check_graph

    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        found = None
    if found is None:
        print(f"There is no module {module!r} here; write module:graph, as in my_agent:graph.", file=sys.stderr)
        return 2
    loaded = importlib.import_module(module)
    if not hasattr(loaded, attribute):
        what = f"There is no {attribute!r} in {module}" if attribute else f"{module} is a module"
        print(f"{what}; write module:graph, as in {module}:graph.", file=sys.stderr)
        return 2
    try:
        findings = check_graph(getattr(loaded, attribute))
    except TypeError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    print(findings)
    return 1 if findings.problems else 0


def copy_notebooks(folder: Path) -> Iterator[str]:
    """Copy the notebooks, and say of each what became of it; nothing that somebody changed is written over."""
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(_bundled().glob("*.ipynb")):
        target = folder / notebook.name
        ours = notebook.read_bytes()
        if not target.exists():
            target.write_bytes(ours)
            yield f"{target}"
        elif target.read_bytes() != ours:
            yield f"{target} was changed since it was copied: left as it is (remove it to get a fresh one)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hitl-widgets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, dest="command")
    command = commands.add_parser("demo", help="copy the notebooks here and open them in JupyterLab")
    command.add_argument("--dir", default=".", help="where to copy them (default: here)")
    command.add_argument("--no-browser", action="store_true", help="only print the URL")
    command = commands.add_parser("check", help="what will go wrong with the interrupts of a graph")
    command.add_argument("graph", metavar="module:graph", help="the graph, a variable of a module")
    return parser


def _bundled() -> Path:
    """The notebooks: a folder of the installed package, or of the clone that an editable install points to."""
    package = Path(__file__).parent
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent.parent / "notebooks"


def _jupyterlab(folder: Path, *, browser: bool) -> list[str]:
    # A `default_url` is both what the browser opens and what JupyterLab prints (jupyter_server 2.21.1); a file on the
    # command line would only be opened.
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    command.append(f"--LabApp.default_url=/lab/tree/{FIRST}")
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container one is often root, and Jupyter would refuse. It listens on loopback only and asks for its token.
        command.append("--allow-root")
    return command


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


if __name__ == "__main__":
    raise SystemExit(main())
