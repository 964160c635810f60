"""SessionWidget: a session's projection in the browser, and the browser's intents.

State goes to the browser as traits, whole; intents come back as messages. Traits written by the browser are ignored,
and an answer is acknowledged by its card's status, never by a reply.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any

import traitlets

from ..decisions import now
from ..errors import AnswerError, HitlError, InvalidAnswerError, StaleAnswerError
from ..fields import prepare
from ..policies.answering import approve_always, ask_again
from ..protocol import (
    AnswerIntent,
    BreakpointIntent,
    Fetched,
    FetchIntent,
    Intent,
    LookIntent,
    Refused,
    WhyIntent,
    WhyView,
)
from ..running.others.noticing import Noticing
from ..running.pending import NOTHING_TO_SHOW, Pending, request_of
from ..running.run import Run
from ..running.why import Why
from ..texts.raised import line_of
from .built import built
from .coalesce import Coalesced
from .drawn import Drawn
from .graph_widget import GraphWidget
from .looking import Looking
from .offering import Offering
from .project import offered_always, project
from .reading_past import ReadingPast
from .replying import reason_of, value_of, written_in
from .steering import Steering, open_fork

_PROJECTED = ("graph", "run", "nodes", "edges", "cards", "assets", "timeline", "forks")
"""The traits that change while a run goes on."""
GONE = "Your answer was not taken: its question is no longer open. It was answered, or the run has moved on."
"""Read beside the next question, so it says which one is meant."""
PICTURES = 8
"""Pictures a second, at most, while nodes appear; each moves what is drawn."""
_CODE = ("rich", "inside")
"""The traits that hold code which not every view needs."""


class SessionWidget(GraphWidget):
    """The view of a run. Made once, when the session is first displayed."""

    run = traitlets.Dict(read_only=True).tag(sync=True)
    nodes = traitlets.Dict(read_only=True).tag(sync=True)
    edges = traitlets.Dict(read_only=True).tag(sync=True)
    cards = traitlets.List(read_only=True).tag(sync=True)
    assets = traitlets.Dict(read_only=True).tag(sync=True)
    timeline = traitlets.Dict(read_only=True).tag(sync=True)
    forks = traitlets.List(read_only=True).tag(sync=True)
    rich = traitlets.Unicode(read_only=True).tag(sync=True)
    """The code of what few cards need (`js/src/rich/`); empty until there is such a card."""
    inside = traitlets.Unicode(read_only=True).tag(sync=True)
    """The code of what is drawn when somebody looks into a run (`js/src/inside/`); empty until then."""

    def __init__(self, run: Run, drawn: Drawn) -> None:
        self._run = run
        self._drawn = drawn
        self._looking = Looking(run, drawn)
        self._steering = Steering(run)
        self._offering = Offering(run)
        self._why = Why(run.driver.graph)
        self._wondering: set[Pending] = set()
        self._needed: set[str] = set()
        """The code that its browsers have asked for."""
        self._seq = 0
        self._reading = ReadingPast(run)
        self._updates = Coalesced(self._push)
        self._drawing = threading.Lock()
        self._folds = Coalesced(self._draw_anew)
        self._growth = Coalesced(self._draw_anew, rate=PICTURES)
        self._noticing = Noticing(run)
        super().__init__()

    def _begin(self) -> None:
        run, noticing = self._run, self._noticing
        _ = self._drawn.view  # laid out here, not by the run
        run.is_shown = True
        run.is_watched = lambda: noticing.is_there
        run.listeners.append(self._changed)
        # Not `_push`: the run may be telling it something, or come to its end, at this moment; one after the other.
        self._updates.request_now()

    # ------------------------------------------------------------------ kernel to browser

    def _changed(self) -> None:
        # A question, or the end: what people wait for.
        if self._run.at_rest.is_set():
            self._noticing.begin()
            self._updates.request_now()
        else:
            self._updates.request()

    def _push(self) -> None:  # not `_send`: that is ipywidgets' own
        self._seq += 1
        offered = self._offering.now()
        with self._run.lock:
            if self._drawn.notice(self._run.state):
                self._growth.request()
            offered = offered if self._run.status == "finished" else None
            traits = project(self._run, self._drawn, self._seq, self._looking.timeline, offered)
        if any(pending.control.is_checked for pending in tuple(self._run.pending)):
            prepare()
        with self.hold_sync():
            if any(pending.needs_rich for pending in tuple(self._run.pending)):
                self._needed.add("rich")
            if traits["forks"]:
                self._needed.add("inside")  # their tabs, of a notebook that was saved before anybody looked, too
            for code in tuple(self._needed):
                self._load(code)
            for name, value in traits.items():
                self.set_trait(name, value)
        self._reading.begin()
        self._looking.timeline.keys.begin()

    def _draw_anew(self) -> None:
        """Lay out the picture that is due, beside the run and without its lock, and show it."""
        with self._drawing:
            began = time.perf_counter()
            picture = self._drawn.picture_anew()
            _ = picture.view
            # While the engine works, Python does not (graphlay 0.3.1): of a run, a twentieth at most.
            self._growth.pause = max(self._growth.pause, 20 * (time.perf_counter() - began))
            with self._run.lock:
                self._drawn.picture = picture
        self._updates.request_now()

    def _load(self, code: str) -> None:
        if not getattr(self, code):
            self.set_trait(code, built(f"{code}.js"))

    def close(self) -> None:
        """Show the run no more; nothing is drawn for a view that nobody can see."""
        # Not `remove`: the listeners may be told something right now.
        self._run.listeners = [one for one in self._run.listeners if one != self._changed]
        self._run.is_shown = False
        self._noticing.close()
        self._run.follow_no_more()
        super().close()

    # ------------------------------------------------------------------ browser to kernel

    def _take(self, intent: Intent) -> None:
        """Give it to the driver."""
        self._noticing.there()
        match intent["type"]:
            case "hello":
                if intent["seq"] != self._seq:
                    # Jupyter's server drops messages when there are too many (kernels.md): all of it, once more.
                    self.send_state([*_PROJECTED, *(name for name in _CODE if getattr(self, name))])
                self._acknowledge(intent["client"])
                self._reading.begin_again()
            case "answer":
                self._spawn(self._answer(intent))
            case "fetch":
                self._spawn(self._fetch(intent))
            case "look":
                self._spawn(self._look(intent))
            case "need":
                # Where two set traits at once, ipywidgets (8.1) may keep one of them back for the update after.
                self._needed.add(intent["code"])
                self._updates.request_now()
            case "fold":
                self._drawn.fold(intent["group"], is_folded=intent["folded"])
                self._folds.request()
            case "touched":
                self._touched(intent["request"])
            case "ask_again":
                ask_again(self._run, intent["tool"])
            case "why":
                self._tell_why(intent)
            case "fork":
                self._spawn(self._steering.fork(intent))
            case "open_fork":
                open_fork(self._run, intent["fork"])
            case "restart":
                self._spawn(self._steering.restart())
            case "follow_up":
                self._spawn(self._steering.follow_up())
            case "breakpoint":
                self._break(intent)
            case "stop":
                self._run.stop()
            case "retry":
                self._spawn(self._retry())
            case _:
                pass

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            self._run.driver.check()
            self._run.driver.spawn(work)
        except (HitlError, RuntimeError) as error:
            work.close()
            self._run.notice(str(error))

    def _pending(self, card: str, *, or_closed: bool = False) -> Pending | None:
        offered = self._offering.now()
        with self._run.lock:
            asked = (*self._run.pending, offered, *(self._run.others.closed if or_closed else ()))
            return next((one for one in asked if one is not None and one.card == card), None)

    async def _answer(self, intent: AnswerIntent) -> None:
        run = self._run
        pending = self._pending(intent["request"])
        # As the card stood when it was answered; a tool that it is not about is none of its business.
        offered, read = offered_always(pending) if pending is not None else frozenset[str](), partial(value_of, intent)
        try:
            if pending is None:
                raise StaleAnswerError(GONE)
            if self._offering.is_made(pending):
                self._offering.take(pending, read)
            else:
                await run.answer(pending, read, by="person", reason=reason_of(intent))
            for tool in offered.intersection(intent.get("always", ())):
                approve_always(run, tool)
        except InvalidAnswerError:
            return  # said on the card
        except AnswerError as error:
            self._offering.missed(intent["request"], read)
            self._refuse(intent, str(error))
        except Exception as error:  # noqa: BLE001  (nobody would see it: it belongs on the card, with the answer)
            self._refuse(intent, f"The answer could not be saved. {line_of(error)}")

    async def _fetch(self, intent: FetchIntent) -> None:
        pending = self._pending(intent["request"], or_closed=True)
        if pending is None:
            self._tell({"type": "fetched", "client": intent["client"], "id": intent["id"], "error": NOTHING_TO_SHOW})
            return
        # A large folder, or a slow disk, must not keep a graph waiting whose loop this is.
        await self._show(intent, self._run.driver.call(pending.fetch, intent["what"]))

    async def _look(self, intent: LookIntent) -> None:
        await self._show(intent, self._looking.at(intent))

    async def _show(self, intent: FetchIntent | LookIntent, found: Coroutine[Any, Any, Any]) -> None:
        said: Fetched = {"type": "fetched", "client": intent["client"], "id": intent["id"]}
        try:
            said["data"] = await found
        except InvalidAnswerError as error:
            said["error"] = self._run.secrets.mask(str(error))
        except Exception as error:  # noqa: BLE001  (a data frame's, a file system's: the card says it)
            said["error"] = self._run.secrets.line(line_of(error))
        self._tell(said)

    def _touched(self, request: str) -> None:
        if (pending := self._pending(request)) is None:
            return
        pending.touched = now()
        if pending.due:
            self._run.changed()

    def _tell_why(self, intent: WhyIntent) -> None:
        pending = self._pending(intent["request"])
        if pending is None or pending.why is not None or pending in self._wondering:
            return  # its card is about to go, says so already, or will in a moment
        self._wondering.add(pending)

        def told(why: WhyView) -> None:
            with self._run.lock:
                pending.why = why
            self._wondering.discard(pending)
            self._updates.request_now()

        self._why.ask(pending.request.path, told)

    def _refuse(self, intent: AnswerIntent, message: str) -> None:
        # What the checkpointer says may quote the answer.
        said = self._run.secrets.line(message)
        if written := self._lost(intent):
            said += f" You had written: {self._run.secrets.mask(written)}"
        self._tell({"type": "refused", "client": intent["client"], "request": intent["request"], "message": said})

    def _lost(self, intent: AnswerIntent) -> str:
        """What was written for a question that is not open any more; nothing of what may be a secret."""
        pending = self._pending(intent["request"], or_closed=True)
        if pending is not None:
            is_told = pending.status != "open" or pending.closed is not None
            return written_in(intent) if is_told and not pending.control.secret else ""
        decision = self._run.decisions.about(request_of(intent["request"]))
        return written_in(intent) if decision is not None and not decision.secret else ""

    def _break(self, intent: BreakpointIntent) -> None:
        try:
            self._run.breakpoints.switch(tuple(intent["node"].split(":")), intent["when"], on=intent["on"])
        except ValueError as error:
            self._run.notice(str(error))

    async def _retry(self) -> None:
        try:
            self._run.retry()
        except AnswerError:
            return  # it goes on already: two tabs, or a double click

    def _tell(self, message: Fetched | Refused) -> None:
        self.send(message)
