"""A pending request: what is shown around its control."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .controls import ControlView
from .markdown import MarkdownNode


class ContextView(TypedDict):
    """A part of the payload that is not the question but must be seen to answer it (a draft, an amount, ...)."""

    label: str
    text: str
    """As is; JSON values come indented."""
    mono: bool


class ImageView(TypedDict):
    """A picture that is shown beside the question."""

    asset: str
    """Its name in the trait `assets`, which holds `data:` URLs."""
    alt: str
    caption: str | None
    width: int | None
    """CSS px at which it has its own size, with `height`: its place is kept before it is there."""
    height: int | None


class DeadlineView(TypedDict):
    """Until when a request can be answered, and what happens then. The browser counts down by itself."""

    at: str
    """RFC 3339, UTC."""
    before: str
    """What stands before the time that is left."""
    after: str
    """What is said when the time is over."""
    acts: bool
    """Something answers then: what is typed meanwhile must be told with `TouchedIntent`, which gives more time."""


Again = Literal["same_run", "came_back"]


class FindingView(TypedDict):
    """What `hitl.check` found about the asking node."""

    level: Literal["error", "warning", "info"]
    wrong: str
    """What goes wrong, one sentence."""
    mend: str
    """How to mend it, one sentence."""
    where: str
    """`file:line`, or the name of a notebook's cell."""
    code: str
    """The piece of code that it is about; may be empty."""


class WhyView(TypedDict):
    """Why a node asks again: what was found in its source when somebody asked."""

    findings: list[FindingView]
    not_read: list[str]
    """Why a source could not be read, a sentence each."""


class CardView(TypedDict):
    """A pending request."""

    request: str
    """What an answer names: the interrupt's id, and a number more where its node, as it has run again, asks something else."""
    key: str
    """Its readable name, what `session.answer(to=...)` takes."""
    node: str
    """The id of the `NodeBox` that asks (the nearest drawn one)."""
    asker: list[str]
    """Who asks, in words: the names from the outermost graph to the asking node, of several copies which one, the tool that it
    runs, and the agent that this runs."""
    said: NotRequired[list[MarkdownNode]]
    """What the model has said that calls for the tools it asks about: why it wants that."""
    question: str
    description: list[MarkdownNode] | None
    context: list[ContextView]
    images: list[ImageView]
    missing: bool
    """It is about something that is in another kernel or session, and cannot be shown here."""
    control: ControlView
    status: Literal["open", "answered"]
    """`answered`: accepted by the kernel, its node has not gone on yet."""
    error: str | None
    """Why the last reply was refused, as a whole."""
    field_errors: dict[str, str]
    """The same by field: `""` is the whole value, `address/city` a nested key."""
    refusals: int
    """How many replies were refused; when it grows, what was typed can be mended and sent again."""
    closed: NotRequired[str]
    """It is not asked any more, and nobody has answered it here: why, one sentence. What was typed is still shown."""
    deadline: NotRequired[DeadlineView]
    asking: NotRequired[str]
    """The policy that is being asked; a person may still be faster."""
    secret: NotRequired[Literal[True]]
    """The answer is a secret, and is therefore not asked for in a JSON editor, where everybody could read it."""
    unkept: NotRequired[Literal[True]]
    """It quotes a secret, or may, as a table does: nothing that is typed into it is kept by the browser."""
    always: NotRequired[str]
    """For an approval: the tool that can be approved here once and for all."""
    again: Again | None
    """Its node has asked before: in the same run of it, or when the graph was here before."""
    why: WhyView | None
    """What a `WhyIntent` has brought."""
