"""What a task was given, did and wrote: what one sees who looks into a node or a step."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .timeline import TaskView
from .values import ShownValue


class ChangeView(TypedDict):
    """What became of a key of the state (or of an entry further inside) by what a task wrote to it."""

    key: str
    kind: Literal["added", "changed", "appended", "removed", "written", "reduced"]
    """`appended`: a list grew, and `after` has only what is new. `written`: how it was merged is not known. `reduced`: its
    key's reducer took it: `wrote` is what the task wrote, `after` what the key holds since, where the thread says so."""
    before: NotRequired[ShownValue]
    after: NotRequired[ShownValue]
    wrote: NotRequired[ShownValue]
    reducer: NotRequired[str]
    """The name of the function that makes one value of what a key holds and what is written to it; empty if it has none."""
    beside: NotRequired[int]
    """Of `reduced`: how many other tasks of the step wrote to the key."""
    entries: NotRequired[list[ChangeView]]
    """With `changed`: what has changed inside, instead of `before` and `after`."""
    same: NotRequired[int]
    """How many entries beside those are as they were."""
    more: NotRequired[int]
    """How many more have changed than are here."""


class OutputChunk(TypedDict):
    """What a task printed or logged."""

    stream: Literal["stdout", "stderr", "log", "note"]
    """A `note` is ours: it says what is left out."""
    text: str
    at: str
    """RFC 3339."""
    attempt: int
    level: NotRequired[str]
    """Of `log`, with `logger`."""
    logger: NotRequired[str]


class SourceLine(TypedDict):
    number: int
    text: str


class FrameView(TypedDict):
    """Where an exception passed."""

    file: str
    """A cell's name, `Cell In[3]`, or the file's path."""
    line: int
    function: str
    source: list[SourceLine]
    """The lines around it."""
    user: bool
    """The user's own code, not a library's."""
    innermost: NotRequired[bool]
    """The last of the user's."""


class ExceptionView(TypedDict):
    type: str
    message: str
    notes: list[str]
    frames: list[FrameView]
    """The innermost last, as Python has them; of very many the middle is left out."""
    left_out: int
    """How many frames are."""
    causes: list[CauseView]


class CauseView(TypedDict):
    """The exception that an exception came from, or one of a group."""

    kind: Literal["cause", "context", "member"]
    exception: ExceptionView


class AttemptView(TypedDict):
    """A call of the node that failed and was tried again."""

    number: int
    error: str


class AskedView(TypedDict):
    """What a task asked a person, and what it got."""

    question: NotRequired[str]
    payload: NotRequired[ShownValue]
    """Of a question that was asked in another session: what `interrupt()` was called with."""
    answer: NotRequired[str]
    """With `by`, `at` and, of a policy, its name; absent as long as it waits."""
    by: NotRequired[str]
    at: NotRequired[str]
    reason: NotRequired[str]


class InsideView(TypedDict):
    """A task, or a change of the state that no task has made."""

    task: TaskView
    changed: NotRequired[Literal[True]]
    """It is a change: `task` is what it is called."""
    path: list[str]
    """Node names from the outermost graph to its node."""
    step: int | None
    """Which step of the thread it is in, from 0; `None` inside of a nested graph."""
    began: NotRequired[str]
    """RFC 3339."""
    given: NotRequired[ShownValue]
    changes: list[ChangeView]
    unchanged: list[str]
    """The keys that it wrote what was there already."""
    wrote_nothing: bool
    """Whether it has finished, and it is known that it wrote and returned nothing."""
    returned: NotRequired[ShownValue]
    """Of the functional API."""
    leads_to: list[str]
    """The nodes that it led to, as a `Command(goto=...)` or a `Send` does."""
    output: list[OutputChunk]
    """The latest."""
    printed: int
    """Characters of all of it."""
    tokens: str
    """What a model has streamed in it: the latest."""
    streamed: int
    """Characters of all of it."""
    attempts: list[AttemptView]
    exception: NotRequired[ExceptionView]
    asked: list[AskedView]
    notes: list[str]
    """What is not known, and why, in sentences."""
    can_fork: bool
    """Whether another run can be started from its step."""
    why_not: NotRequired[str]
    """Why it cannot, in a nested graph."""


class NodeInsideView(TypedDict):
    """The tasks of a drawn node."""

    node: str
    name: str
    total: int
    tasks: list[TaskView]
    """The latest, newest first."""
    shown: NotRequired[InsideView]
    """One that has failed, while the graph is at that; else one that waits, else the newest. A node that never ran has none."""
