"""Processes that tests start, tell what to do, and kill: Python that reads a line, does it, and says what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, Self

REPO = Path(__file__).parents[2]


class Process:
    """A process of its own, as another kernel is; ended when it is left.

    with Process("import os") as process:
        assert process.evaluate("os.getpid()") == process.pid
    """

    def __init__(self, setup: str = "") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.processes"],
            cwd=REPO,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        try:
            self.run(setup)
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def begin(self, code: str) -> None:
        """Have statements run; `end` waits for them."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        """What they left in `_`."""
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline() or '{"error": "it has ended"}')
        if "error" in said:
            raise AssertionError(said["error"])
        return said["value"]

    def run(self, code: str) -> Any:
        """Run statements; returns what they left in `_`."""
        self.begin(code)
        return self.end()

    def evaluate(self, expression: str) -> Any:
        """The value of an expression that JSON can say."""
        return self.run(f"_ = {expression}")

    @property
    def is_there(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """`kill -9`; returns when it is gone."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._process.wait(60)

    def leave(self) -> str:
        """Let it come to its end by itself; returns what it wrote to `stderr`."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.stdin = None
        _, said = self._process.communicate(timeout=60)
        return said


def serve() -> None:
    """Do what is told."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what is printed is no answer
    space: dict[str, Any] = {}
    for line in sys.stdin:
        space["_"] = None
        try:
            exec(compile(json.loads(line), "told", "exec", dont_inherit=True), space)
            said = json.dumps({"value": space["_"]})
        except BaseException:  # noqa: BLE001  it is what is told
            said = json.dumps({"error": traceback.format_exc()})
        print(said, file=out, flush=True)


if __name__ == "__main__":
    serve()
