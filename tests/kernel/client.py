"""A real kernel, as a front end sees it: cells, widget messages, subshells, interrupts."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

LOOK_AGAIN = """
import threading, time
from ipykernel.kernelbase import Kernel
def look_again(kernel=Kernel.instance(), sleep=time.sleep):
    while True:
        sleep(0.05)
        kernel.shell_channel_thread.io_loop.add_callback(kernel.shell_stream._rebuild_io_state)
threading.Thread(target=look_again, daemon=True).start()
"""
"""For ipykernel 7.0 to 7.3, which leave a message unread for ever if it comes while they send a reply (fixed in 7.4).

A plain `await asyncio.sleep(0)` cell and the next one, over and over, hangs 7.3.0 within a few hundred rounds, without
any code of ours. A test that sends a cell as another one ends would fail at random.
"""

PATIENCE = 60.0
"""Seconds that `until` waits before it gives up. On a machine that does ten things, Jedi's first completion takes 20."""

Message = dict[str, Any]


class Sent:
    """A message that was sent to the kernel, and all that came back for it.

    Attributes:
        reply: the content of its reply, when it has come.
        outputs: what it published, as in a notebook: `stream`, `display_data`, `execute_result` and `error`, in order.
        statuses: `busy` and `idle`, as the kernel said them for this message.
        sent_at, replied_at, idle_at: `time.monotonic()`; the last two are `None` until then.
    """

    def __init__(self, message: Message, has_reply: bool = True) -> None:
        self.msg_id: str = message["header"]["msg_id"]
        self.msg_type: str = message["header"]["msg_type"]
        self.reply: dict[str, Any] | None = None
        self.outputs: list[dict[str, Any]] = []
        self.statuses: list[str] = []
        self.sent_at = time.monotonic()
        self.replied_at: float | None = None
        self.idle_at: float | None = None
        self.started_at: float | None = None
        self._has_reply = has_reply

    @property
    def is_done(self) -> bool:
        """Whether the kernel is through with it: it is idle, and has replied if it is to reply."""
        return self.idle_at is not None and (self.reply is not None or not self._has_reply)

    @property
    def status(self) -> str | None:
        """`ok`, `error`, `aborted`; `None` before the reply."""
        return self.reply["status"] if self.reply else None

    @property
    def error(self) -> str | None:
        """The name of the exception that the cell ended with."""
        return self.reply.get("ename") if self.reply else None

    @property
    def stdout(self) -> str:
        return "".join(output["text"] for output in self.outputs if output.get("name") == "stdout")

    @property
    def stderr(self) -> str:
        return "".join(output["text"] for output in self.outputs if output.get("name") == "stderr")

    def __repr__(self) -> str:
        return f"<{self.msg_type} {self.status} {self.statuses} {self.outputs}>"


class Kernel:
    """A kernel in a process of its own.

    Everything is sent without waiting; `until` reads what the kernel sends until something is so, and fails with what
    has come so far if it never is. Nothing else reads, so times are those of the last `until`.

        with Kernel(python) as kernel:
            waiting = kernel.execute("session.wait(); print('done')")
            kernel.click(comm_id, {"type": "answer"})
            kernel.until_done(waiting)
    """

    def __init__(self, python: Path, env: Mapping[str, str] | None = None) -> None:
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self._manager = KernelManager()
        self._manager._kernel_spec = KernelSpec(argv=argv, display_name="", language="python", env=dict(env or {}))
        self._manager.start_kernel()
        self._process: subprocess.Popen[bytes] = self._manager.provisioner.process  # type: ignore[union-attr]
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._sent: dict[str, Sent] = {}
        self.comms: dict[str, dict[str, Any]] = {}
        """The state of each comm that the kernel has opened, by its id, as the browser would have it."""
        self.orphans: list[Message] = []
        """Outputs for which no message of ours was the parent."""
        self.ipykernel = ""
        """Its version."""
        try:
            self._client.wait_for_ready(timeout=60)
            self.ipykernel = self.run("import ipykernel; print(ipykernel.__version__)")
            if (7, 0) <= tuple(int(part) for part in self.ipykernel.split(".")[:2]) < (7, 4):
                self.run(LOOK_AGAIN)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel's process."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    # Sending

    def execute(
        self,
        code: str,
        *,
        allow_stdin: bool = True,
        stop_on_error: bool = True,
        subshell: str | None = None,
        wait: bool = False,
    ) -> Sent:
        """Send a cell; with `wait`, return when the kernel is through with it."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": stop_on_error,
        }
        cell = self.request("execute_request", content, subshell=subshell)
        if wait:
            self.until_done(cell)
        return cell

    def run(self, code: str, *, allow_stdin: bool = True) -> str:
        """Run a cell that must succeed, and return what it printed."""
        cell = self.execute(code, allow_stdin=allow_stdin, wait=True)
        assert cell.status == "ok", cell
        return cell.stdout.rstrip("\n")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression that JSON can say."""
        return json.loads(self.run(f"import json; print(json.dumps({expression}))"))

    def comm_send(self, comm_id: str, data: Mapping[str, Any], *, subshell: str | None = None) -> Sent:
        """Send a message on a comm, as JupyterLab does: with the id of the comm target's subshell, if it has one."""
        content = {"comm_id": comm_id, "data": dict(data)}
        return self.request("comm_msg", content, subshell=subshell, has_reply=False)

    def click(self, comm_id: str, content: Mapping[str, Any], *, subshell: str | None = None) -> Sent:
        """Send what `model.send(content)` sends in the browser."""
        return self.comm_send(comm_id, {"method": "custom", "content": dict(content)}, subshell=subshell)

    def request(
        self,
        msg_type: str,
        content: Mapping[str, Any] | None = None,
        *,
        subshell: str | None = None,
        control: bool = False,
        has_reply: bool = True,
    ) -> Sent:
        """Send any message, on the shell channel or on the control channel."""
        message = self._client.session.msg(msg_type, dict(content or {}))
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        sent = self._sent[message["header"]["msg_id"]] = Sent(message, has_reply)
        (self._client.control_channel if control else self._client.shell_channel).send(message)
        return sent

    def create_subshell(self) -> str:
        """Make a subshell, as JupyterLab does for each comm target (from ipykernel 7 on). Returns its id."""
        made = self.request("create_subshell_request", control=True)
        self.until(lambda: made.reply, "a subshell")
        assert made.reply
        return made.reply["subshell_id"]

    def interrupt(self) -> None:
        """What the stop button does."""
        self._manager.interrupt_kernel()

    def shut_down(self) -> Sent:
        """What a front end asks for first when it shuts a kernel down or restarts it; nobody kills it."""
        return self.request("shutdown_request", {"restart": False}, control=True)

    def end_as_front_ends_do(self) -> None:
        """An interrupt, the request, and, where it has not ended two seconds later, signals."""
        self._manager.shutdown_kernel()

    def ended_with(self, seconds: float) -> int:
        """The exit code of its process, which ends by itself in so many seconds.

        Raises:
            subprocess.TimeoutExpired: it does not.
        """
        return self._process.wait(seconds)

    def _ended(self) -> object:
        """The exit code of its process, or `None` while it lives."""
        return self._process.poll()

    # Receiving

    def until(self, is_so: Callable[[], object], what: str = "", timeout: float = PATIENCE) -> None:
        """Read what the kernel sends until something is so.

        Raises:
            AssertionError: if it is not so in time; says what the kernel has sent. If the kernel's process has ended.
        """
        deadline = time.monotonic() + timeout
        while not is_so():
            assert (ended := self._ended()) is None, (
                f"The kernel's process has ended ({ended}) before this: {what or is_so}."
            )
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                sent = list(self._sent.values())
                unhandled = [message for message in sent if not message.is_done]
                seen = "\n".join(map(repr, unhandled[:8] or sent[-8:]))
                raise AssertionError(
                    f"Not in {timeout} s: {what or is_so}. "
                    f"{len(unhandled)} of {len(sent)} messages are not handled:\n{seen}"
                )
            self._receive(remaining)

    def until_done(self, *sent: Sent, timeout: float = PATIENCE) -> None:
        """Until the kernel is through with these."""
        self.until(lambda: all(message.is_done for message in sent), f"done with {sent}", timeout)

    def settle(self) -> None:
        """Read until everything that was sent so far has been handled."""
        self.until(lambda: all(sent.is_done for sent in self._sent.values()), "every message is handled")

    def until_running(self, cell: Sent) -> None:
        """Until the kernel has started this cell."""
        self.until(lambda: cell.started_at is not None, "the cell is running")

    def until_prints(self, cell: Sent, text: str) -> None:
        """Until the cell has printed this."""
        self.until(lambda: text in cell.stdout, f"the cell prints {text!r}")

    def until_waiting(self, cell: Sent) -> None:
        """Until the cell that prints "waiting" waits: what it says comes before, and an interrupt between is ipykernel's."""
        self.until_prints(cell, "waiting\n")
        self.until_done(self.request("kernel_info_request"))  # A cell that waits has it answered.

    def forget(self) -> None:
        """Drop the record of what was sent; for a kernel that the next test uses."""
        self._sent.clear()
        self.comms.clear()
        self.orphans.clear()

    def _receive(self, seconds: float) -> None:
        channels = {
            channel.socket: handle
            for channel, handle in (
                (self._client.iopub_channel, self._on_iopub),
                (self._client.shell_channel, self._on_reply),
                (self._client.control_channel, self._on_reply),
            )
        }
        poller = zmq.Poller()
        for socket in channels:
            poller.register(socket, zmq.POLLIN)
        for socket, _ in poller.poll(int(min(seconds, 1.0) * 1000) + 1):
            _, message = self._client.session.recv(socket, mode=zmq.NOBLOCK)
            if message is not None:
                channels[socket](message)

    def _on_reply(self, message: Message) -> None:
        sent = self._sent.get(message["parent_header"].get("msg_id", ""))
        if sent is not None:
            assert sent.reply is None, f"A second reply: {message}"
            sent.reply, sent.replied_at = message["content"], time.monotonic()

    def _on_iopub(self, message: Message) -> None:
        content, kind = message["content"], message["header"]["msg_type"]
        if kind == "comm_open":
            self.comms[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            # Not of a comm that was opened before the test: its session may have an update left to send.
            self.comms.get(content["comm_id"], {}).update(content["data"]["state"])
        sent = self._sent.get(message["parent_header"].get("msg_id", ""))
        if kind in {"stream", "display_data", "execute_result", "error"}:
            if sent is None:
                self.orphans.append(message)
            else:
                sent.outputs.append({"output_type": kind, **content})
        if sent is None:
            return
        if kind == "execute_input":
            sent.started_at = time.monotonic()
        elif kind == "status":
            sent.statuses.append(content["execution_state"])
            if content["execution_state"] == "idle":
                sent.idle_at = time.monotonic()
