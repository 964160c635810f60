"""deepagents' own `ask_user`, from the package that has it: deepagents-code, its terminal application.

It is not in our test extra. It needs sixty packages, of which some exclude ours (0.1.57: `mcp<2`, `pydantic<2.14`), and
from 0.1.58 and 0.2.0 on a Python newer than our oldest. Its `ask_user.py` needs langchain alone, so the package is
installed without the others, in a folder that only this test looks into.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from ..locked import locked

VERSION = "0.1.57"
"""The last one for Python 3.11."""

NEEDS = ("filelock",)
"""What the tool imports when it runs, and our test extra does not bring."""

CACHE = Path(__file__).parents[2] / ".cache" / f"deepagents-code-{VERSION}"


def ask_user_module() -> ModuleType:
    """`deepagents_code.ask_user`, installed when it is asked for the first time."""
    with locked(CACHE):  # several of pytest's workers may ask for it
        if not (CACHE / "finished").exists():
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            shutil.rmtree(CACHE, ignore_errors=True)
            subprocess.run([*install, "--target", CACHE, f"deepagents-code=={VERSION}", *NEEDS], check=True)
            (CACHE / ".gitignore").write_text("*\n")
            (CACHE / "finished").touch()
    # Last, so that nothing of ours is found there; and left there, since the tool imports more when it runs.
    if str(CACHE) not in sys.path:
        sys.path.append(str(CACHE))
    return importlib.import_module("deepagents_code.ask_user")
