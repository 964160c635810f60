"""A thread that waits, as LangGraph's thread itself says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from ..driver import Driver
from ..errors import HitlError
from ..requests import Request
from ..texts.odd import spelled
from ..thread.asked import Asked, ToolsByPlace, requests_in
from ..thread.breakpoints import at_breakpoint
from ..thread.left_over import left_over
from .heads import Head, moment
from .questions import kind_of, question_of, same_as, words_in


@dataclass(frozen=True, eq=False, repr=False)
class WaitingThread:
    """A thread that waits for an answer.

    Attributes:
        thread_id: LangGraph's thread.
        since: when the step began that asks, UTC; LangGraph keeps no other time (1.2.24).
        asked: what it waits for, and where the answers go.
    """

    thread_id: str
    since: datetime
    asked: tuple[Asked, ...]

    @property
    def requests(self) -> tuple[Request, ...]:
        """What it waits for, in the order it was asked."""
        return tuple(one.request for one in self.asked)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What is asked, in words."""
        return tuple(question_of(request) for request in self.requests)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that ask, each once; `sub/ask` is one of a nested graph."""
        return tuple(dict.fromkeys("/".join(request.path) for request in self.requests))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What is asked for: `approval`, `decide`, `breakpoint`, `table`, or a form's `text`, `number`, `choice`, ..."""
        return tuple(kind_of(request) for request in self.requests)

    @cached_property
    def same(self) -> tuple[str, ...]:
        """A text for each request that is the same for all requests that ask the same."""
        return tuple(same_as(one) for one in self.asked)

    @cached_property
    def searched(self) -> str:
        """All that a text is looked for in, in lower case."""
        payloads = (words_in(request.payload) for request in self.requests if request.kind == "interrupt")
        return "\n".join((self.thread_id, *self.nodes, *self.questions, *payloads)).casefold()

    def __repr__(self) -> str:
        return spelled(f"<WaitingThread {self.thread_id!r}: {'; '.join(self.questions)}>")


def name_of(thread: object) -> str:
    """The name of a thread that is meant: of a number or a UUID its text, as LangGraph has it."""
    return thread.thread_id if isinstance(thread, WaitingThread) else str(thread)


async def read_thread(driver: Driver, head: Head, tools: ToolsByPlace) -> WaitingThread | None:
    """Read what a thread waits for; `None` if it does not wait after all.

    Args:
        driver: of the graph, on whatever thread.
        head: where to look.
        tools: what is known of the graph's tools.

    Raises:
        HitlError: it waits, and it cannot be known for what.
    """
    on = driver.on_thread(head.thread_id)
    snapshot = await on.snapshot()
    # Of those on a server the list says already which may be one: it would have to be asked about each of them.
    if not (on.is_served and head.is_sure) and await on.half_made(snapshot) is not None:
        return None
    asked = requests_in(snapshot, on.graph, breakpoints=False, tools=tools)
    gone = await left_over([one.address for one in asked if one.address is not None], on)
    stands = await at_breakpoint(snapshot, on.graph, on, gone) or await on.stands_at_breakpoint(snapshot)
    if stands or gone:
        asked = requests_in(snapshot, on.graph, breakpoints=stands, tools=tools, gone=gone)
    if not head.is_sure or any(one.address is not None and one.address.namespace for one in asked):
        asked = [one for one in asked if one.address is None or not await on.is_answered(one.address)]
    if not asked and (untold := await on.untold(snapshot)) is not None:
        raise HitlError(untold)
    if not asked:
        return None
    since = moment(snapshot.created_at) if snapshot.created_at else head.since or datetime.now(UTC)
    return WaitingThread(head.thread_id, since, tuple(asked))
