"""A task as one sees it who looks into it: its record, and what the thread says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

from pydantic import SecretStr

from ..decisions import Decision
from ..driver.answers.address import Address
from ..errors import InvalidAnswerError
from ..protocol import AskedView, InsideView, TaskView
from ..running.following.calls import is_scheduled
from ..running.following.records import Namespace, Path, StepRecord, TaskRecord
from ..running.following.tally import one_line
from ..running.forks.place import CanFork, can_fork
from ..running.run import Run
from ..running.secrets import Secrets
from ..texts.moments import moment
from ..thread.called import NOT_NAMED, UNNAMED
from ..thread.earlier import EarlierStep, EarlierTask
from .changes import NOTHING, Change, change_views
from .exceptions import error_view, exception_view
from .parts import Part
from .places import GONE
from .reading import CACHED, NO_CHECKPOINT, Reading, read_task
from .task_view import earlier_task_view, task_view
from .told import LONGEST_TOKENS, attempt_views, output_chunks, plain
from .values import Values

Locate = Callable[[Path], str | None]
"""Where a node is drawn."""

_MOST_QUESTIONS = 50
_MOST_DIGITS = 6
_HIDDEN = SecretStr("")


@dataclass(frozen=True)
class Looked:
    """A task's record as it was when somebody looked.

    Attributes:
        id: LangGraph's id.
        path: its node's.
        ns: the namespace of its graph.
        checkpoint: the id of the checkpoint that its step started from.
        following: that of the step after it in its graph, if it is known.
        step: where its step is in `session.history`; `None` if that is not known.
        view: what the timeline says of it.
        began: when it last began to work, in seconds since the epoch.
        record: the record itself, for what has a lock of its own.
        decisions: the answers that it got.
        questions: what it asks now.
    """

    id: str
    path: Path
    ns: Namespace
    checkpoint: str | None
    following: str | None
    step: int | None
    view: TaskView
    began: float | None
    record: TaskRecord
    decisions: tuple[Decision, ...]
    questions: tuple[str, ...]
    can_fork: CanFork


def looked(run: Run, record: TaskRecord) -> Looked:
    """A task's record as it is now. Called with the run's lock held."""
    step = run.state.steps[record.step]
    places = [step.ns]
    if not is_scheduled(step.ns, record):
        # The stream does not say which of a step's nodes has called it. A call's questions are asked in its caller's place.
        callers = [one for one in step.tasks if is_scheduled(step.ns, one)]
        places = [(*step.ns, f"{one.node[-1]}:{one.id}") for one in callers]
    asked = {id for ns in places for id in _interrupts(ns, record)}
    decisions = tuple(decision for decision in run.decisions if decision.interrupt_id in asked)
    waiting = [one for one in run.pending if one.request.id in asked and one.status == "open"]
    return Looked(
        id=record.id,
        path=record.node,
        ns=step.ns,
        checkpoint=step.checkpoint,
        following=_following(run, step),
        step=run.past.index_of(step),
        view=task_view(record, run.secrets),
        began=record.began,
        record=record,
        decisions=decisions,
        questions=tuple(one.question.question for one in waiting),
        can_fork=can_fork(run, step.ns, run.past.index_of(step), step.checkpoint, was_seen=step.began is not None),
    )


def looked_earlier(run: Run, at: int | None, step: EarlierStep, task: EarlierTask) -> Looked:
    """A task that ran before this kernel: of it there is what the thread has, and in a fork what the run before it saw."""
    record = run.past.record_of(task)
    asked = set(_interrupts(step.ns, record))
    return Looked(
        id=task.id,
        path=task.node,
        ns=step.ns,
        checkpoint=step.checkpoint,
        following=run.past.following(step),
        step=at,
        view=earlier_task_view(task, record, run.secrets),
        began=record.began,
        record=record,
        decisions=tuple(decision for decision in run.decisions if decision.interrupt_id in asked),
        questions=(),
        can_fork=can_fork(run, step.ns, at, step.checkpoint),
    )


def _following(run: Run, step: StepRecord) -> str | None:
    later = (one for one in islice(run.state.steps, step.index + 1, None) if one.ns == step.ns)
    return next((one.checkpoint for one in later), None)


def _interrupts(ns: Namespace, record: TaskRecord) -> list[str]:
    """The ids of the questions that a task may have asked: they are made of its place, and counted."""
    address = Address({"configurable": {"checkpoint_ns": "|".join(ns)}}, record.id, record.node[-1], "")
    return [address.id_of(at) for at in range(_MOST_QUESTIONS)]


async def inside_view(run: Run, seen: Looked) -> InsideView:
    """All there is to see of a task, within limits.

    Args:
        run: the run.
        seen: its record.
    """
    reading = await read_secretly(run, seen)
    return await run.driver.call(_view, run, seen, reading)


async def read_secretly(run: Run, seen: Looked) -> Reading:
    """What the thread says of a task; what is found there to be secret is so from now on."""
    where = seen.id, seen.path, seen.ns, seen.checkpoint, seen.following
    reading = await read_task(run.driver, *where, run.calls.keys(seen.id))
    other = run.origin.copied_from
    while not reading.is_there and seen.ns and other is not None:
        # A fork's thread has what nested graphs did in its last step alone.
        reading = await read_task(other.driver, *where)
        other = other.origin.copied_from
    if reading.asked_for_secret:
        # Known after a restart too, where no decision is.
        run.secrets.add(reading.answers)
    return reading


def _view(run: Run, seen: Looked, reading: Reading) -> InsideView:
    secrets, values = run.secrets, Values(run.secrets)
    secret = reading.asked_for_secret or any(decision.secret for decision in seen.decisions)
    view: InsideView = {
        "task": seen.view,
        "path": list(seen.path),
        "step": seen.step,
        "changes": [],
        "unchanged": [],
        "wrote_nothing": False,
        "leads_to": list(dict.fromkeys(reading.leads_to)),
        "output": [],
        "printed": 0,
        "tokens": "",
        "streamed": 0,
        "attempts": [],
        "asked": _asked(seen, reading, values, secrets),
        "notes": [],
        **seen.can_fork,
    }
    if seen.began is not None:
        view["began"] = moment(seen.began)
    # What it did is of more interest than what it was given, which may be all of the state.
    view["changes"] = change_views(changes_of(reading, secret=secret), seen.id, values)
    view["unchanged"] = [change.key for change in changes_of(reading, secret=secret) if change.is_none]
    # Of what has no checkpoint (`checkpointer=False`), or came from a cache, nothing is known.
    is_known = reading.is_there and reading.is_told and not seen.record.cached
    wrote = bool(reading.changes) or reading.returned is not NOTHING
    view["wrote_nothing"] = seen.view["status"] == "done" and is_known and not wrote
    if reading.returned is not NOTHING:
        view["returned"] = values.shown(f"{seen.id}/returned", reading.returned, secret=secret)
    elif not (reading.is_there or secret) and (returned := run.calls.returned(seen.id)) is not None:
        view["returned"] = {"value": f"{seen.id}/call", "view": returned}
    if (call := run.calls.given(seen.id)) is not None and reading.given is NOTHING:
        view["given"] = {"value": f"{seen.id}/call", "view": call}
    elif reading.given is not NOTHING:
        view["given"] = values.shown(f"{seen.id}/given", given_of(reading))
    if reading.is_served:
        from .served import not_told  # only for graphs on a server

        failed = seen.view["status"] == "failed"
        is_written = seen.view["status"] != "done" or is_known or "returned" in view
        told = {"is_given": "given" in view, "is_written": is_written, "has_changed": bool(view["changes"])}
        view["notes"].append(not_told(failed=failed, **told))
    elif not reading.is_there:
        view["notes"].append(NO_CHECKPOINT)
    elif seen.record.cached:
        view["notes"].append(CACHED)
    if seen.path[-1] == UNNAMED:
        view["notes"].append(NOT_NAMED)
    if (error := _error(run, seen)) is not None:
        view["exception"] = exception_view(error, secrets, run.error_traceback if error is run.error else None)
    elif seen.view["status"] == "failed" and (said := reading.error or _as_repr(seen.record.error)) is not None:
        view["exception"] = error_view(said, secrets)
    _tell(view, seen.record, secrets)
    return view


def _error(run: Run, seen: Looked) -> BaseException | None:
    """What it raised, as long as this kernel has it: never what a server's node did, which is raised here as another."""
    if run.driver.is_served:
        return None
    if seen.record.exception is not None:
        return seen.record.exception
    error = run.error
    # A sibling may have failed too; what is picked up from a thread has a text and no traceback.
    is_its = error is not None and error.__traceback__ is not None and one_line(error) == seen.record.error
    return error if is_its and seen.view["status"] == "failed" else None


def _as_repr(line: str | None) -> str | None:
    """An error's line (`ValueError: no`), as LangGraph's threads have it."""
    name, colon, said = (line or "").partition(": ")
    return f"{name}({said})" if colon and name.isidentifier() else line


def _tell(view: InsideView, record: TaskRecord, secrets: Secrets) -> None:
    """What it printed, and how it failed before."""
    if record.said is not None:
        view["output"] = output_chunks(record.said.chunks, secrets)
        view["printed"] = record.said.characters
        tokens = plain(record.said.tokens, secrets)
        view["tokens"], view["streamed"] = tokens[-LONGEST_TOKENS:], len(tokens)
    view["attempts"] = attempt_views(record.failures, secrets)


def given_of(reading: Reading) -> object:
    """What a task was given, without what its state calls secret."""
    given = reading.given
    if not isinstance(given, dict) or not reading.secrets:
        return given
    known = cast("dict[Any, Any]", given)
    return {key: _HIDDEN if key in reading.secrets else value for key, value in known.items()}


def changes_of(reading: Reading, *, secret: bool) -> list[Change]:
    """What a task wrote; all of it is secret if it asked for one."""
    return [replace(change, secret=secret or change.secret) for change in reading.changes]


def _asked(seen: Looked, reading: Reading, values: Values, secrets: Secrets) -> list[AskedView]:
    asked: list[AskedView] = []
    for decision in seen.decisions:
        view: AskedView = {
            "question": secrets.quoted(decision.question),
            "answer": secrets.quoted(decision.text)[:4_000],
            "by": decision.who,
            "at": moment(decision.at.timestamp()),
        }
        if decision.reason:
            view["reason"] = secrets.quoted(decision.reason)
        asked.append(view)
    waiting: list[AskedView] = [{"question": secrets.quoted(question)} for question in seen.questions]
    asked.extend(waiting)
    if not asked:
        for at, one in enumerate(reading.interrupts):
            asked.append({"payload": values.shown(f"{seen.id}/asked:{at}", one.value)})
    return asked


def value_in(reading: Reading, root: str, *, secret: bool) -> Part:
    """One of a task's values, by its name.

    Raises:
        InvalidAnswerError: there is none of that name.
    """
    name, _, position = root.partition(":")
    if position and not (position.isdecimal() and len(position) < _MOST_DIGITS):
        raise InvalidAnswerError(GONE)
    at = int(position or 0)
    changes = changes_of(reading, secret=secret)
    if name == "given" and reading.given is not NOTHING:
        return Part("", given_of(reading))
    if name == "returned" and reading.returned is not NOTHING:
        return Part("", reading.returned, secret)
    if name in {"before", "after", "wrote", "became"} and at < len(changes):
        change = changes[at]
        value: Any = getattr(change, name)
        if value is not NOTHING:
            return Part("", value, change.secret)
    if name == "asked" and at < len(reading.interrupts):
        return Part("", reading.interrupts[at].value)
    raise InvalidAnswerError(GONE)
