"""The steps of a thread, oldest first: what ran, what it was given, what it wrote. Pure: made of LangGraph's snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast, overload

from langchain_core.runnables import RunnableConfig
from langgraph.types import Overwrite, PregelTask, StateSnapshot

from ..controls.secrets import says_secret
from ..decisions import Decision
from ..driver.channels import START
from ..running.following.records import namespace_of, node_names
from ..running.secrets import DOTS, Secrets
from ..texts.clipped import clipped
from ..texts.jsonable import as_text
from ..texts.odd import spelled
from ..texts.raised import message_of
from ..texts.table import html_table
from .cancelled import without_cancelled
from .gone import left, replaced
from .pickled import Shown, shown_step, shown_task

if TYPE_CHECKING:
    from .nested import Nested

_LONGEST, _LONGEST_ERROR = 120, 240
"""Characters of what a node wrote, and of what it raised, in a table."""
_READ = 2_000
"""Characters of it that are looked at: no secret is cut in its midst before it is masked."""


@dataclass(frozen=True)
class Worked:
    """What a session saw of a task; of what ran before it there is nothing.

    Attributes:
        took: seconds of work.
        attempts: how often its node was called; `None` in a script, where nobody listens.
        printed: what it printed and logged, without secrets; nothing in a script.
    """

    took: float | None = None
    attempts: int | None = None
    printed: str = ""


@dataclass(frozen=True, repr=False)
class Task(Shown):
    """A node's part in a step; a node that `Send` started several times has several.

    Attributes:
        node: its name.
        wrote: what it wrote to the state; `None` while it has not finished.
        error: what it raised, as text (langgraph 1.2.22 keeps no more).
        asked: what it asked for: the payloads of its interrupts.
        waits: whether something of it has no answer that is known.
        decisions: the answers that it got in this session.
        secrets: the keys of what it wrote whose values are shown as dots; `None`: all of them, as it asked for a secret.
        took: how many seconds it was at work, without what it waited for a person; `None` if this session did not see it.
        attempts: how often its node was called: more than once with a retry policy; `None` as above, on a server, and in a
            script, where nobody listens.
        printed: what it printed and logged in this session, without secrets; a script's prints are not kept.
        known: the secrets that the session was given, which are shown as dots wherever they turn up.
        gone: what became of one that has not finished and never will, in words.
        passed_over: whether nothing of its step ever ran, as the state was changed first: the thread went on from the other one.
    """

    node: str
    wrote: Any
    error: str | None
    asked: tuple[Any, ...] = ()
    waits: bool = False
    decisions: tuple[Decision, ...] = ()
    secrets: frozenset[str] | None = frozenset()
    took: float | None = None
    attempts: int | None = None
    printed: str = ""
    known: Secrets = field(default_factory=Secrets, compare=False)
    gone: str = ""
    passed_over: bool = False

    @property
    def shown(self) -> Any:
        """What it wrote, for people to read."""
        wrote = self._without_secret_keys
        if isinstance(wrote, Mapping):
            # What takes the place of a value is shown as that.
            items = cast("Mapping[Any, Any]", wrote).items()
            wrote = {key: value.value if isinstance(value, Overwrite) else value for key, value in items}
        return self.known.masked(wrote)

    @property
    def _without_secret_keys(self) -> Any:
        if not self.wrote or (self.secrets is not None and not self.secrets):
            return self.wrote
        if not isinstance(self.wrote, Mapping):
            return DOTS if self.secrets is None else self.wrote
        wrote = cast("Mapping[Any, Any]", self.wrote)
        return {key: DOTS if self.secrets is None or key in self.secrets else value for key, value in wrote.items()}

    @property
    def outcome(self) -> str:
        """What came of it, as a line."""
        return _outcome(self)

    def outcome_up_to(self, longest: int) -> str:
        """The same, with at most so many characters of what it wrote."""
        return _outcome(self, longest)

    def _as_shown(self) -> Task:
        return shown_task(self)

    def __repr__(self) -> str:
        return spelled(f"<Task {self.node}: {self.outcome}>")


@dataclass(frozen=True, repr=False)
class Step(Shown):
    """One superstep of the graph: nodes that ran side by side.

    Attributes:
        index: its place in `session.history`, from 0. LangGraph's own number, `metadata["step"]`, is the same on a thread
            that was given one input; of each further input it counts a step more (langgraph 1.2.24). A state that was
            changed counts in both: the step that was to run is `passed_over`, and the next one runs its nodes.
        tasks: what ran.
        before: the state values that its nodes were given.
        after: the state values once all had finished; `None` while they have not.
        at: when it began, UTC.
        config: LangGraph's config of the checkpoint that it started from (`graph.get_state(step.config)`).
        path: the nodes around its graph, outermost first; none for the graph itself.
        inside: the steps of the graphs nested in it, in the order in which they began, those further inside among them.
            `session.fork(step)` takes them too.
        within: of such a step, the index of the one that it is a part of; its own is its place in `inside`.
    """

    index: int
    tasks: tuple[Task, ...]
    before: Any
    after: Any
    at: datetime | None
    config: RunnableConfig = field(repr=False)
    path: tuple[str, ...] = ()
    inside: tuple[Step, ...] = ()
    within: int | None = None

    def __repr__(self) -> str:
        path = f"{' › '.join(self.path)}: " if self.path else ""
        return spelled(
            f"<Step {self.number}: {path}{', '.join(f'{task.node}: {_outcome(task)}' for task in self.tasks)}>"
        )

    def _as_shown(self) -> Step:
        return shown_step(self)

    @property
    def number(self) -> str:
        """Which one it is: `3`, or `3.0` for the first that ran inside of that."""
        return str(self.index) if self.within is None else f"{self.within}.{self.index}"

    @property
    def words(self) -> str:
        """Which one it is, with its nodes: `step 3.0 (outer › inner › ask)`."""
        return f"step {self.number} ({' › '.join((*self.path, ', '.join(self.nodes)))})"

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of its nodes, each once."""
        return tuple(dict.fromkeys(task.node for task in self.tasks))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The answers that its nodes got in this session."""
        return tuple(decision for task in self.tasks for decision in task.decisions)

    @property
    def passed_over(self) -> bool:
        """Whether it never ran: the state was changed before it could, and the thread went on from the other state."""
        return all(task.passed_over for task in self.tasks)

    @property
    def error(self) -> str | None:
        """What failed it, as text."""
        return next((task.error for task in self.tasks if task.error is not None), None)


class History(Sequence[Step]):
    """The steps of a thread, oldest first. What a session's `history` returns: as the thread was at that moment."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = tuple(steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        return self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)

    def to_frame(self) -> Any:
        """A pandas data frame, a row a task.

        Its columns are `step`, `node`, `wrote` (secrets as dots), `asked`, `error`, `at`, and of what this session saw
        `took` (seconds), `attempts` and `printed`.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas as pd

        names = ["step", "node", "wrote", "asked", "error", "at", "took", "attempts", "printed"]
        rows = [
            (
                step.index, task.node, task.shown, task.known.masked(task.asked), task.known.masked(task.error), step.at,
                task.took, task.attempts, task.printed,
            )
            for step, task in self._tasks()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=names)

    def __repr__(self) -> str:
        """A line a task, without ids and times, so that saved notebooks compare equal."""
        lines = (f"{step.index}  {task.node}: {_outcome(task)}" for step, task in self._tasks())
        return spelled("\n".join(lines)) or "no steps yet"

    def _repr_html_(self) -> str:
        rows = [(str(step.index), task.node, _outcome(task)) for step, task in self._tasks()]
        return html_table(("Step", "Node", "Outcome"), rows) if rows else "<p>No steps yet.</p>"

    def _tasks(self) -> Iterator[tuple[Step, Task]]:
        return ((step, task) for step in self._steps for task in step.tasks)


def history_of(
    snapshots: Sequence[StateSnapshot],
    decisions: Iterable[Decision] = (),
    secrets: frozenset[str] = frozenset(),
    worked: Mapping[str, Worked] | None = None,
    known: Secrets | None = None,
    nested: Nested | None = None,
) -> History:
    """The steps of a thread.

    Args:
        snapshots: what `graph.get_state_history(config)` gives: newest first.
        decisions: the answers that are known.
        secrets: the keys of the state that hold secrets.
        worked: what was seen of its tasks, by LangGraph's id.
        known: the secrets that its session was given.
        nested: the snapshots of the graphs nested in it.
    """
    worked, known = worked or {}, known or Secrets()
    answers: dict[str, list[Decision]] = {}
    for decision in decisions:
        answers.setdefault(decision.interrupt_id, []).append(decision)

    def task_of(task: PregelTask) -> Task:
        return _task(task, answers, secrets, worked.get(task.id, Worked()), known)

    steps = [replace(step, index=index) for index, step in enumerate(_steps(snapshots, task_of))]
    if nested:
        steps = [replace(one, inside=_inside(one, nested.get(_checkpoint(one), {}), task_of)) for one in steps]
    return History(steps)


def _steps(snapshots: Sequence[StateSnapshot], task_of: Callable[[PregelTask], Task]) -> Iterator[Step]:
    oldest_first = list(reversed(snapshots))
    for snapshot, following in zip(oldest_first, [*oldest_first, None][1:], strict=True):
        tasks = [task_of(task) for task in without_cancelled(snapshot.tasks) if task.name != START]
        if tasks:
            after = following.values if following is not None else None  # noqa: PD011  LangGraph's, no frame
            tasks = tasks if following is None else replaced(tasks, following)
            yield Step(0, tuple(tasks), snapshot.values, after, _time(snapshot), snapshot.config)


def _inside(
    step: Step, graphs: Mapping[str, Sequence[StateSnapshot]], task_of: Callable[[PregelTask], Task]
) -> tuple[Step, ...]:
    found = [
        replace(one, path=node_names(namespace_of(ns)), within=step.index)
        for ns, snapshots in graphs.items()
        for one in _steps(snapshots, task_of)
    ]
    if step.after is not None and all(task.wrote is not None for task in step.tasks):
        found = [replace(one, tasks=left(one.tasks)) for one in found]
    # Ids are made of the time at which a checkpoint was saved.
    return tuple(replace(one, index=index) for index, one in enumerate(sorted(found, key=_checkpoint)))


def _checkpoint(step: Step) -> str:
    return str(step.config.get("configurable", {}).get("checkpoint_id"))


def _task(
    task: PregelTask, answers: Mapping[str, list[Decision]], secrets: frozenset[str], worked: Worked, known: Secrets
) -> Task:
    given = tuple(decision for interrupt in task.interrupts for decision in answers.get(interrupt.id, ()))
    # Known after a restart too, where no decision is.
    asked_for_secret = any(says_secret(one.value, one.response_schema) for one in task.interrupts)
    waits = any(interrupt.id not in answers for interrupt in task.interrupts)
    # An interrupt of a nested graph is its node's too.
    return Task(
        node=task.name,
        wrote=task.result,
        # One that was tried again, and then wrote something or asks, keeps what it had failed with (langgraph 1.2.24).
        error=message_of(task.error) if task.error and task.result is None and not waits else None,
        asked=tuple(interrupt.value for interrupt in task.interrupts),
        waits=waits,
        decisions=given,
        secrets=None if asked_for_secret or any(decision.secret for decision in given) else secrets,
        took=worked.took,
        attempts=worked.attempts,
        printed=worked.printed,
        known=known,
    )


def _time(snapshot: StateSnapshot) -> datetime | None:
    return datetime.fromisoformat(snapshot.created_at) if snapshot.created_at else None


def _outcome(task: Task, longest: int = _LONGEST) -> str:
    if task.error is not None:
        return clipped(f"failed: {task.known.line(task.error)}", _LONGEST_ERROR)
    if task.wrote is None:
        return task.gone or ("waits for an answer" if task.waits else "has not finished")
    if not task.wrote:
        return "wrote nothing"
    text = task.known.mask(f"wrote {as_text(task.shown, max(longest, _READ))}").replace("\n", " ")
    return clipped(text, longest)
