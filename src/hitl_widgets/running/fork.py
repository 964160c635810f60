"""A fork: another run on a copy of a thread, from a step of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from langgraph.channels.base import BaseChannel

from ..control import Control
from ..decisions import Decision
from ..driver.copying import copy_thread
from ..errors import UnknownRequestError
from ..fields import MISSING
from ..policies import Always
from ..requests import Request
from ..thread.history import History, Step
from ..unattended import NO_ANSWER
from .run import PICK_UP, Run


def step_of(history: History, step: Decision | int) -> Step:
    """The step that is meant by its index, or by a decision that was taken there.

    Raises:
        IndexError: there is no such step.
        UnknownRequestError: the decision was taken at none of them.
    """
    if isinstance(step, int):
        if not -len(history) <= step < len(history):
            raise IndexError(f"There is no step {step}: the thread has {len(history)}.")
        return history[step]
    for one in history:
        if any(decision.interrupt_id == step.interrupt_id for decision in one.decisions):
            return one
    raise UnknownRequestError(f"No step of this thread asked for the decision {step.key!r}.")


def fork_of(run: Run, step: Step, *, answer: Any, update: Mapping[str, Any] | None) -> Run:
    """A run on a new thread, started from a step; see `Session.fork`."""
    given = None if answer is MISSING else _given(step, answer)
    changes = dict(update or {})
    _check_keys(run.driver.graph, changes)
    thread_id = uuid.uuid4().hex
    driver = run.driver.on_thread(thread_id)
    old = run.driver.thread_name
    forked = Run(
        driver,
        run.controls,
        # What somebody approves from now on holds for their session alone.
        policies=[policy for policy in run.policies if not isinstance(policy, Always)],
        answers=run.answers,
        notices=[
            *run.notices,
            f"A fork of the thread {old!r}, from its step {step.index} ({', '.join(step.nodes)}).",
        ],
        attach=None if run.attach is None else run.attach.replace(repr(old), repr(thread_id)),
    )
    forked.given = given
    forked.starts_from = {decision.key: decision.value for decision in run.decisions if not decision.secret}

    async def copy() -> None:
        copied = await copy_thread(run.driver, driver, step.config, anew=bool(changes))
        # A server gives the copy an id of its own.
        forked.attach = forked.attach and forked.attach.replace(repr(thread_id), repr(driver.thread_name))
        if changes:
            await driver.rewrite(copied, changes)

    forked.start(PICK_UP, after=copy())
    return forked


class _Given:
    """Answers to what a step asks, each given once.

    Args:
        answers: by key or node; a single one under `None`, for whatever is asked first.
    """

    def __init__(self, answers: Mapping[str | None, Any]) -> None:
        self._left = dict(answers)

    def answer(self, request: Request, control: Control) -> Any:
        for name in (request.key, "/".join(request.path), request.node, None):
            if name in self._left:
                return self._left.pop(name)
        return NO_ANSWER


def _given(step: Step, answer: Any) -> _Given:
    asking = [task for task in step.tasks if task.asked]
    if not asking:
        raise TypeError(f"Step {step.index} ({', '.join(step.nodes)}) asked nothing, so it takes no answer=.")
    if len(asking) == 1:
        return _Given({None: answer})
    if not isinstance(answer, Mapping):
        names = ", ".join(repr(task.node) for task in asking)
        raise TypeError(f"Step {step.index} asked several things: give answer={{...}} by key or node, of {names}.")
    return _Given(cast("Mapping[str | None, Any]", answer))


def _check_keys(graph: Any, changes: Mapping[str, Any]) -> None:
    """Hold changes to the keys of the state.

    Raises:
        TypeError: the state has no such key.
    """
    channels = cast("Mapping[str, BaseChannel[Any, Any, Any]]", graph.channels)
    known = {name for name in channels if not name.startswith(("__", "branch:", "join:"))}
    if unknown := changes.keys() - known:
        raise TypeError(
            f"The state has no {', '.join(map(repr, sorted(unknown)))}; it has {', '.join(map(repr, sorted(known)))}."
        )
