"""Processes that tests start, tell what to do, and kill: Python that reads a line, does it, and says what came of it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from typing import Any, Self

from .forked import Forked


class Process:
    """A process of its own, as another kernel is; ended when it is left.

    with Process("import os") as process:
        assert process.evaluate("os.getpid()") == process.pid
    """

    def __init__(self, setup: str = "") -> None:
        (reads, tells), (hears, says), (reads_errors, complains) = (os.pipe() for _ in range(3))
        self._tells, self._hears, self._errors = os.fdopen(tells, "w"), os.fdopen(hears), os.fdopen(reads_errors)
        self._process = Forked(__name__, files=[reads, says, complains])
        for theirs in (reads, says, complains):
            os.close(theirs)
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
        self._tells.write(json.dumps(code) + "\n")
        self._tells.flush()

    def end(self) -> Any:
        """What they left in `_`."""
        said = json.loads(self._hears.readline() or '{"error": "it has ended"}')
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
        with contextlib.suppress(BrokenPipeError):  # what it has not heard
            self._tells.close()
        self._hears.close()
        self._errors.close()
        assert self._process.wait(60) is not None

    def leave(self) -> str:
        """Let it come to its end by itself; returns what it wrote to `stderr`."""
        self._tells.close()
        said = self._errors.read()
        assert self._process.wait(60) is not None
        return said


def main() -> None:
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
