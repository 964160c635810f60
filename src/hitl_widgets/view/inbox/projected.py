"""An inbox as the browser is told of it: plain data."""

from __future__ import annotations

from datetime import timedelta

from ...inbox.query import Query
from ...inbox.quoted import Quoted
from ...inbox.thread import WaitingThread
from ...protocol import InboxQuery, InboxRow
from ...texts.clipped import clipped
from ...texts.moments import stamp

QUESTIONS = 3
"""Questions of a thread that its row has."""
LONGEST_QUESTION = 600
"""Characters of one; all of it is on its card."""


def row_view(thread: WaitingThread, quoted: Quoted) -> InboxRow:
    """A row of the list, with dots where a question quotes a secret.

    Args:
        thread: which.
        quoted: what is known of that.
    """
    questions = zip(thread.requests, thread.questions, thread.kinds, thread.same, strict=True)
    return {
        "thread": thread.thread_id,
        "since": stamp(thread.since),
        "count": len(thread.requests),
        "questions": [
            {
                "request": request.id,
                "node": "/".join(request.path),
                "kind": kind,
                "text": clipped(quoted.question(thread, text), LONGEST_QUESTION),
                "same": same,
            }
            for request, text, kind, same in list(questions)[:QUESTIONS]
        ],
    }


def query_of(asked: InboxQuery, base: Query) -> Query:
    """What a view asks for, of the threads that the inbox is of."""
    older = timedelta(seconds=asked["older"]) if asked["older"] else None
    return Query(
        text=f"{base.text} {asked['text']}".strip(),
        node=asked["node"] or base.node,
        kind=asked["kind"] or base.kind,
        older=max((one for one in (older, base.older) if one is not None), default=None),
        newer=base.newer,
        order=asked["order"],
        descending=asked["descending"],
    )
