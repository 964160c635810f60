"""The shapes that cross to the browser and back; `js/src/protocol.ts` is generated from this file.

Kernel to browser: traits. Each trait of `SessionWidget` holds one of the `...View` shapes below, always whole,
so a page reload or a second view is complete at once.

Browser to kernel: messages. `Intent` is the union of all of them, tagged by `type`; whatever does not have one of
these shapes is counted and dropped.

Everything here is JSON: no dates, no tuples, no `NaN`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

# ---------------------------------------------------------------- the graph


class NodeBox(TypedDict):
    """Where a node is drawn; px, the top left corner is (`x`, `y`), the drawing starts at (0, 0)."""

    id: str
    """LangGraph's drawable id; a node of a nested graph is `parent:child`."""
    label: str
    kind: Literal["start", "end", "node", "group"]
    """`group`: a nested graph, drawn as a frame around its nodes."""
    x: float
    y: float
    width: float
    height: float


class EdgePath(TypedDict):
    """How an edge is drawn: a polyline from the border of `source` to the border of `target`."""

    id: str
    source: str
    target: str
    points: list[list[float]]
    conditional: bool
    label: str | None
    label_at: list[float] | None


class GraphView(TypedDict):
    """The laid out graph. Groups come before the nodes inside them, so drawing in order is right."""

    nodes: list[NodeBox]
    edges: list[EdgePath]
    width: float
    height: float


# ---------------------------------------------------------------- the run

NodeStatus = Literal["idle", "running", "waiting", "done", "failed"]
SessionStatus = Literal["idle", "running", "waiting", "finished", "failed", "stopped"]


class NodeView(TypedDict):
    """What a node is doing; nodes that never ran are not in the mapping and are `idle`."""

    status: NodeStatus
    runs: int
    """How many times it has finished."""
    error: NotRequired[str]
    """With `failed`: the exception, one line."""


class ErrorView(TypedDict):
    """The exception that failed the run."""

    type: str
    message: str
    node: str | None
    traceback: str


class RunView(TypedDict):
    """The run as a whole."""

    seq: int
    """Grows with every projection that is sent."""
    status: SessionStatus
    thread_id: str
    notices: list[str]
    """Sentences the reader must know, such as that answers won't survive the kernel."""
    error: ErrorView | None
    can_retry: bool
    attach: str | None
    """The code that goes on with the thread in another kernel; `None` if the thread ends with this one."""


# ---------------------------------------------------------------- fields


class Option(TypedDict):
    """One choice: what is shown, and the JSON value that it stands for."""

    label: str
    value: Any


class _Field(TypedDict):
    label: str
    help: str | None
    required: bool
    """Inside an object: whether the key must be there. A field that is not required and is left empty is left out."""
    nullable: bool
    """Left empty, a nullable required field is sent as `null`."""
    default: NotRequired[Any]
    """The reply to start from, which goes back as it came (`null` too) if nobody touches it; absent: start empty."""
    example: NotRequired[str]
    """Shown while the field is empty."""
    read_only: NotRequired[bool]
    """Shown, not changed; left empty, it is left out."""
    definitions: NotRequired[dict[str, FieldView]]
    """On the outermost field: what its `RefField`s mean."""


class TextField(_Field):
    type: Literal["text"]
    format: Literal["email", "url", "password", "uuid", "duration", "color", "markdown"] | None
    multiline: bool
    min_length: int | None
    max_length: int | None
    pattern: str | None
    """An ECMA 262 regular expression, unanchored."""


class NumberField(_Field):
    type: Literal["number"]
    integer: bool
    minimum: float | None
    maximum: float | None
    exclusive_minimum: float | None
    exclusive_maximum: float | None
    multiple_of: float | None


class BooleanField(_Field):
    type: Literal["boolean"]


class ChoiceField(_Field):
    """One of several; the reply is the option's value."""

    type: Literal["choice"]
    options: list[Option]


class ChoicesField(_Field):
    """Several of many; the reply is a list of the options' values, in the options' order."""

    type: Literal["choices"]
    options: list[Option]
    min_items: int | None
    max_items: int | None


class _Moment(_Field):
    """Bounds are written as replies are, with an offset or without one."""

    minimum: NotRequired[str | None]
    maximum: NotRequired[str | None]
    exclusive_minimum: NotRequired[str | None]
    exclusive_maximum: NotRequired[str | None]


class DateField(_Moment):
    """The reply is `YYYY-MM-DD`."""

    type: Literal["date"]


class DateTimeField(_Moment):
    """The reply is RFC 3339 with the browser's own offset, `2026-11-22T10:00:00+01:00`."""

    type: Literal["datetime"]


class TimeField(_Moment):
    """The reply is `HH:MM:SS`, with the offset that the default had, if any."""

    type: Literal["time"]


class ObjectField(_Field):
    type: Literal["object"]
    fields: list[NamedField]
    rest: NotRequired[list[NamedMap]]
    """For the keys that have no field of their own; each map is in the reply under a name that no field has."""


class ListField(_Field):
    """Items that are added, removed and put in order; the reply is the list of theirs."""

    type: Literal["list"]
    item: FieldView
    min_items: int | None
    max_items: int | None
    unique: bool


class TupleField(_Field):
    """So many values, each of its own kind; the reply is the list of theirs."""

    type: Literal["tuple"]
    places: list[FieldView]


class MapField(_Field):
    """Keys that a person names; the reply is a list of `[key, reply]`, so that it can say which key is there twice."""

    type: Literal["map"]
    value: FieldView
    keys: list[str] | None
    """The only keys that may be used, if there are such."""
    key_pattern: str | None
    """An ECMA 262 regular expression, unanchored."""
    taken: NotRequired[list[str]]
    """The keys that have fields of their own beside the map."""
    elsewhere: NotRequired[list[str]]
    """Patterns of the keys that belong into another map beside this one."""
    min_items: int | None
    max_items: int | None


class Branch(TypedDict):
    """One of the kinds of value of a `UnionField`."""

    label: str
    field: FieldView
    constants: dict[str, Any]
    """The keys that tell this branch from the others; they are not drawn, and come into the answer by themselves."""


class UnionField(_Field):
    """A value of one of several kinds; the reply is `{"branch": index, "value": reply}`."""

    type: Literal["union"]
    branches: list[Branch]


class RefField(_Field):
    """A field of `definitions` again, with the words of this place; how a tree has trees inside it.

    Where an object holds itself, it is drawn only once somebody asks for it.
    """

    type: Literal["ref"]
    ref: str


class JsonField(_Field):
    """What nothing else can draw. The reply is the **text** of a JSON value, so that no digit is lost on the way."""

    type: Literal["json"]
    default_text: str | None
    """The default, as indented JSON; `default` is not used, but for a null that is shown as an empty field."""


FieldView = Annotated[
    TextField
    | NumberField
    | BooleanField
    | ChoiceField
    | ChoicesField
    | DateField
    | DateTimeField
    | TimeField
    | ObjectField
    | ListField
    | TupleField
    | MapField
    | UnionField
    | RefField
    | JsonField,
    Field(discriminator="type"),
]


class NamedField(TypedDict):
    """A key of an object and the field for its value."""

    name: str
    field: FieldView


class NamedMap(TypedDict):
    """A map for other keys of an object, and its name in the reply."""

    name: str
    field: MapField


# ---------------------------------------------------------------- controls


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
    description: str | None
    arguments: list[ArgumentView]
    choices: list[ChoiceView]
    """At least one; a name stands for the same decision in every item of a card."""
    link: LinkView | None
    start: str | None
    """The name of the choice that is made to start with, so that its field is seen; `None`: nothing is chosen."""


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
    FormControl | ApprovalControl | WidgetControl | DecideControl | BreakpointControl, Field(discriminator="kind")
]


# ---------------------------------------------------------------- cards and the timeline


class ContextView(TypedDict):
    """A part of the payload that is not the question but must be seen to answer it (a draft, an amount, ...)."""

    label: str
    text: str
    """As is; JSON values come indented."""
    mono: bool


class CardView(TypedDict):
    """A pending request."""

    request: str
    """The interrupt's id; what an answer names."""
    key: str
    """Its readable name, what `session.answer(to=...)` takes."""
    node: str
    """The id of the `NodeBox` that asks (the nearest drawn one)."""
    path: list[str]
    """The node names from the outermost graph to the asking node; more than one for a nested graph."""
    question: str
    description: str | None
    context: list[ContextView]
    control: ControlView
    status: Literal["open", "answered"]
    """`answered`: accepted by the kernel, its node has not gone on yet."""
    error: str | None
    """Why the last reply was refused, as a whole."""
    field_errors: dict[str, str]
    """The same by field: `""` is the whole value, `address/city` a nested key."""
    refusals: int
    """How many replies were refused; when it grows, what was typed can be mended and sent again."""


class DecisionView(TypedDict):
    """An answer that was given."""

    index: int
    key: str
    node: str
    path: list[str]
    question: str
    answer: str
    """The answer as text, one line unless the answer has several."""
    approved: bool | None
    """For yes/no questions."""
    reason: str | None
    by: str
    """`person`, `code`, `unattended`."""
    at: str
    """RFC 3339, UTC."""


class DecisionsView(TypedDict):
    """The last decisions, oldest first, and how many there are in all."""

    total: int
    latest: list[DecisionView]


# ---------------------------------------------------------------- browser to kernel


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


class StopIntent(TypedDict):
    type: Literal["stop"]
    client: str


class RetryIntent(TypedDict):
    type: Literal["retry"]
    client: str


Intent = Annotated[
    HelloIntent | AnswerIntent | StopIntent | RetryIntent,
    Field(discriminator="type"),
]


class Ack(TypedDict):
    """The one custom message from the kernel: the view that said hello is live."""

    type: Literal["ack"]
    client: str


class Refused(TypedDict):
    """An answer to a request that is no longer pending: said once, to the client that sent it.

    Everything else about an answer is in its card; this one has no card any more.
    """

    type: Literal["refused"]
    client: str
    request: str
    message: str
