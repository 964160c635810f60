"""The browser's half of a form, run by Node: what the view sends for a field, and what it has against it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from hitl_widgets.fields import MISSING
from hitl_widgets.protocol import FieldView

JS = Path(__file__).parents[2] / "js"


@dataclass(frozen=True)
class Submitted:
    """A form that somebody tried to submit."""

    reply: Any
    errors: dict[str, str]
    """What the view says before anything is sent, by path."""
    drawn: list[str]
    """The paths of the fields on the screen."""


class Browser:
    """Answers forms one after the other; needs Node and `js/node_modules`, as everything that is built here does."""

    def __init__(self, folder: Path) -> None:
        """Bundles the view's own code into the folder, and starts it."""
        bundle = folder / "answering.mjs"
        esbuild = JS / "node_modules" / ".bin" / "esbuild"
        options = ["--bundle", "--platform=node", "--format=esm", "--target=node20", "--log-level=warning"]
        subprocess.run([esbuild, JS / "dev" / "answering.ts", *options, f"--outfile={bundle}"], check=True)
        # Half an hour off, so that no moment passes by chance.
        self._node = subprocess.Popen(
            ["node", bundle], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TZ": "Asia/Kolkata"}
        )

    def submit(self, field: FieldView, entered: Any = MISSING) -> Submitted:
        """Submit a form: as it starts, or with what a person has entered into it (as the reply that stands for it)."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        task = {"field": field} if entered is MISSING else {"field": field, "entered": entered}
        self._node.stdin.write(json.dumps(task).encode() + b"\n")
        self._node.stdin.flush()
        said = self._node.stdout.readline()
        assert said, "the view's code ended with an error, see above"
        return Submitted(**json.loads(said))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._node:
            assert self._node.stdin is not None
            self._node.stdin.close()
            self._node.wait(timeout=60)
