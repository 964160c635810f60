"""InboxWidget: the list of the waiting threads in the browser.

As in a session's view, the state is in traits and what people do comes as messages. The list itself is in no trait: a view
asks for the page that it shows.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import traitlets
from pydantic import TypeAdapter

from ..control import Control
from ..errors import HitlError, InvalidAnswerError, StaleAnswerError
from ..fields import prepare
from ..inbox.bulk import GONE, Outcome, check, send
from ..inbox.listing import Listing
from ..inbox.query import Query
from ..inbox.sessions import Sessions
from ..inbox.together import NOT_TOGETHER, together
from ..protocol import (
    AlikeIntent,
    AnswerIntent,
    CardView,
    ChooseIntent,
    Fetched,
    FetchIntent,
    InboxIntent,
    InboxOpened,
    InboxRow,
    InboxRows,
    InboxView,
    RowsIntent,
)
from ..requests import Request
from ..running.pending import Pending
from ..session import Session
from .built import CSS, built
from .coalesce import Coalesced
from .graph_widget import GraphWidget
from .inbox_view import query_of, row_view, stamp
from .project import card_view

_NOT_BUILT = """
export default { render({ el }) { el.textContent = "The view is not built: run `make build` in the project's folder."; } };
"""
MOST_ROWS = 200
"""Rows of a page, at most."""
MOST_TOGETHER = 1_000
"""Threads that one card answers, at most; code answers any number."""
MOST_OPENED = 20
"""Threads that have a view at a time."""


class InboxWidget(GraphWidget):
    """The view of an inbox.

    Args:
        sessions: attaches its threads.
        listing: the list.
        query: which of the threads it is of.
    """

    _esm = built("inbox.js") or _NOT_BUILT
    _css = CSS
    _intents = TypeAdapter(InboxIntent)

    inbox = traitlets.Dict(read_only=True).tag(sync=True)
    chosen = traitlets.Dict(None, allow_none=True, read_only=True).tag(sync=True)
    cards = traitlets.List(read_only=True).tag(sync=True)
    assets = traitlets.Dict(read_only=True).tag(sync=True)
    opened = traitlets.List(read_only=True).tag(sync=True)
    rich = traitlets.Unicode(read_only=True).tag(sync=True)
    inside = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, sessions: Sessions, listing: Listing, query: Query) -> None:
        self._sessions = sessions
        self._listing = listing
        self._base = query
        self._seq = 0
        self._error: str | None = None
        self._read_at: datetime | None = None
        self._reading = False
        self._pending: Pending | None = None
        self._meant: dict[str, str | None] = {}
        """The threads that the card is for, and which request of each."""
        self._chosen: dict[str, Any] | None = None
        self._problems: dict[str, str] = {}
        self._sending: set[str] = set()
        self._opened: dict[str, InboxOpened] = {}
        self._asked: deque[RowsIntent | AlikeIntent] = deque()
        self._answering_rows = False
        self._work: deque[ChooseIntent | AnswerIntent] = deque()
        self._working = False
        self._lock = threading.RLock()
        super().__init__()
        self._updates = Coalesced(self._push)
        listing.listeners.append(self._listed)
        self._push()
        self._refresh()

    # ------------------------------------------------------------------ kernel to browser

    def _listed(self) -> None:
        if not self._listing.is_there:
            self._refresh()  # somebody wants it anew
        self._updates.request()

    def _push(self) -> None:
        with self._lock:
            self._seq += 1
            cards: list[CardView] = []
            if (pending := self._pending) is not None:
                card = card_view(_NOWHERE, pending)
                card.pop("always", None)
                cards = [card]
            traits: dict[str, Any] = {
                "inbox": self._view(),
                "chosen": None if self._chosen is None else dict(self._chosen),
                "cards": cards,
                "assets": {} if pending is None else pending.assets,
                "opened": list(self._opened.values()),
            }
        if cards:
            prepare()
        with self.hold_sync():
            if pending is not None and pending.needs_rich:
                self._load("rich")
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
                            *(n for n in ("rich", "inside") if getattr(self, n)),
                        ]
                    )
                self._acknowledge(intent["client"])
            case "rows" | "alike":
                self._ask(intent)
            case "choose" | "answer":
                self._do(intent)
            case "fetch":
                self._spawn(self._fetch(intent))
            case "need":
                self._load(intent["code"])
            case "open_thread":
                self._open(intent["thread"])
            case "refresh":
                with self._lock:
                    self._problems = {}
                    self._listing.keeps = set()
                self._listing.expire()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            self._listing.driver.check()
        except HitlError as error:
            work.close()
            self._failed(error)
        else:
            self._listing.driver.spawn(work)

    def _failed(self, error: Exception) -> None:
        self._error = str(error) if isinstance(error, HitlError) else f"{type(error).__name__}: {error}"[:500]
        self._updates.request_now()

    # ------------------------------------------------------------------ the list

    def _refresh(self) -> None:
        with self._lock:
            if self._reading:
                return
            self._reading = True
        self._spawn(self._read())

    async def _read(self) -> None:
        try:
            await self._listing.all_found()
            self._error, self._read_at = None, datetime.now(UTC)
        except Exception as error:  # noqa: BLE001  (a database's, a server's: the list says it)
            self._failed(error)
        finally:
            self._reading = False
        self._updates.request_now()

    def _ask(self, intent: RowsIntent | AlikeIntent) -> None:
        """Answer it when those before it are answered; of one view the latest page is enough."""
        with self._lock:
            late = [one for one in self._asked if _is_late(one, intent)]
            self._asked = deque(one for one in self._asked if one not in late)
            self._asked.append(intent)
            starts, self._answering_rows = not self._answering_rows, True
        for one in late:
            self._tell(one["client"], one["id"], error="late")
        if starts:
            self._spawn(self._answer_rows())

    async def _answer_rows(self) -> None:
        while True:
            with self._lock:
                if not self._asked:
                    self._answering_rows = False
                    return
                intent = self._asked.popleft()
            try:
                data = await (self._rows(intent) if intent["type"] == "rows" else self._alike(intent))
            except Exception as error:  # noqa: BLE001  (a database's, a server's: the list says it)
                self._tell(intent["client"], intent["id"], error=f"{type(error).__name__}: {error}"[:500])
            else:
                self._tell(intent["client"], intent["id"], data=data)

    async def _rows(self, intent: RowsIntent) -> InboxRows:
        query, first = query_of(intent["query"], self._base), max(intent["first"], 0)
        total, threads = await self._listing.page(query, first, min(max(intent["count"], 0), MOST_ROWS))
        nodes, kinds = self._listing.words
        return {
            "epoch": self._listing.epoch,
            "total": total,
            "first": first,
            "rows": [self._marked(row_view(thread)) for thread in threads],
            "nodes": nodes,
            "kinds": kinds,
        }

    def _marked(self, row: InboxRow) -> InboxRow:
        name = row["thread"]
        if (problem := self._problems.get(name)) is not None:
            row["problem"] = problem
            row["gone"] = name in self._listing.keeps
        if name in self._sending:
            row["sending"] = True
        return row

    async def _alike(self, intent: AlikeIntent) -> list[str]:
        threads = await self._listing.all(query_of(intent["query"], self._base))
        alike = [one.thread_id for one in threads if one.same == (intent["same"],)]
        return [name for name in alike if name not in self._listing.keeps][:MOST_TOGETHER]

    # ------------------------------------------------------------------ one answer for several

    def _do(self, intent: ChooseIntent | AnswerIntent) -> None:
        """One after the other, as they came: an answer is for what was chosen before it."""
        with self._lock:
            self._work.append(intent)
            starts, self._working = not self._working, True
        if starts:
            self._spawn(self._do_them())

    async def _do_them(self) -> None:
        while True:
            with self._lock:
                if not self._work:
                    self._working = False
                    return
                intent = self._work.popleft()
            await (self._choose(intent) if intent["type"] == "choose" else self._answer(intent))

    async def _choose(self, intent: ChooseIntent) -> None:
        names = intent["threads"][:MOST_TOGETHER]
        known = self._listing.known(names)
        threads = [known[name] for name in names if name in known and known[name].same == (intent["same"],)]
        said: str | None = None
        pending: Pending | None = None
        if threads:
            try:
                pending = together(threads, self._sessions.controls)
                said = NOT_TOGETHER if pending is None else None
            except Exception as error:  # noqa: BLE001  (a control's own code)
                said = f"{type(error).__name__}: {error}"[:500]
        with self._lock:
            before = self._pending
            if pending is not None and before is not None and pending.request.id == before.request.id:
                pending.refusals, pending.field_errors = before.refusals, before.field_errors
            if before is not None:
                before.close()
            self._pending = pending
            self._meant = {one.thread_id: one.requests[0].id for one in threads}
            self._chosen = {
                "client": intent["client"], "count": len(threads), "done": 0, "sending": False, "said": said,
            }  # fmt: skip
        self._updates.request_now()

    async def _answer(self, intent: AnswerIntent) -> None:
        with self._lock:
            pending, meant = self._pending, dict(self._meant)
        if pending is None or pending.request.id != intent["request"]:
            message = "These threads are no longer chosen: choose them again."
            self.send({"type": "refused", "client": intent["client"], "request": intent["request"], "message": message})
            return
        self._sending = set(meant)
        reason = intent.get("reason") or None

        def read(control: Control) -> Any:
            return control.resume_value(intent["value"], reason)

        def answer(session: Session, request: Request) -> None:
            run = session._run
            asked = next((one for one in run.pending if one.request.id == request.id), None)
            if asked is None:
                raise StaleAnswerError(GONE)
            run.driver.run(run.answer(asked, read, by="person", reason=reason))

        try:
            checked = await check(self._listing, self._sessions.controls, meant, None, read)
        except InvalidAnswerError as error:
            self._refuse(pending, error, intent, reason)
            return
        except Exception as error:  # noqa: BLE001  (a checkpointer's: it belongs on the card)
            self._refuse(pending, InvalidAnswerError(f"{type(error).__name__}: {error}"[:500]), intent, reason)
            return
        with self._lock:
            pending.status = "answered"
            assert self._chosen is not None
            self._chosen["sending"] = True
        self._updates.request_now()
        # Not with `driver.run`: the loop of an async graph is what they run on.
        self._sent(await self._listing.driver.call(send, checked, self._sessions.open, answer, self._came_of))

    def _refuse(self, pending: Pending, error: InvalidAnswerError, intent: AnswerIntent, reason: str | None) -> None:
        """Nothing was sent: say why where it can be mended, and on each row that it does not fit."""
        total = len(self._meant)
        wrong = {name: text for name, text in error.fields.items() if name in self._meant}
        try:
            # What the card's own request has against it, at its fields; where that is not all, of how many it is true.
            pending.control.resume_value(intent["value"], reason)
            fields: dict[str, str] = {}
        except InvalidAnswerError as own:
            fields = dict(own.fields)
        except Exception:  # noqa: BLE001  (a control's own code; `check` has said what it raised)
            fields = {}
        if not wrong:
            fields = dict(error.fields)
        elif total > 1:
            how_many = f"all {total:,}" if len(wrong) == total else f"{len(wrong):,} of {total:,}"
            fields[""] = f"It does not fit {how_many} threads, and nothing was sent. {fields.get('', '')}".strip()
        elif not fields:
            fields = {"": next(iter(wrong.values()))}
        with self._lock:
            pending.refuse(InvalidAnswerError(fields))
            self._problems = dict(wrong) if total > 1 else {}
            self._sending = set()
            self._listing.epoch += 1  # the rows say why
        self._updates.request_now()

    def _came_of(self, outcome: Outcome) -> None:
        with self._lock:
            if self._chosen is not None:
                self._chosen["done"] += 1
            if outcome.error is not None:
                self._problems[outcome.thread_id] = str(outcome.error) or type(outcome.error).__name__
            else:
                self._problems.pop(outcome.thread_id, None)
        self._updates.request()

    def _sent(self, outcomes: list[Outcome]) -> None:
        refused = [one.thread_id for one in outcomes if one.error is not None]
        taken = len(outcomes) - len(refused)
        failed = sum(one.session is not None and one.session.status == "failed" for one in outcomes)
        said = f"{taken:,} answered." if len(outcomes) > 1 or refused else "Answered."
        if refused:
            said += f" {len(refused):,} refused: the rows say why."
        if failed:
            said += f" {failed:,} failed afterwards: open them with hitl.attach to go on."
        with self._lock:
            if self._pending is not None:
                self._pending.close()
            self._pending, self._meant, self._sending = None, {}, set()
            if self._chosen is not None:
                self._chosen |= {"count": 0, "sending": False, "said": said}
            self._listing.keeps = set(refused)
        self._listing.expire()
        self._updates.request_now()

    async def _fetch(self, intent: FetchIntent) -> None:
        pending = self._pending
        try:
            if pending is None or pending.request.id != intent["request"]:
                raise InvalidAnswerError("There is nothing to show: this question is no longer open.")
            data = await self._listing.driver.call(pending.fetch, intent["what"])
        except Exception as error:  # noqa: BLE001  (a data frame's, a file system's: the card says it)
            self._tell(intent["client"], intent["id"], error=str(error) or type(error).__name__)
        else:
            self._tell(intent["client"], intent["id"], data=data)

    # ------------------------------------------------------------------ one of them

    def _open(self, thread_id: str) -> None:
        opened: InboxOpened = {"thread": thread_id, "view": None, "error": None}
        try:
            session = self._sessions.open(thread_id)
            opened["view"] = f"anywidget:{self._sessions.view_of(session).model_id}"
        except Exception as error:  # noqa: BLE001  (a graph's that cannot be drawn: it is said in its place)
            opened["error"] = f"{type(error).__name__}: {error}"[:500]
        with self._lock:
            self._opened.pop(thread_id, None)
            self._opened[thread_id] = opened
            for old in list(self._opened)[:-MOST_OPENED]:
                del self._opened[old]
        self._updates.request_now()

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


def _is_late(one: RowsIntent | AlikeIntent, newer: RowsIntent | AlikeIntent) -> bool:
    return one["client"] == newer["client"] and one["type"] == "rows" and newer["type"] == "rows"
