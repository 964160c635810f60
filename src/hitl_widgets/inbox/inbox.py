"""Inbox: what people hold of the threads that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import OtherProcessError
from ..session import MimeBundle, Session
from .answering import Answering
from .listing import Listing
from .query import Query
from .sessions import Sessions
from .thread import WaitingThread, name_of

if TYPE_CHECKING:
    from ..view.inbox.widget import InboxWidget


class Inbox(Answering):
    """The threads of a graph that wait for an answer, the newest first. Made by `hitl.inbox`.

    In a notebook it displays as a list: what is asked, by which node, since when; to filter, to sort, to open one in its
    place, and to answer in one go those that ask the same. From code it is a sequence.

    It is a list of what waited when it was read last. `refresh()` reads it again, and what is answered here leaves it.

    It belongs to the process that made it, as a session does: in one that is forked from there all of it raises
    `OtherProcessError`.
    """

    def __init__(
        self, sessions: Sessions, listing: Listing, query: Query | None = None, *, refresh: float | None = None
    ) -> None:
        super().__init__(sessions, listing, query, refresh=refresh)
        self._widget: InboxWidget | None = None

    def __reduce__(self) -> Any:
        raise OtherProcessError(
            "An inbox can be neither copied nor sent to another process: what it reads with is this one's. "
            f"{self._owned[0].code} makes one there."
        )

    def open(self, thread_id: str | WaitingThread) -> Session:
        """The session of a thread, attached as `hitl.attach` does; the same one for as long as it is not over."""
        return self._sessions.open(name_of(thread_id))

    def close(self) -> None:
        """Take its view off the page, and those of the threads that were opened in it. The threads stay as they are; a
        session of one that another kernel works on does not wait for that any more.

        One that is not shown needs no closing. Displayed once more, it has a view again.
        """
        if not self._home.is_here:
            return
        if self._widget is not None:
            self._widget.close()
            self._widget = None
        self._sessions.driver.let_go()

    # ------------------------------------------------------------------ showing

    def to_frame(self) -> Any:
        """A pandas data frame, a row a question: `thread_id`, `since`, `node`, `kind`, `question`.

        What a question quotes of the secrets that its thread was given is dots; all of it is `…` where that cannot be found
        out. As they were asked the questions are in `thread.questions`.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas as pd

        from ..view.inbox.story import questions_in

        rows = [
            (thread.thread_id, thread.since, "/".join(request.path), kind, question)
            for thread, questions in questions_in(self, list(self))
            for request, kind, question in zip(thread.requests, thread.kinds, questions, strict=True)
        ]
        return pd.DataFrame(rows, columns=["thread_id", "since", "node", "kind", "question"])

    def __repr__(self) -> str:
        if not self._home.is_here:
            return f"<hitl.Inbox: of process {self._home.process}>"
        from ..view.inbox.story import text_story

        return text_story(self)

    def _repr_html_(self) -> str | None:
        if not self._home.is_here:
            return None
        from ..view.inbox.story import html_story

        return html_story(self)

    def _repr_mimebundle_(self, **_: Any) -> MimeBundle | None:
        html = self._repr_html_()
        if html is None:
            return None
        from ..view.bundle import bundled

        return bundled(repr(self), html, lambda: self._view)

    def _display_(self) -> Any:
        """What marimo displays."""
        return self._view if self._home.is_here else repr(self)

    @property
    def _view(self) -> InboxWidget:
        sessions, listing = self._sessions, self._listing
        if self._widget is None:
            from ..view.inbox.widget import InboxWidget

            self._widget = InboxWidget(sessions, listing, self._query, self._refresh)
        return self._widget
