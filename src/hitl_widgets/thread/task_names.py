"""The names of the tasks (`@task`) that a graph's code calls, and which of them a call was, told by its id.

LangGraph's thread keeps what such a call has returned, and not its name. Its id is made of the name, though, of who has
called it, and of how many calls that had made before (langgraph 1.2.24, `prepare_push_task_functional`): the name that makes
this very id is the one that it had. Where none does, the code has changed since, or got its task from somewhere unseen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, cast

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.func import _TaskFunction  # private, as what ids are made of (langgraph 1.2.24)
from langgraph.pregel._algo import _uuid5_str, _xxhash_str, task_path_str
from langgraph.types import PregelTask

from ..driver.answers.address import ns_of
from ..driver.channels import PUSH

_MOST_TRIES = 200_000
"""Ids that are made for one step: a tenth of a second or two."""
_HOLES = 32
"""Calls in a row that may have written nothing, because they were cut off."""
_IN_A_CONTAINER = 100


@dataclass(frozen=True, slots=True)
class Named:
    """A call whose name is known.

    Attributes:
        id: LangGraph's id.
        node: the node in whose code it was called.
        name: the task's.
    """

    id: str
    node: str
    name: str


def task_names(graph: Any) -> frozenset[str]:
    """The names of the tasks that the code of a graph's nodes names, and the code of those tasks."""
    nodes = cast("Mapping[str, Any]", getattr(graph, "nodes", None) or {})
    left = [function for node in nodes.values() for function in _functions(getattr(node, "bound", None))]
    seen, names = set[int](), set[str]()
    while left:
        function = left.pop()
        if id(function) in seen:
            continue
        seen.add(id(function))
        for value in _values(_named_in(function)):
            if isinstance(value, _TaskFunction):
                called = cast("Any", value).func
                names.add(str(getattr(called, "__name__", "")))
                left.append(called)
            elif _is_beside(value, function):
                left.append(value)
    return frozenset(names - {""})


def is_entrypoint(graph: Any) -> bool:
    """Whether a graph is one of the functional API: all that it does is call tasks."""
    return hasattr(graph, "nodes") and not hasattr(graph, "builder")


def named(
    saved: CheckpointTuple, calls: Collection[str], tasks: Iterable[PregelTask], names: Collection[str]
) -> list[Named]:
    """Those of the calls whose names can be told, in the order in which they were called.

    Args:
        saved: the checkpoint that their step started from.
        calls: their ids.
        tasks: the tasks of the step that the graph itself has started.
        names: the names that they may have.
    """
    around = ns_of(saved)
    callers = deque(_Caller(task.path, _inside(around, task.name, task.id), task.name) for task in tasks)
    left, found, tries = set(calls), list[Named](), 0
    while callers and left:
        caller = callers.popleft()
        nth = holes = 0
        while left and holes < _HOLES and tries < _MOST_TRIES:
            tries += len(names)
            ids = {_id(saved, caller, nth, name): name for name in names}
            hit = next(iter(ids.keys() & left), None)
            holes = 0 if hit is not None else holes + 1
            if hit is not None:
                left.discard(hit)
                found.append(Named(hit, caller.node, ids[hit]))
                # How LangGraph says of a path that it is a call's.
                path = (PUSH, caller.path, nth, True)
                callers.append(_Caller(path, _inside(caller.ns, ids[hit], hit), caller.node))
            nth += 1
    return found


@dataclass(frozen=True, slots=True)
class _Caller:
    """A task that may have called others: its path, the namespace of what it calls, and the node that it is a part of."""

    path: Sequence[Any]
    ns: str
    node: str


def _inside(ns: str, name: str, id: str) -> str:
    return f"{ns}|{name}:{id}" if ns else f"{name}:{id}"


def _id(saved: CheckpointTuple, caller: _Caller, nth: int, name: str) -> str:
    checkpoint = saved.checkpoint
    make = _xxhash_str if checkpoint["v"] > 1 else _uuid5_str
    return make(
        bytes.fromhex(checkpoint["id"].replace("-", "")),
        f"{caller.ns}|{name}",
        str(saved.metadata.get("step", -1) + 1),
        name,
        PUSH,
        task_path_str(tuple(caller.path)),
        str(nth),
    )


def _functions(runnable: Any) -> Iterator[Any]:
    """What a node runs."""
    for step in getattr(runnable, "steps", None) or [runnable]:
        yield from (one for name in ("func", "afunc") if isinstance(one := getattr(step, name, None), FunctionType))


def _named_in(function: Any) -> Iterator[Any]:
    """What a function's code names outside of itself, with that of the functions and comprehensions in it."""
    plain = getattr(function, "__func__", function)
    plain = getattr(plain, "__wrapped__", plain)
    if not isinstance(plain, FunctionType):
        return
    for cell in plain.__closure__ or ():
        with suppress(ValueError):  # not bound yet
            yield cell.cell_contents
    codes = [plain.__code__]
    for code in codes:
        codes += [const for const in code.co_consts if isinstance(const, CodeType)]
    names = {name for code in codes for name in code.co_names}
    for name in names & plain.__globals__.keys():
        value = plain.__globals__[name]
        yield value
        if isinstance(value, ModuleType):
            yield from (vars(value)[one] for one in names & vars(value).keys())


def _values(found: Iterable[Any]) -> Iterator[Any]:
    """What a function names, with what is in its lists and dictionaries."""
    for value in found:
        yield value
        if type(value) is dict:
            yield from [*cast("dict[Any, Any]", value).values()][:_IN_A_CONTAINER]
        elif type(value) in {list, tuple}:
            yield from cast("Sequence[Any]", value)[:_IN_A_CONTAINER]


def _is_beside(value: Any, function: Any) -> bool:
    """Whether it is a function of the same module: what others do inside is none of the graph's code."""
    return isinstance(value, FunctionType | MethodType) and value.__module__ == getattr(function, "__module__", None)
