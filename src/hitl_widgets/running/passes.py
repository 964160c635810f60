"""How often the graph was set going, and what is known of the latest time."""

from __future__ import annotations

from dataclasses import dataclass, field

from langgraph.runtime import RunControl


@dataclass(eq=False)
class Passes:
    """Each pass is one stream of the graph, from one rest to the next (`streaming.py`).

    Attributes:
        count: how often the graph was set going.
        under_way: whether it is, and writes what it knew of answers when it was.
        control: what tells the stream that is under way to stop.
        drained: whether the latest stream ended because it was told to.
        asked_inside: the outermost tasks inside of which something was asked in the latest pass.
        stands_at: the checkpoint of the breakpoint that it ended at. Going on passes that, so `retry` has to ask first.
    """

    count: int = 0
    under_way: bool = False
    control: RunControl | None = None
    drained: bool = False
    asked_inside: set[str] = field(default_factory=set)
    stands_at: str | None = None
