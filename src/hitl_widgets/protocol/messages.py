"""Messages: from the browser to the kernel, and the kernel's to one client."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict


class HelloIntent(TypedDict):
    """A view says that it is there; the kernel answers with an `Ack` that names the same `client`.

    Where the view's `seq` is not the kernel's, an update was lost on the way, and all of the state is sent again.
    """

    type: Literal["hello"]
    client: str
    seq: int


class AnswerIntent(TypedDict):
    type: Literal["answer"]
    client: str
    request: str
    value: Any
    reason: NotRequired[str]
    always: NotRequired[list[str]]
    """With an approval: the tools that are approved from now on, in this session."""
    json: NotRequired[Literal[True]]
    """`value` is the text of the answer itself in JSON, whatever the control's replies are like: its control could not
    be drawn, or somebody did not want it. It is checked as every answer is."""


class TouchedIntent(TypedDict):
    """Somebody is at a card: its deadline waits, and what they have entered stays. Sent now and then while one types."""

    type: Literal["touched"]
    client: str
    request: str


class AskAgainIntent(TypedDict):
    """Take back that a tool is always approved."""

    type: Literal["ask_again"]
    client: str
    tool: str


class FetchIntent(TypedDict):
    """Asks the control of a card for a part of what it shows; answered by one `Fetched` with the same `id`."""

    type: Literal["fetch"]
    client: str
    request: str
    id: int
    what: dict[str, Any]
    """As the control understands it."""


class WhyIntent(TypedDict):
    """Somebody wants to know why a node asks again: its source is read, and the card then has a `WhyView`."""

    type: Literal["why"]
    client: str
    request: str


class LookAtRows(TypedDict):
    """Rows of the timeline: answered by a `RowsView`."""

    kind: Literal["rows"]
    first: int
    """The first one's place; counted from the end where it is negative."""
    count: int
    node: NotRequired[str]
    """Only those of a drawn node, and of what is inside of it; `first` and `count` then count those alone."""


class LookAtTask(TypedDict):
    """What a task was given, did and wrote: answered by an `InsideView`."""

    kind: Literal["task"]
    task: str


class LookAtNode(TypedDict):
    """A drawn node's tasks: answered by a `NodeInsideView`."""

    kind: Literal["node"]
    node: str


class LookAtValue(TypedDict):
    """More of a value that was folded or cut: answered by a `ValueView`."""

    kind: Literal["value"]
    value: str
    """What a `ShownValue` calls it, or something inside of it."""
    first: int
    count: int
    copy: NotRequired[bool]
    """All of it for the clipboard, instead: answered by a text."""


class LookAtAnswer(TypedDict):
    """A whole answer, to be copied: answered by a text, its own or JSON."""

    kind: Literal["answer"]
    decision: int
    """Its index in `session.decisions`."""


class LookAtReplay(TypedDict):
    """All answers so far as the code that replays them: answered by a text."""

    kind: Literal["replay"]


class LookAtComparison(TypedDict):
    """Where another run of the graph parts from this one: answered by a `ComparisonView`."""

    kind: Literal["comparison"]
    fork: str
    """Its name."""


class LookIntent(TypedDict):
    """Somebody looks into the run; answered by one `Fetched` with the same `id`."""

    type: Literal["look"]
    client: str
    id: int
    at: Annotated[
        LookAtRows | LookAtTask | LookAtNode | LookAtValue | LookAtAnswer | LookAtReplay | LookAtComparison,
        Field(discriminator="kind"),
    ]


class NeedIntent(TypedDict):
    """A view is about to draw what few views need: the trait of that name gets its code."""

    type: Literal["need"]
    client: str
    code: Literal["rich", "inside"]


class FoldIntent(TypedDict):
    """Draw a nested graph as one node, or with what is in it."""

    type: Literal["fold"]
    client: str
    group: str
    folded: bool


class BreakpointIntent(TypedDict):
    """Stop at a node from now on, or no more."""

    type: Literal["breakpoint"]
    client: str
    node: str
    """The drawn node's id."""
    when: Literal["before", "after"]
    on: bool


class ForkIntent(TypedDict):
    """Another run from a step, or from the step that asked for a decision; see `Session.fork`."""

    type: Literal["fork"]
    client: str
    step: NotRequired[int]
    """Its index in `session.history`."""
    decision: NotRequired[int]
    """Its index in `session.decisions`."""
    task: NotRequired[str]
    """With a step of a nested graph: LangGraph's id of one of its tasks, which the row has."""
    pause: bool
    """Stop before the step, so that the state can be edited."""


class OpenForkIntent(TypedDict):
    """Somebody wants to see one of the forks: it gets a view, which its `ForkView` then names."""

    type: Literal["open_fork"]
    client: str
    fork: str
    """Its name."""


class RestartIntent(TypedDict):
    """Another run with the same input; see `Session.restart`."""

    type: Literal["restart"]
    client: str


class FollowUpIntent(TypedDict):
    """Ask for another input on a thread that has finished; see `Session.follow_up`."""

    type: Literal["follow_up"]
    client: str


class StopIntent(TypedDict):
    type: Literal["stop"]
    client: str


class RetryIntent(TypedDict):
    type: Literal["retry"]
    client: str


Intent = Annotated[
    HelloIntent
    | AnswerIntent
    | FetchIntent
    | TouchedIntent
    | AskAgainIntent
    | WhyIntent
    | LookIntent
    | NeedIntent
    | FoldIntent
    | BreakpointIntent
    | ForkIntent
    | OpenForkIntent
    | RestartIntent
    | FollowUpIntent
    | StopIntent
    | RetryIntent,
    Field(discriminator="type"),
]


class Ack(TypedDict):
    """The view that said hello is live."""

    type: Literal["ack"]
    client: str
    now: str
    """The kernel's clock, RFC 3339 with milliseconds; the browser's may differ."""


class Refused(TypedDict):
    """An answer to a request that is no longer pending: said once, to the client that sent it.

    Everything else about an answer is in its card; this one has no card any more.
    """

    type: Literal["refused"]
    client: str
    request: str
    message: str


class Fetched(TypedDict):
    """What a view asked for with a `FetchIntent` or a `LookIntent`: `data`, or why there is none."""

    type: Literal["fetched"]
    client: str
    id: int
    data: NotRequired[Any]
    error: NotRequired[str]
