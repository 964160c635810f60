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
