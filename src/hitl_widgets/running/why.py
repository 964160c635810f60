"""Why a card asks again: whether its node has asked before, and what `hitl.check` finds in its source."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from ..check import check
from ..protocol import Again, FindingView, WhyView
from ..texts.raised import line_of
from ..thread.asked import Asked
from .following.records import Path

if TYPE_CHECKING:
    from ..check.findings import Finding, Findings


@dataclass(frozen=True)
class _Stood:
    """Where a node asked.

    Attributes:
        at: the checkpoint of its graph and of those around it, by namespace.
        tasks: which of its tasks have asked there.
    """

    at: Mapping[str, str]
    tasks: frozenset[str]


class AskedBefore:
    """Which nodes have asked so far, and in which of their runs."""

    def __init__(self) -> None:
        self._asked: dict[Path, dict[str, _Stood]] = {}
        """By path, and by the namespace of its graph: one that is nested may run several times side by side."""

    def __call__(self, asked: Asked) -> Again | None:
        """Whether the node of a request that was not known so far has asked before; it has, from now on."""
        if asked.address is None:
            return None  # a breakpoint: the graph's author stops here, the node does not ask
        path, task = asked.request.path, asked.address.task_id
        config: Mapping[str, Any] = asked.address.config.get("configurable", {})
        ns = str(config.get("checkpoint_ns", ""))
        at: Mapping[str, str] = config.get("checkpoint_map") or {ns: str(config.get("checkpoint_id"))}
        known = self._asked.setdefault(path, {})
        before = known.get(ns)
        if before is not None and before.at.get(ns) == at.get(ns):
            known[ns] = _Stood(at, before.tasks | {task})
            # Another task on the same checkpoint is one that runs beside it (a `Send`).
            return "same_run" if task in before.tasks else None
        is_beside = before is None and any(_are_beside(ns, at, other, stood.at) for other, stood in known.items())
        came_back = bool(known) and not is_beside
        if came_back:
            known.clear()
        known[ns] = _Stood(at, frozenset({task}))
        return "came_back" if came_back else None


def _are_beside(ns: str, at: Mapping[str, str], other: str, stood: Mapping[str, str]) -> bool:
    """Whether two nested graphs run side by side: the graph around both has not gone on between them."""
    pairs = zip(ns.split("|"), other.split("|"), strict=False)
    around = "|".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return around in at and at[around] == stood.get(around)


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
                self._findings = line_of(error)
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
