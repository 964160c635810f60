"""InboxWidget: the list of the waiting threads in the browser.

As in a session's view, the state is in traits and what people do comes as messages. The list itself is in no trait: a view
asks for the page that it shows (`pages.py`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Coroutine, Iterable
from datetime import UTC, datetime
from typing import Any

import traitlets
from pydantic import TypeAdapter

from ...errors import HitlError, InvalidAnswerError
from ...fields import prepare
from ...inbox.listing import Listing
from ...inbox.query import Query
from ...inbox.sessions import Sessions
from ...protocol import (
    AnswerIntent,
    Fetched,
    FetchIntent,
    InboxIntent,
    InboxOpened,
    InboxRow,
    InboxView,
    NewsIntent,
)
from ...texts.moments import stamp
from ...texts.raised import line_of
from ..built import CSS, NOT_BUILT, built
from ..coalesce import Coalesced
from ..display import Display
from ..graph_widget import GraphWidget
from ..project import card_view
from .answering import OneAnswer
from .answers import Answers
from .news import InboxNews
from .pages import InboxPages
from .saved import SavedRows

MOST_OPENED = 20
"""Threads that have a view at a time."""


class InboxWidget(GraphWidget):
    """The view of an inbox.

    Args:
        sessions: attaches its threads.
        listing: the list.
        query: which of the threads it is of.
        refresh: seconds after which a view asks for news; `None`: none does.
    """

    _esm = built("inbox.js") or NOT_BUILT
    _css = CSS
    _intents = TypeAdapter(InboxIntent)

    inbox = traitlets.Dict(read_only=True).tag(sync=True)
    chosen = traitlets.List(read_only=True).tag(sync=True)
    cards = traitlets.List(read_only=True).tag(sync=True)
    assets = traitlets.Dict(read_only=True).tag(sync=True)
    opened = traitlets.List(read_only=True).tag(sync=True)
    rows = traitlets.List(read_only=True).tag(sync=True)
    """The first of them, for where no kernel answers."""
    rich = traitlets.Unicode(read_only=True).tag(sync=True)
    inside = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, sessions: Sessions, listing: Listing, query: Query, refresh: float | None = None) -> None:
        self._sessions = sessions
        self._listing = listing
        self._base = query
        self._seq = 0
        self._error: str | None = None
        self._read_at: datetime | None = None
        self._reading = False
        self._opened: dict[str, InboxOpened] = {}
        self._displays: dict[str, Display] = {}
        """With what they are shown."""
        self._needed: set[str] = set()
        """The code that its browsers have asked for."""
        self._first: list[InboxRow] = []
        self._lock = threading.RLock()
        self._news = InboxNews(
            listing, refresh, lambda: bool(self._answers.sending), self._found_anew, self._read_again
        )
        self._saved = SavedRows(query)
        self._answers = Answers(listing, self._lock, self._new_answer, self._refused)
        self._pages = InboxPages(listing, query, self._answers, self._spawn, self._tell)
        self._updates = Coalesced(self._push)
        super().__init__()

    def _begin(self) -> None:
        self._listing.listeners.append(self._listed)
        self._updates.request_now()  # the list may be telling it something at this moment
        self._refresh()

    # ------------------------------------------------------------------ kernel to browser

    def _listed(self) -> None:
        if not self._listing.is_there:
            self._refresh()  # somebody wants it anew
        self._updates.request()

    def _changed(self, *, now: bool) -> None:
        if now:
            self._updates.request_now()
        else:
            self._updates.request()

    def _push(self) -> None:
        with self._lock:
            self._seq += 1
            asking = [(one.pending, one.secrets) for one in self._answers.open]
            pendings = [pending for pending, _ in asking if pending is not None]
            cards = [card_view(_NOWHERE, pending, secrets) for pending, secrets in asking if pending is not None]
            for card in cards:
                card.pop("always", None)
            traits: dict[str, Any] = {
                "inbox": self._view(),
                "chosen": self._answers.chosen,
                "cards": cards,
                "assets": {name: url for pending in pendings for name, url in pending.assets.items()},
                "opened": list(self._opened.values()),
                "rows": self._first,
            }
        if cards:
            prepare()
        with self.hold_sync():
            if any(pending.needs_rich for pending in pendings):
                self._needed.add("rich")
            for code in tuple(self._needed):
                self._load(code)
            for name, value in traits.items():
                self.set_trait(name, value)

    def _view(self) -> InboxView:
        listing = self._listing
        view: InboxView = {
            "seq": self._seq,
            "epoch": listing.epoch,
            "status": "failed" if self._error else "reading" if self._reading else "ready",
            "total": listing.most,
            "others": listing.others,
            "unread": len(listing.unread),
            "fresh": listing.news.fresh,
            "left": listing.news.gone,
            "refresh": self._news.refresh,
            "error": self._error,
            "at": stamp(self._read_at) if self._read_at else None,
            "graph": getattr(listing.driver.graph, "name", None) or "graph",
            "code": self._sessions.code,
        }
        if (progress := listing.progress) is not None:
            view["progress"] = list(progress)
        return view

    def _load(self, code: str) -> None:
        if not getattr(self, code):
            self.set_trait(code, built(f"{code}.js"))

    def close(self) -> None:
        """Show it no more."""
        self._listing.listeners = [one for one in self._listing.listeners if one != self._listed]
        with self._lock:
            gone, self._displays = list(self._displays.values()), {}
        self._let_go(gone)
        super().close()

    # ------------------------------------------------------------------ browser to kernel

    def _take(self, intent: InboxIntent) -> None:
        match intent["type"]:
            case "hello":
                if intent["seq"] != self._seq:
                    self.send_state(
                        [
                            "inbox",
                            "chosen",
                            "cards",
                            "assets",
                            "opened",
                            "rows",
                            *(n for n in ("rich", "inside") if getattr(self, n)),
                        ]
                    )
                self._acknowledge(intent["client"])
            case "rows" | "alike":
                self._pages.ask(intent)
            case "choose" | "answer":
                self._answers.do(intent)
            case "fetch":
                self._spawn(self._fetch(intent))
            case "news":
                self._spawn(self._tell_news(intent))
            case "need":
                # As in a session's view: one thread at a time sets traits.
                self._needed.add(intent["code"])
                self._updates.request_now()
            case "open_thread":
                self._open(intent["thread"])
            case "refresh":
                self._answers.forget_problems()
                self._listing.expire()
            case "touched":
                pass  # nothing answers for them here

    def _spawn(self, work: Coroutine[Any, Any, None]) -> bool:
        """Run something in the background; returns whether it has begun, else the list says why not."""
        try:
            self._listing.driver.check()
            self._listing.driver.spawn(work)
        except (HitlError, RuntimeError) as error:
            work.close()
            with contextlib.suppress(RuntimeError):  # to tell it may take a thread, too
                self._failed(error)
            return False
        return True

    def _failed(self, error: Exception) -> None:
        self._error = str(error) if isinstance(error, HitlError) else line_of(error)[:500]
        self._updates.request_now()

    # ------------------------------------------------------------------ the list

    def _refresh(self) -> None:
        with self._lock:
            if self._reading:
                return
            self._reading = True
        if not self._spawn(self._read()):
            self._reading = False
            with contextlib.suppress(RuntimeError):
                self._updates.request_now()

    async def _read_again(self) -> None:
        """Read it where that has failed: what it is kept in may be there again."""
        with self._lock:
            if self._error is None or self._reading:
                return
            self._reading = True
        await self._read()

    async def _read(self) -> None:
        try:
            await self._listing.all_found()
            self._error, self._read_at = None, datetime.now(UTC)
        except Exception as error:  # noqa: BLE001  (a database's, a server's: the list says it)
            self._failed(error)
        finally:
            self._reading = False
        self._updates.request_now()
        await self._save_rows()

    def _found_anew(self) -> None:
        """There are news, or the list has become what they were."""
        if not self._listing.news:
            self._read_at = datetime.now(UTC)
        self._updates.request_now()

    async def _tell_news(self, intent: NewsIntent) -> None:
        before = self._listing.epoch
        try:
            data = await self._news.answer(intent)
        except Exception as error:  # noqa: BLE001  (a database's, a server's: the next time it may be there again)
            self._tell(intent["client"], intent["id"], error=line_of(error)[:500])
            return
        self._tell(intent["client"], intent["id"], data=data)
        if self._listing.epoch != before:
            await self._save_rows()

    async def _save_rows(self) -> None:
        with contextlib.suppress(Exception):  # the list itself says what is wrong with where it is kept
            self._first = await self._saved.read(self._listing)
            self._updates.request()

    # ------------------------------------------------------------------ a card, and a thread

    def _new_answer(self, client: str) -> OneAnswer:
        parts = self._sessions, self._listing, self._lock
        return OneAnswer(client, *parts, self._spawn, self._changed, self._refused)

    async def _fetch(self, intent: FetchIntent) -> None:
        pending = self._answers.pending(intent["client"])
        try:
            if pending is None or pending.request.id != intent["request"]:
                raise InvalidAnswerError("There is nothing to show: this question is no longer open.")
            data = await self._listing.driver.call(pending.fetch, intent["what"])
        except Exception as error:  # noqa: BLE001  (a data frame's, a file system's: the card says it)
            self._tell(intent["client"], intent["id"], error=str(error) or type(error).__name__)
        else:
            self._tell(intent["client"], intent["id"], data=data)

    def _open(self, thread_id: str) -> None:
        opened: InboxOpened = {"thread": thread_id, "view": None, "error": None}
        try:
            session = self._sessions.open(thread_id)
            # What the list knows by now the session need not find out before it can put dots on its first card.
            known = self._listing.known([thread_id]).values()
            session._run.secrets.learn(self._listing.quoted.of(known))
            display = self._sessions.display_of(session)
            opened["view"] = f"anywidget:{display.shown_by(self).model_id}"
        except Exception as error:  # noqa: BLE001  (a graph's that cannot be drawn: it is said in its place)
            display, opened["error"] = None, line_of(error)[:500]
        with self._lock:
            self._opened.pop(thread_id, None)
            self._opened[thread_id] = opened
            gone = [before] if (before := self._displays.pop(thread_id, None)) not in {None, display} else []
            if display is not None:
                self._displays[thread_id] = display
            for old in list(self._opened)[:-MOST_OPENED]:
                del self._opened[old]
                gone.append(self._displays.pop(old, None))
        self._let_go(gone)
        self._updates.request_now()

    def _let_go(self, displays: Iterable[Display | None]) -> None:
        """Take views off that nobody sees here any more."""
        for one in displays:
            if one is not None:
                one.let_go(self)

    def _refused(self, intent: AnswerIntent, message: str) -> None:
        self.send({"type": "refused", "client": intent["client"], "request": intent["request"], "message": message})

    def _tell(self, client: str, id: int, *, data: Any = None, error: str | None = None) -> None:
        said: Fetched = {"type": "fetched", "client": client, "id": id}
        if error is None:
            said["data"] = data
        else:
            said["error"] = error
        self.send(said)


class _Nowhere:
    """There is no picture that a card's node could be found in."""

    def locate(self, path: tuple[str, ...], /) -> str | None:
        """None is drawn."""
        return None


_NOWHERE = _Nowhere()
