"""Dispatches clicks for a cell that waits, and keeps every other message for later.

A cell that waits holds the main shell: in 6.31 to 7.3 nothing else is dispatched before it ends, in 7.4 comm messages
are, but only while the cell awaits, and without the busy and idle that ipywidgets' JS waits for. The pump takes the
shell's messages instead. It dispatches those that cannot wait and hands the others to ipykernel when the waiting is
over, in the order they came, so that the next cells run after this one, once, or are aborted if it fails.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from contextvars import Context, copy_context
from typing import Any

from .host import parent_header
from .main_shell import Frames, MainShell, message_type, take_read_already
from .sigint import Sigint

CANNOT_WAIT = frozenset({"comm_open", "comm_msg", "comm_close", "kernel_info_request", "comm_info_request"})
"""The messages to dispatch at once. Without the two requests a page that is reloaded cannot find its widgets again."""


class Pump:
    """What receives the main shell's messages while a cell waits. Lives on the thread that runs the cells.

    There is one at a time, shared by whoever waits in the same cell (`asyncio.gather(session, other)`, or a sync wait
    while a task of the cell awaits), because the messages kept for later must stay in one order.
    """

    current: Pump | None = None

    def __init__(self, shell: MainShell) -> None:
        self._shell = shell
        self._kernel = shell.kernel
        self._thread = threading.get_ident()
        self._waiting: set[object] = set()
        self._kept: list[Frames] = []
        self._receive = shell.stream._recv_callback
        self._receives_on_loop = False
        self._sigint = Sigint(passing=True)
        # The cell's own parent: handlers run as the children of their message, and the cell prints where it printed.
        self._cell = copy_context()
        self._parent = self._kernel.get_parent("shell")
        self._ident = self._kernel._parent_ident["shell"]

    # Who waits

    @classmethod
    def join(cls, shell: MainShell, waiter: object) -> Pump:
        """Start pumping, or wait along with the pump there is. `leave` undoes it."""
        if cls.current is None:
            cls.current = cls(shell)
        cls.current._waiting.add(waiter)
        return cls.current

    @property
    def was_interrupted(self) -> bool:
        """Whether an interrupt came while the pump received on the loop."""
        return self._sigint.came

    def leave(self, waiter: object) -> None:
        """Stop waiting. The last one who leaves hands back what was kept."""
        self._waiting.discard(waiter)
        if self is not Pump.current:
            return
        if self._waiting:
            self._watch(self._take)
        else:
            self._hand_back()

    def _watch(self, receive: Any) -> None:
        """Let the stream deliver to `receive`, from now on and what is in the socket already.

        ZMQ's descriptor is edge-triggered, and our own reading may have used up the edge of a message that is still in
        the socket. `on_recv` looks into the socket and schedules the reading. In a context of its own, because 7.0.1
        runs a cell in the context of whoever delivers it, and that is not the cell that waits.
        """
        Context().run(self._shell.stream.on_recv, receive, copy=False)

    # Receiving

    def receive_read_already(self) -> None:
        """Take what ipykernel has read and not dispatched. Once an interrupt is held: a handler may hang here, too."""
        for frames in take_read_already(self._shell, self._is_for_now):
            self._dispatch(frames)

    def receive_on_loop(self) -> None:
        """Let the stream deliver to the pump, for a cell that awaits: the loop is free to receive.

        The stream stays the only reader of its socket, so no message is stranded behind the edge of its descriptor.
        """
        if self._receives_on_loop:
            return
        self._receives_on_loop = True
        self._sigint.hold()
        self._watch(self._take)
        # A task may outlive the cell in which it waits, and no other cell would ever run: stop with the cell.
        # In 6.31 a failed cell flushes the stream right after this event, so it is the last moment to hand back.
        self._kernel.shell.events.register("post_execute", self._cell_ended)

    def receive_for(self, seconds: float) -> None:
        """Block for at most so long, and take the next message that arrives: the loop is not running meanwhile."""
        import zmq  # Comes with ipykernel, and ours must import without.

        self._shell.unwedge()
        socket = self._shell.stream.socket
        if not socket.poll(round(seconds * 1000), zmq.POLLIN):
            return
        try:
            frames = socket.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return
        self._take(frames)

    def _cell_ended(self) -> None:
        # Subshells trigger the events of the one IPython shell too, on threads of their own, and so does each comm
        # message (comm 0.2.3, `BaseComm.handle_msg`).
        is_ours = threading.get_ident() == self._thread and parent_header().get("msg_type") == "execute_request"
        if is_ours and self is Pump.current:
            self._hand_back()

    def _is_for_now(self, frames: Frames) -> bool:
        return message_type(self._shell, frames) in CANNOT_WAIT

    def _take(self, frames: Frames) -> None:
        if self._is_for_now(frames):
            self._dispatch(frames)
        else:
            self._kept.append(frames)

    def _hand_back(self) -> None:
        """Give what was kept to ipykernel, and the stream back to its own callback."""
        Pump.current = None
        self._waiting.clear()
        stream = self._shell.stream
        if self._receives_on_loop:
            self._kernel.shell.events.unregister("post_execute", self._cell_ended)
            self._sigint.give_back()
        # Each callback queues its message (6.31) or makes a task that queues for the running cell's lock (7.x), so the
        # order stays, and whatever the stream reads from now on comes after them.
        for frames in self._kept:
            Context().run(stream._run_callback, self._receive, frames)
        self._watch(self._receive)
        self._kept = []

    # Dispatching

    def _dispatch(self, frames: Frames) -> None:
        """What `Kernel.dispatch_shell` does, without a task, and with the cell's own parent put back at the end."""
        session = self._kernel.session
        idents, signed = session.feed_identities(frames, copy=False)
        try:
            message = session.deserialize(signed, content=True, copy=False)
        except Exception:
            self._kernel.log.exception("Invalid Message")
            return
        try:
            self._cell.copy().run(self._handle, idents, message)
        finally:
            self._cell.run(self._kernel.set_parent, self._ident, self._parent, channel="shell")
            # The idle of the message makes front ends show an idle kernel, and servers may cull one.
            if self._parent.get("header", {}).get("msg_type") == "execute_request":
                self._kernel._publish_status("busy", "shell", parent=self._parent)

    def _handle(self, idents: list[bytes], message: dict[str, Any]) -> None:
        self._kernel.set_parent(idents, message, channel="shell")
        self._kernel._publish_status("busy", "shell", parent=message)
        try:
            handler = self._kernel.shell_handlers[message["header"]["msg_type"]]
            with Sigint.letting_through():
                _run_to_its_end(handler, self._shell, idents, message)
        except Exception:
            self._kernel.log.exception("Exception in message handler:")
        except KeyboardInterrupt:
            # Whoever waits hears of it from its `Sigint`. Raised into the loop it would end the kernel.
            self._kernel.log.warning("A message handler was interrupted.")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Flushes the reply too: in 6.31 it waits in the stream, and the loop that would send it may be blocked.
            self._kernel._publish_status_and_flush("idle", "shell", self._shell.replies, message)


def _run_to_its_end(handler: Any, shell: MainShell, idents: list[bytes], message: dict[str, Any]) -> None:
    """Call a handler. Those of requests are coroutines that never suspend, so they need no loop."""
    result = handler(shell.replies, idents, message)
    if not inspect.iscoroutine(result):
        return
    try:
        result.send(None)
    except StopIteration:
        return
    result.close()
    shell.kernel.log.error("%s awaits something, which cannot be done while a cell waits", handler)


def running_cell() -> bool:
    """Whether a cell with `await` in it is being executed on the calling thread's loop."""
    return any(is_cell(task) for task in asyncio.all_tasks())


def is_cell(task: asyncio.Task[Any] | None) -> bool:
    """Whether the task is a cell itself, and not one that the cell made. ipykernel 6.31 to 7.4, IPython 9."""
    return task is not None and getattr(task.get_coro(), "__name__", "") == "run_cell_async"
