"""Where ipykernel keeps the messages of its main shell: the shell whose thread runs the cells of a notebook.

What is read here was seen in ipykernel 6.31.0, 7.0.1, 7.3.0 and 7.4.0.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .host import running_loop

Frames: TypeAlias = Sequence[Any]
"""A message as it came from the socket, not yet parsed: `zmq.Frame`s."""


@dataclass(frozen=True)
class MainShell:
    """The main shell of a kernel.

    Attributes:
        kernel: the `ipykernel.kernelbase.Kernel`.
        stream: the `ZMQStream` on which the main thread receives its messages.
        replies: the socket or stream that a request's handler sends its reply to.
    """

    kernel: Any
    stream: Any
    replies: Any

    @property
    def is_ending(self) -> bool:
        """Whether the kernel was asked to shut down. Its loop ends with the cell that runs, so that one must end."""
        return getattr(self.kernel, "_shutdown_message", None) is not None

    def unwedge(self) -> None:
        """Let ipykernel 7.0 to 7.3 look again for messages from the front end.

        Their shell channel thread sends replies on the socket that it also reads, past its `ZMQStream`. That uses up
        the edge of a message that arrives at the same moment, and nobody reads it, or any that comes after it (7.3.0: a
        few in a thousand cells, with no widget in sight). 7.4 sends through the stream.
        """
        channel = getattr(self.kernel, "shell_channel_thread", None)
        if channel is not None and hasattr(channel.manager, "_shell_socket"):
            channel.io_loop.add_callback(self.kernel.shell_stream._rebuild_io_state)


PRIVATE_PARTS = ("_parent_ident", "_publish_status", "_publish_status_and_flush", "dispatch_shell", "shell_handlers")
"""What the pump needs of a kernel, beside the stream."""


def is_main_thread_of(kernel: Any) -> bool:
    """Whether the calling thread is running the loop of this kernel's main shell, as cells do."""
    io_loop = getattr(kernel, "io_loop", None)
    return io_loop is not None and running_loop() is getattr(io_loop, "asyncio_loop", None)


def find_main_shell(kernel: Any) -> MainShell | None:
    """The main shell, or `None` where this ipykernel is built in a way we don't know."""
    # Up to 6.31 the main thread reads the ROUTER socket itself. Since 7.0 the thread "Shell channel" reads it and hands
    # each message to the main thread or to a subshell, through a pair of inproc sockets for each.
    channel = getattr(kernel, "shell_channel_thread", None)
    if not all(hasattr(kernel, name) for name in PRIVATE_PARTS):
        return None
    try:
        if channel is None:
            shell = MainShell(kernel, kernel.shell_stream, kernel.shell_stream)
        else:
            manager = channel.manager
            shell = MainShell(
                kernel,
                manager.get_shell_channel_to_subshell_pair(None).to_stream,
                manager.get_subshell_to_shell_channel_socket(None),
            )
    except AttributeError:
        return None
    # Without a callback nobody receives on this stream: an in-process kernel, or somebody else's pump at work.
    return shell if getattr(shell.stream, "_recv_callback", None) is not None else None


def message_type(shell: MainShell, frames: Frames) -> str:
    """The type in a message's header, read without touching the rest; empty where there is none.

    The signature is checked when the message is dispatched.
    """
    try:
        delimiter = next(at for at, frame in enumerate(frames) if bytes(frame) == b"<IDS|MSG>")
        return str(shell.kernel.session.unpack(bytes(frames[delimiter + 2]))["msg_type"])
    except Exception:  # noqa: BLE001
        # Not for us to judge: 7.x posts itself a bare b"stop aborting", and ipykernel logs what is broken.
        return ""


def take_read_already(shell: MainShell, wanted: Callable[[Frames], bool]) -> list[Frames]:
    """Take the wanted messages that ipykernel has read but not dispatched, in the order they came.

    While a long cell runs, a click and the next cell queue up in the socket. When it ends, the loop reads the next cell
    and then the click, and only then runs the cell. If that one waits for the click, the socket stays silent.
    """
    return [*_take_from_queue(shell, wanted), *_take_from_tasks(shell, wanted)]


def _take_from_queue(shell: MainShell, wanted: Callable[[Frames], bool]) -> list[Frames]:
    """6.31: what was read waits in `kernel.msg_queue`, as `(number, dispatch, (frames,))`."""
    kernel = shell.kernel
    queue = getattr(getattr(kernel, "msg_queue", None), "_queue", None)
    if queue is None:
        return []
    entries = list(queue)
    taken = [
        entry for entry in entries if entry[1] == kernel.dispatch_shell and len(entry[2]) == 1 and wanted(entry[2][0])
    ]
    for entry in taken:
        queue.remove(entry)
    return [entry[2][0] for entry in taken]


def _take_from_tasks(shell: MainShell, wanted: Callable[[Frames], bool]) -> list[Frames]:
    """7.0 and later: what was read is an argument of a task that has not come to dispatching it."""
    if not hasattr(shell.kernel, "shell_main"):
        return []
    dispatch = shell.kernel.dispatch_shell
    rest = dispatch if isinstance(dispatch, _DispatchTheRest) else _DispatchTheRest(shell.kernel)
    waiting = [entry for task in asyncio.all_tasks() for entry in _undispatched(task)]
    waiting.sort(key=lambda entry: entry[0])
    taken = [frames for _, frames in waiting if not rest.passes_over(frames) and wanted(frames)]
    if taken:
        rest.pass_over(taken)
    return taken


def _undispatched(task: asyncio.Task[Any]) -> list[tuple[tuple[int, int, str], Frames]]:
    """The message of a task that `ZMQStream` made for one, with its place in the order, unless it is dispatched."""
    coroutine = task.get_coro()
    if not inspect.iscoroutine(coroutine) or coroutine.cr_frame is None:
        return []
    variables = coroutine.cr_frame.f_locals
    # Tasks are named "Task-12" in the order they are made. Since 7.1 a task of `run_in_context` makes another one of
    # `shell_main` (7.0.1: the second alone), so whoever has got to the second came first.
    number = (len(task.get_name()), task.get_name())
    match coroutine.cr_code.co_name:
        case "run_in_context" if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
            arguments = variables.get("args", ())
            return [((1, *number), arguments[0])] if len(arguments) == 1 else []
        case "shell_main" if _is_before_dispatch(coroutine):
            return [((0, *number), variables["msg"])]
        case _:
            return []


def _is_before_dispatch(coroutine: Any) -> bool:
    """Whether `shell_main` has not started, or waits for the lock that the running cell holds."""
    if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
        return True
    return getattr(coroutine.cr_await, "__name__", "") == "__aenter__"


class _DispatchTheRest:
    """Stands in for `kernel.dispatch_shell` until the tasks of the taken messages have passed over them.

    Cancelling the tasks instead would print "exception in callback" in the notebook.
    """

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._dispatch_shell = kernel.dispatch_shell
        self._taken: dict[int, Frames] = {}

    def passes_over(self, frames: Frames) -> bool:
        return id(frames) in self._taken

    def pass_over(self, taken: list[Frames]) -> None:
        # Holding the frames keeps their ids theirs.
        self._taken.update((id(frames), frames) for frames in taken)
        self._kernel.dispatch_shell = self

    async def __call__(self, msg: Frames, /, *args: Any, **kwargs: Any) -> None:
        if self._taken.pop(id(msg), None) is None:
            await self._dispatch_shell(msg, *args, **kwargs)
        elif not self._taken and self._kernel.dispatch_shell is self:
            self._kernel.dispatch_shell = self._dispatch_shell
