"""What a request is answered with."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .fields import FieldView
from .markdown import MarkdownNode
from .table import TableControl


class FormControl(TypedDict):
    """One field (often an object with fields of its own) and a Submit button; the reply is the field's."""

    kind: Literal["form"]
    field: FieldView
    submit: str


class ApprovalControl(TypedDict):
    """Two buttons; the reply is `true` or `false`, with an optional reason beside it."""

    kind: Literal["approval"]
    approve: str
    reject: str
    reason: Literal["none", "optional", "required", "required_to_reject"]
    reason_label: str


class WidgetControl(TypedDict):
    """A widget of the user's own; the reply is its `trait` as the browser has it."""

    kind: Literal["widget"]
    ref: str
    """`anywidget:<model id>` or `IPY_MODEL_<model id>`."""
    trait: Literal["value", "index"]
    """`index` for ipywidgets' selections: their `value` stays in the kernel (ipywidgets 8.1)."""
    submit: str


class ArgumentView(TypedDict):
    """A value that is decided about, such as an argument of a tool."""

    name: str
    label: str
    text: str
    """As is; lists and objects come as indented JSON, a secret as dots."""
    type: Literal["text", "number", "boolean", "null", "list", "object", "secret"]
    """What it is, which its text alone does not say: `42` is a number or a text."""


class ChoiceView(TypedDict):
    """A decision that is allowed for an item."""

    name: str
    """What the reply names."""
    label: str
    tone: Literal["primary", "neutral", "danger"]
    field: FieldView | None
    """What is entered with it; `None`: the decision is all."""
    edits: bool
    """Its field changes the item's own values, so what was changed is shown."""


class LinkView(TypedDict):
    """A page outside of the notebook that the reader is asked to visit."""

    url: str
    host: str


class ItemView(TypedDict):
    """Something to decide about: a tool call, an action, a request of a server."""

    title: str
    """Unique in its card; names its group."""
    description: list[MarkdownNode] | None
    arguments: list[ArgumentView]
    choices: list[ChoiceView]
    """At least one; a name stands for the same decision in every item of a card."""
    link: LinkView | None
    start: str | None
    """The name of the choice that is made to start with, so that its field is seen; `None`: nothing is chosen."""
    policy: NotRequired[str]
    """The policy that has made the choice it starts with."""
    always: NotRequired[str]
    """The tool that can be approved here once and for all."""


class DecideControl(TypedDict):
    """Items that are each decided about. The reply is a `DecidedItem` for each, in their order.

    With one item a decision that has no field is sent at once. Errors stand at `0/edit/limit`: the item's index, the
    decision's name, the path in its field.
    """

    kind: Literal["decide"]
    items: list[ItemView]
    rest: str | None
    """With several items: the name of the decision that one button makes for all that are undecided."""
    rest_label: str
    submit: str


class DecidedItem(TypedDict):
    """What was decided about an item, and the reply of its field, if it has one."""

    decision: str
    value: NotRequired[Any]


class BreakpointControl(TypedDict):
    """Continue, continue with a changed state, or stop; the reply is `true`, `{"update": <the field's>}` or `false`."""

    kind: Literal["breakpoint"]
    field: FieldView | None
    """The state; `None` if nothing of it can be edited."""


ControlView = Annotated[
    FormControl | ApprovalControl | WidgetControl | DecideControl | BreakpointControl | TableControl,
    Field(discriminator="kind"),
]
