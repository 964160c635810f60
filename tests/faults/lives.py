"""Processes by the hundred that live a part of something and kill themselves at a moment of it, as `kill -9` would.

`nursery.py` has whole kernels, which a browser speaks to. What is told from code needs none: here a process that has imported
all they need forks one after the other, each calls a function of `scenes.py` or `timed.py`, and what that returns comes back.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


class Lives:
    """Starts them, one after the other. To be left, which ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.lives"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def live(self, scene: str, *given: Any, dies_at: int | None = None) -> Any:
        """What a scene's function returns; `None` where it was killed before.

        Args:
            scene: its name in `scenes.py`, or in `timed.py`.
            given: what it is given, as JSON.
            dies_at: the moment at which it is killed.

        Raises:
            AssertionError: it raised.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([scene, given, dies_at]) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        if "raised" in said:
            raise AssertionError(said["raised"])
        return said.get("returned")


def serve() -> None:
    """Fork a process for each line, and say what came of it."""
    os.environ["HITL_UNATTENDED"] = (
        "0"  # here, and not in who imports the scenes: its other tests' kernels would have it
    )
    modules = [importlib.import_module(f"tests.faults.{name}") for name in ("scenes", "timed")]
    scenes: dict[str, Any] = {name: found for module in modules for name, found in vars(module).items()}
    gc.freeze()
    for line in sys.stdin:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            _live(scenes, *json.loads(line), write)
        os.close(write)
        with os.fdopen(read) as pipe:
            said = pipe.read()
        _, status = os.waitpid(pid, 0)
        for name in json.loads(said or "{}").get("modules", ()):
            with contextlib.suppress(Exception):
                importlib.import_module(name)  # so that the next ones need not
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("{}" if is_killed else said or json.dumps({"raised": f"it ended with {status}"}), flush=True)


def _live(scenes: dict[str, Any], scene: str, given: list[Any], dies_at: int | None, write: int) -> None:
    from .points import clock

    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    clock.dies_at = dies_at
    known = set(sys.modules)
    try:
        said: dict[str, Any] = {"returned": scenes[scene](*given)}
        if dies_at is None:
            new = (name for name, one in list(sys.modules.items()) if name not in known and one.__spec__)
            said["modules"] = list(new)
    except BaseException:  # noqa: BLE001  the test says what was raised
        said = {"raised": traceback.format_exc()}
    with os.fdopen(write, "w") as pipe:
        pipe.write(json.dumps(said))
    os._exit(0)


if __name__ == "__main__":
    serve()
