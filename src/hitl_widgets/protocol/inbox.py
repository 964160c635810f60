"""The inbox: the threads that wait, and what a view of them asks for."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .messages import AnswerIntent, FetchIntent, HelloIntent, NeedIntent, TouchedIntent


class InboxQuestion(TypedDict):
    """What one request of a thread asks."""

    request: str
    """The interrupt's id."""
    node: str
    """The node that asks, as a path: `sub/ask`."""
    kind: str
    """What is asked for: `approval`, `decide`, `breakpoint`, `table`, or the type of a form's field."""
    text: str
    same: str
    """The same for all requests that ask the same."""


class InboxRow(TypedDict):
    """A thread that waits."""

    thread: str
    since: str
    """RFC 3339, UTC."""
    questions: list[InboxQuestion]
    """The first few of them."""
    count: int
    """How many there are."""
    problem: NotRequired[str]
    """Why an answer to it was refused, one sentence."""
    gone: NotRequired[bool]
    """It does not wait any more, and is shown until somebody has seen why."""
    sending: NotRequired[bool]
    """An answer to it is on its way."""


class InboxQuery(TypedDict):
    """Which threads a view shows, in which order."""

    text: str
    node: str | None
    kind: str | None
    older: float | None
    """Seconds that they have waited at least."""
    order: Literal["since", "node", "question", "thread"]
    descending: bool


class InboxRows(TypedDict):
    """A page of the list."""

    epoch: int
    total: int
    """How many threads the query takes."""
    first: int
    rows: list[InboxRow]
    nodes: list[str]
    """The nodes that ask, as far as threads have been read."""
    kinds: list[str]


class InboxView(TypedDict):
    """What is known of the list as a whole."""

    seq: int
    epoch: int
    """Grows whenever the list is another: its pages are asked for anew."""
    status: Literal["reading", "ready", "failed"]
    total: int
    """Threads that wait; at most, while it is being read."""
    others: int
    """Threads that wait and are of other graphs."""
    unread: int
    """Threads that could not be read."""
    progress: NotRequired[list[int]]
    """How many threads of how many have been read, where somebody looks for some of them."""
    fresh: int
    """Threads that wait by now and are not in the list, or ask something else."""
    left: int
    """Threads in the list that do not wait any more."""
    refresh: float | None
    """Seconds after which a view asks for news; null: it does not."""
    error: str | None
    at: str | None
    """When it was read last, RFC 3339, UTC."""
    graph: str
    """The graph's name."""
    code: str
    """The code that makes it in a new kernel."""


class InboxChosen(TypedDict):
    """The threads that one view answers together, by a card of its own."""

    client: str
    """The view that chose them."""
    choice: int
    """The number of the `ChooseIntent` that this is of."""
    request: str | None
    """What its card is for; null: there is none."""
    count: int
    """How many."""
    done: int
    """How many of them have been answered or refused, while they are being sent."""
    sending: bool
    said: str | None
    """What came of the last answer, one sentence."""


class InboxOpened(TypedDict):
    """A thread that somebody has opened."""

    thread: str
    view: str | None
    """`anywidget:<model id>` of the session's own view."""
    error: str | None


class RowsIntent(TypedDict):
    """Asks for a page of the list; answered by one `Fetched` with an `InboxRows`."""

    type: Literal["rows"]
    client: str
    id: int
    query: InboxQuery
    first: int
    count: int


class InboxAlike(TypedDict):
    """The threads that ask the same as one does."""

    threads: list[str]
    """The first of them, as many as are answered at once."""
    total: int


class AlikeIntent(TypedDict):
    """Asks which threads of the list ask the same as one does; answered by one `Fetched` with an `InboxAlike`."""

    type: Literal["alike"]
    client: str
    id: int
    query: InboxQuery
    same: str


class ChooseIntent(TypedDict):
    """The threads that are to be answered together: there will be a card for them. Of none there is none."""

    type: Literal["choose"]
    client: str
    choice: int
    """Grows with each of a view's: what its card says is of the last one that the kernel has heard of."""
    threads: list[str]
    same: str
    """What each of them asks."""


class OpenThreadIntent(TypedDict):
    """Somebody wants to see a thread: it gets a view, which is then named in `opened`."""

    type: Literal["open_thread"]
    client: str
    thread: str


class NewsIntent(TypedDict):
    """Asks whether threads have come or gone, while the list is shown; answered by one `Fetched` with a `NewsAnswer`."""

    type: Literal["news"]
    client: str
    id: int
    idle: bool
    """Nobody is at this view: the list may become another one."""


class NewsAnswer(TypedDict):
    """What there is to know; the news themselves are in `InboxView`."""

    after: float
    """Seconds after which to ask again: longer where it takes long to find out."""


class RefreshIntent(TypedDict):
    """Find the threads that wait now."""

    type: Literal["refresh"]
    client: str


InboxIntent = Annotated[
    HelloIntent
    | AnswerIntent
    | FetchIntent
    | NeedIntent
    | RowsIntent
    | AlikeIntent
    | ChooseIntent
    | OpenThreadIntent
    | NewsIntent
    | RefreshIntent
    | TouchedIntent,
    Field(discriminator="type"),
]
