"""The shapes that cross to the browser and back; `js/src/protocol.ts` is generated from this file.

Kernel to browser: traits. Each trait of `SessionWidget` holds one of the `...View` shapes below, always whole,
so a page reload or a second view is complete at once.

Browser to kernel: messages. `Intent` is the union of all of them, tagged by `type`; whatever does not have one of
these shapes is counted and dropped. Messages from the kernel name the one client that they are for.

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
    always: NotRequired[list[str]]
    """The tools that are approved without asking, since somebody said so in this session."""


# ---------------------------------------------------------------- Markdown

MarkdownTag = Literal[
    "p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td",
    "strong", "em", "s", "code", "a",
]  # fmt: skip


class MarkdownNode(TypedDict):
    """A part of a Markdown text, read in the kernel: the element that the browser draws, and nothing else ever."""

    tag: MarkdownTag
    children: list[str | MarkdownNode]
    """Texts are shown as they are, with their line breaks and spaces."""
    href: NotRequired[str]
    """Of `a`: an `http:` or `https:` address."""
    host: NotRequired[str]
    """Of `a`: where it leads, unless its text says so already."""
    start: NotRequired[int]
    """Of `ol`: its first number, if that is not 1."""
    align: NotRequired[Literal["left", "center", "right"]]
    """Of `th` and `td`."""


# ---------------------------------------------------------------- fields


class Option(TypedDict):
    """One choice: what is shown, and the JSON value that it stands for."""

    label: str
    value: Any
    image: NotRequired[str]
    """The name of an asset that is shown with the label."""


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
    compare: NotRequired[str]
    """With `multiline`: the proposal; how the text differs from it is shown."""


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


class RankField(_Field):
    """All of the options, in an order that a person decides; the reply is the list of their values."""

    type: Literal["rank"]
    options: list[Option]


class FileField(_Field):
    """A path on the kernel's machine; the reply is its text, as Python would open it there."""

    type: Literal["file"]
    kind: Literal["file", "folder", "any"]
    source: str
    """What a `ListFolder` or an `UploadPart` names it by."""
    folder: str
    """Where one may look, from the working folder (`.`); the reply starts with it."""
    suffixes: list[str]
    """What a file's name must end with, in any case; empty: anything."""
    upload: int | None
    """How many bytes a file may have that is uploaded; `None`: nothing can be."""
    into: str
    """Where uploads go, from `folder`."""


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
    | RankField
    | FileField
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


class TableColumn(TypedDict):
    """A column of a table, and how its cells are filtered and edited."""

    name: str
    kind: Literal["text", "integer", "number", "boolean", "choice", "date", "datetime", "other"]
    field: FieldView | None
    """How a cell is edited; `None`: it is not. Of a `datetime` the reply is a local time, `2026-11-22T10:00:00`."""
    options: list[str]
    """Of a `choice`: what a filter chooses from."""
    nullable: bool
    """Whether values are missing."""
    width: int
    """How many characters most of its cells have."""


class TableEdit(TypedDict):
    """A cell that was changed: the row's position, the column's index, and the reply of the column's field."""

    position: int
    column: int
    value: Any


class TableReply(TypedDict):
    """The rows that were ticked, by position, and the cells that were changed in them."""

    picked: list[int]
    edits: list[TableEdit]


class TableStart(TypedDict):
    """What a table starts from."""

    picked: list[int]
    edits: list[ShownEdit]


class ShownEdit(TypedDict):
    """A cell that is proposed to be changed: to what, and what it was, as they are shown."""

    position: int
    column: int
    value: Any
    now: str | None
    was: str | None


class TableControl(TypedDict):
    """Rows of a table that stays in the kernel, to be ticked and edited; the reply is a `TableReply`.

    What is seen of it is asked for with a `FetchIntent` whose `what` is a `TableQuery`. Errors stand at
    `3/price`: the row's position and the column's name.
    """

    kind: Literal["table"]
    columns: list[TableColumn]
    count: int
    """How many rows it has."""
    pick: Literal["many", "one"]
    min_items: int | None
    max_items: int | None
    start: TableStart
    submit: str


class TableSort(TypedDict):
    column: int
    descending: bool


class TableFilter(TypedDict):
    column: int
    text: str
    """A text that it contains; `5`, `>5`, `2..8`; `2026-05`; a choice's index; `true`, `false`; `empty`."""


class TableQuery(TypedDict):
    """What is asked of a table: a page of what a view of it shows, the positions of all of that, or a whole cell."""

    want: Literal["page", "positions", "cell"]
    sort: NotRequired[TableSort | None]
    filters: NotRequired[list[TableFilter]]
    search: NotRequired[str]
    only: NotRequired[list[int] | None]
    """The positions that are left; `null` for all."""
    offset: NotRequired[int]
    """Of a page, as its length is."""
    limit: NotRequired[int]
    position: NotRequired[int]
    """Of a cell, as its column is."""
    column: NotRequired[int]


class TableRow(TypedDict):
    position: int
    cells: list[str | None]
    """As they are shown; `null` for a missing value."""
    cut: NotRequired[list[int]]
    """The columns whose text is longer than what is here."""


class TablePage(TypedDict):
    """What is shown from `offset` on, and how many rows are shown in all."""

    total: int
    rows: list[TableRow]
    errors: list[TableFilter]
    """The filters that cannot be read and were left out, with what is wrong with each as its text."""


class TablePositions(TypedDict):
    """The positions of all rows that are shown; none if there are too many to tick at once."""

    total: int
    positions: list[int]
    most: int


class TableCell(TypedDict):
    """The whole text of a cell."""

    text: str | None


ControlView = Annotated[
    FormControl | ApprovalControl | WidgetControl | DecideControl | BreakpointControl | TableControl,
    Field(discriminator="kind"),
]


# ---------------------------------------------------------------- cards and the timeline


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
    """The interrupt's id; what an answer names."""
    key: str
    """Its readable name, what `session.answer(to=...)` takes."""
    node: str
    """The id of the `NodeBox` that asks (the nearest drawn one)."""
    path: list[str]
    """The node names from the outermost graph to the asking node; more than one for a nested graph."""
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
    deadline: NotRequired[DeadlineView]
    asking: NotRequired[str]
    """The policy that is being asked; a person may still be faster."""
    always: NotRequired[str]
    """For an approval: the tool that can be approved here once and for all."""
    again: Again | None
    """Its node has asked before: in the same run of it, or when the graph was here before."""
    why: WhyView | None
    """What a `WhyIntent` has brought."""


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
    """`person`, `code`, `unattended`, `policy`."""
    policy: NotRequired[str]
    """The policies that decided it, or a part of it."""
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
    always: NotRequired[list[str]]
    """With an approval: the tools that are approved from now on, in this session."""


class TouchedIntent(TypedDict):
    """Somebody is at a card whose deadline acts. Sent now and then while one types."""

    type: Literal["touched"]
    client: str
    request: str


class AskAgainIntent(TypedDict):
    """Take back that a tool is always approved."""

    type: Literal["ask_again"]
    client: str
    tool: str


class FetchIntent(TypedDict):
    """Asks the control of an open card for a part of what it shows; answered by one `Fetched` with the same `id`."""

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


class ListFolder(TypedDict):
    """What a `FetchIntent` of a file field asks for; answered with a `FolderView`."""

    source: str
    folder: str
    """From the field's own folder, `""` is that one."""
    typed: str
    """What the names must have in them, in any case."""


class UploadPart(TypedDict):
    """The same: a part of a file, in base64; answered with `Uploaded`, which says where to go on."""

    source: str
    upload: str
    """The same for each part, and for no other upload."""
    name: str
    size: int
    """Of the whole file, in bytes."""
    offset: int
    data: str


class CancelUpload(TypedDict):
    """The same: what has arrived of a file is thrown away."""

    source: str
    cancel: str


class FileEntry(TypedDict):
    """A file or a folder in a `FolderView`."""

    name: str
    kind: Literal["file", "folder"]
    size: int | None
    """Bytes; `None` for a folder, and where it cannot be read."""
    modified: int | None
    """Seconds since 1970."""


class FolderView(TypedDict):
    """What is in a folder: folders first, each by name."""

    entries: list[FileEntry]
    more: int
    """How many others there are."""


class Uploaded(TypedDict):
    """How much of a file has arrived."""

    received: int
    """Bytes; the next part starts here, whatever was sent."""
    path: str | None
    """The reply for the file, once all of it is there."""


class StopIntent(TypedDict):
    type: Literal["stop"]
    client: str


class RetryIntent(TypedDict):
    type: Literal["retry"]
    client: str


Intent = Annotated[
    HelloIntent | AnswerIntent | FetchIntent | TouchedIntent | AskAgainIntent | WhyIntent | StopIntent | RetryIntent,
    Field(discriminator="type"),
]


class Ack(TypedDict):
    """The view that said hello is live."""

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


class Fetched(TypedDict):
    """What a view asked for with a `FetchIntent`: `data`, or why there is none."""

    type: Literal["fetched"]
    client: str
    id: int
    data: NotRequired[Any]
    error: NotRequired[str]
