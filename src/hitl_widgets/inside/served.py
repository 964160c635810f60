"""What a server tells of a task: what its step started from, what it wrote, and what came of it.

It does not tell what the state's reducers are. What became of a key shows in the state after the step; where several tasks
of the step wrote to it, only of lists that were added to it can be told which part is whose. Seen in langgraph-api 0.16.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from langgraph.types import PregelTask, StateSnapshot

from ..controls.secrets import says_secret
from ..driver.channels import PUSH, ROOT
from ..driver.server.told import Told, with_messages
from ..graph.nested import graph_at
from ..running.following.records import Path
from ..thread.secret_keys import secret_keys_of
from .alike import same
from .changes import NOTHING, Change
from .reading import Reading

_WRITES = "$writes"
"""Under which a task's result has what it wrote to one key, if that was several things (langgraph 1.2.24)."""


def reading_of_told(told: Told, graph: Any, path: Path, keys: frozenset[str] | None) -> Reading:
    """What is known of a task on a server.

    Args:
        told: what the server tells.
        graph: the outermost graph.
        path: the task's node's path.
        keys: the keys of the state that it was given; `None`, if that was not heard.
    """
    step, task = told.step, told.task
    if step is None or task is None:
        return Reading(is_there=False, is_served=True)
    graph = graph_at(path[:-1], graph)
    found = Reading(
        secrets=secret_keys_of(graph),
        interrupts=list(task.interrupts),
        # What a task wrote has the answers that it got, if it kept any.
        answers=[task.result] if task.interrupts and task.result is not None else [],
        error=str(task.error) if task.error and not task.interrupts else None,
        is_served=True,
        is_told=task.result is not None,
    )
    found.asked_for_secret = any(says_secret(one.value, one.response_schema) for one in found.interrupts)
    values = with_messages(step.values)
    if told.is_call:
        found.returned = NOTHING if task.result is None else with_messages(task.result)
        return found
    if not task.path or task.path[0] != PUSH:
        found.given = _given(values, keys)
    if task.result is not None:
        found.changes = _changes(told, task, values, found)
        found.leads_to = _leads_to(step, told.after, task, graph)
    return found


def _given(values: Any, keys: frozenset[str] | None) -> Any:
    if not isinstance(values, Mapping):
        return values
    state = cast("Mapping[str, Any]", values)
    return {key: value for key, value in state.items() if keys is None or key in keys}


def _changes(told: Told, task: PregelTask, values: Any, found: Reading) -> list[Change]:
    assert told.step is not None
    before = _by_key(values)
    after = _by_key(with_messages(told.after.values)) if told.after is not None else None
    changes: list[Change] = []
    for key, wrote in _by_key(with_messages(task.result)).items():
        was = before.get(key, NOTHING)
        is_, known = _became(key, was, _written(wrote), told.step.tasks, after)
        changes.append(Change(key, was, is_, merged=known, secret=found.asked_for_secret or key in found.secrets))
    return changes


def _became(
    key: str, was: Any, wrote: Any, tasks: Sequence[PregelTask], after: Mapping[str, Any] | None
) -> tuple[Any, bool]:
    """What a key held with what one task wrote to it, and whether that is certain."""
    if after is None or key not in after:
        return wrote, was is NOTHING
    results = [_by_key(with_messages(task.result)) for task in tasks]
    all_of_it = [_written(result[key]) for result in results if key in result]
    if len(all_of_it) == 1:
        return after[key], True
    if isinstance(was, list) and all(isinstance(one, list) for one in all_of_it):
        added = [item for one in all_of_it for item in one]
        if same([*was, *added], after[key]):
            return [*was, *wrote], True
    return wrote, False


def _written(wrote: Any) -> Any:
    """What was written; of several things the last."""
    if isinstance(wrote, dict):
        several = cast("dict[str, Any]", wrote).get(_WRITES)
        if isinstance(several, list) and several and len(cast("dict[str, Any]", wrote)) == 1:
            return cast("list[Any]", several)[-1]
    return wrote


def _by_key(values: Any) -> Mapping[str, Any]:
    """A state by its keys; one that has none is under the name that LangGraph has for it."""
    if isinstance(values, Mapping):
        return cast("Mapping[str, Any]", values)
    return {} if values is None else {ROOT: values}


def _leads_to(step: StateSnapshot, after: StateSnapshot | None, task: PregelTask, graph: Any) -> list[str]:
    """The nodes that ran next, as far as the task has led to them."""
    if after is None:
        return []
    if len(step.tasks) == 1:
        return list(after.next)
    edges = getattr(getattr(graph, "builder", None), "edges", ())
    return [node for node in after.next if (task.name, node) in edges]


def not_told(*, failed: bool, is_given: bool, is_written: bool = True, has_changed: bool = False) -> str:
    """What a server keeps to itself, as a sentence.

    >>> not_told(failed=False, is_given=True)
    'Its server does not tell what it printed, nor how often it was tried.'
    >>> not_told(failed=False, is_given=True, has_changed=True)
    'Its server does not tell what it printed, how often it was tried, nor which reducers its state has.'
    """
    parts = ["what it printed", "how often it was tried"]
    if failed:
        parts.append("where in its code it failed")
    if has_changed:
        parts.append("which reducers its state has")
    if not is_written:
        parts.insert(0, "what it wrote")
    if not is_given:
        parts.insert(0, "what it was given")
    return f"Its server does not tell {', '.join(parts[:-1])}, nor {parts[-1]}."
