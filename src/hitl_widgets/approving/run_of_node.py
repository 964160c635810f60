"""What the calls of one run of a node share. A node runs again from its top whenever something in it was answered."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from typing import Any

from langgraph.runtime import get_runtime

from ..asking.in_a_graph import check_in_a_graph
from ..processes import module_lock
from .call import Call


class RunOfNode:
    """One run of a node or `@task`, from its top.

    Attributes:
        lock: guards the rest; a ToolNode runs its calls in threads.
        answers: by call token, what was answered about calls that have not asked yet.
        calls: by call token, how many have begun.
    """

    def __init__(self, runtime: Any) -> None:
        self.lock = threading.RLock()
        self.answers: defaultdict[str, list[Any]] = defaultdict(list)
        self.calls: Counter[str] = Counter()
        self._runtime = runtime
        """Kept, so that its id is not another's meanwhile."""


def run_of_node(call: Call) -> RunOfNode:
    """The run that a call is part of.

    Raises:
        RuntimeError: it is not part of a graph's run.
    """
    check_in_a_graph(call.name)
    # LangGraph makes one runtime a run of a node, and hands it to the threads of a ToolNode (langgraph 1.2.22).
    runtime = get_runtime()
    with _lock:
        if id(runtime) not in _runs:
            _runs[id(runtime)] = RunOfNode(runtime)
        _runs.move_to_end(id(runtime))
        while len(_runs) > _MOST_AT_A_TIME:
            _runs.popitem(last=False)
        return _runs[id(runtime)]


_MOST_AT_A_TIME = 256
_runs: OrderedDict[int, RunOfNode] = OrderedDict()
_lock = module_lock()
