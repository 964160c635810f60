"""An inbox without a browser: a text and a table that are the same for the same threads, without ids and times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ...errors import HitlError
from ...inbox.quoted import MOST_SHOWN, PATIENCE
from ...texts.clipped import clipped
from ...texts.odd import spelled
from ...texts.table import html_table

if TYPE_CHECKING:
    from ...inbox.inbox import Inbox
    from ...inbox.thread import WaitingThread
    from ...requests import Request

_LINES = 12
_LONGEST = 100
_ROWS = 25


def text_story(inbox: Inbox) -> str:
    """How many threads wait, and what they ask; the same questions together."""
    name = inbox.graph_name
    try:
        total = len(inbox)
        threads = questions_in(inbox, inbox[:MOST_SHOWN], PATIENCE)
    except HitlError:
        return spelled(f"<hitl.Inbox of {name}>")  # an async graph that nobody has awaited, or a server out of reach
    first = f"<hitl.Inbox of {name}: {_counted(total)}>"
    counts = Counter(_line(request, text) for request, text in _questions(threads))
    lines = [f"{count} × {line}" for line, count in counts.most_common(_LINES)]
    if (more := len(counts) - len(lines)) > 0:
        lines.append(f"… and {more} other questions")
    elif total > len(threads) + len(inbox.unread):
        lines.append(f"… of the newest {len(threads)}")
    if inbox.unread:
        lines.append(f"{len(inbox.unread):,} could not be read: inbox.unread says why")
    return spelled("\n".join([first, *lines]))


def html_story(inbox: Inbox) -> str:
    """The first of them as a table, for GitHub, nbviewer and nbconvert."""
    try:
        total = len(inbox)
        threads = questions_in(inbox, inbox[:_ROWS], PATIENCE)
    except HitlError:
        return f"<p>The inbox of {escape(spelled(inbox.graph_name))} has not been read.</p>"
    unread = (
        f"<p>{len(inbox.unread):,} could not be read: <code>inbox.unread</code> says why.</p>" if inbox.unread else ""
    )
    if not threads:
        return unread or f"<p>No thread of {escape(spelled(inbox.graph_name))} waits.</p>"
    rows = [("/".join(one.path), text) for one, text in _questions(threads)]
    left = total - len(threads) - len(inbox.unread)
    more = f"<p>… and {left:,} more.</p>" if left > 0 else ""
    return f"<p>{escape(_counted(total))}.</p>{html_table(('Node', 'Question'), rows)}{more}{unread}"


def questions_in(
    inbox: Inbox, threads: Sequence[WaitingThread], within: float | None = None
) -> list[tuple[WaitingThread, tuple[str, ...]]]:
    """Some of its threads with what they ask: dots where that quotes a secret.

    Args:
        inbox: theirs.
        threads: which.
        within: at most so many seconds are spent on finding out; `None`: as many as it takes.
    """
    listing = inbox._listing
    if not listing.driver.blocks_here():
        listing.driver.run(listing.quoted.know(threads, within))
    return [(one, tuple(listing.quoted.question(one, text) for text in one.questions)) for one in threads]


def _questions(threads: Iterable[tuple[WaitingThread, tuple[str, ...]]]) -> list[tuple[Request, str]]:
    return [pair for thread, texts in threads for pair in zip(thread.requests, texts, strict=True)]


def _line(request: Request, text: str) -> str:
    return f"{'/'.join(request.path)}: {clipped(' '.join(text.split()), _LONGEST)}"


def _counted(total: int) -> str:
    return "no thread waits" if total == 0 else f"{total:,} thread{' waits' if total == 1 else 's wait'}"
