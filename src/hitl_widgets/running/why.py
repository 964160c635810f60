"""Why a card asks again: whether its node has asked before, and what `hitl.check` finds in its source."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..check import check
from ..protocol import Again, FindingView, WhyView
from ..thread.asked import Asked
from .records import Path

if TYPE_CHECKING:
    from ..check.findings import Finding, Findings


class AskedBefore:
    """Which nodes have asked so far, and in which of their runs."""

    def __init__(self) -> None:
        self._asked: dict[Path, tuple[str, set[str]]] = {}
        """By path: the checkpoint that the node last ran on, and which of its tasks have asked there."""

    def __call__(self, asked: Asked) -> Again | None:
        """Whether the node of a request that was not known so far has asked before; it has, from now on."""
        if asked.address is None:
            return None  # a breakpoint: the graph's author stops here, the node does not ask
        path, task = asked.request.path, asked.address.task_id
        checkpoint = str(asked.address.config.get("configurable", {}).get("checkpoint_id"))
        before, tasks = self._asked.get(path, (checkpoint, set[str]()))
        if before != checkpoint:
            self._asked[path] = (checkpoint, {task})
            return "came_back"
        again = task in tasks
        # Another task on the same checkpoint is one that runs beside it (a `Send`).
        self._asked[path] = (checkpoint, tasks | {task})
        return "same_run" if again else None


class Why:
    """What `hitl.check` finds about the nodes of a graph, read once, when somebody first asks.

    Reading takes a moment, and must not hold up the run: it happens in a thread of its own.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._findings: Findings | str | None = None
        self._by_path: dict[Path, WhyView] = {}

    def ask(self, path: Path, then: Callable[[WhyView], None]) -> None:
        """Call `then`, on a thread of its own, with what was found about a node.

        Args:
            path: of the node, from the outermost graph inwards.
            then: must be quick.
        """
        # ipykernel 7.0.1 sends comm messages only from a context that knows the cell (kernels.md).
        context = contextvars.copy_context()
        work = threading.Thread(target=context.run, args=(lambda: then(self.of(path)),), name="hitl-why", daemon=True)
        work.start()

    def of(self, path: Path) -> WhyView:
        """What was found about a node, and about those around it, which run again with it."""
        with self._lock:
            if path not in self._by_path:
                self._by_path[path] = self._read(path)
            return self._by_path[path]

    def _read(self, path: Path) -> WhyView:
        if self._findings is None:
            try:
                self._findings = check(self._graph)
            except Exception as error:  # noqa: BLE001  what is read is anybody's; the card says so
                self._findings = f"{type(error).__name__}: {error}"
        if isinstance(self._findings, str):
            return {"findings": [], "not_read": [self._findings]}
        found = self._findings
        return {
            "findings": [_view(finding) for finding in _concerning(found, path)],
            "not_read": [one.why for one in found.not_read if not one.node or one.node in _nodes(path)],
        }


def _nodes(path: Path) -> list[str]:
    """The node and those around it, as findings name them."""
    from ..check.findings import PATH

    return [PATH.join(path[: depth + 1]) for depth in range(len(path))]


def _concerning(findings: Findings, path: Path) -> Iterator[Finding]:
    around = set(_nodes(path)[:-1])
    inside = list(findings.of(*path))
    yield from (finding for finding in findings if finding.node in around or finding in inside)


def _view(finding: Finding) -> FindingView:
    return {
        "level": finding.level,
        "wrong": finding.wrong,
        "mend": finding.mend,
        "where": finding.where,
        "code": finding.code,
    }
