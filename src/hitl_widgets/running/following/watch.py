"""Watch: what the tasks of a run say while they work, put at their records."""

from __future__ import annotations

import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import AIMessage, AIMessageChunk

from ...watching.listener import AtWork, handling
from .said import Chunk, Said
from .tally import one_line

if TYPE_CHECKING:
    from ..run import Run

MOST = 5_000_000
"""Characters that a run keeps of all that its tasks say; what the oldest said goes first."""
EARLY = 100
"""How many things are kept for a task that is not known yet."""


class Watch:
    """Hears a run's tasks. They speak from their own threads, and often before the stream has said that they began.

    Args:
        run: the run. Its lock is held only where a task's record is changed, so what prints much never waits long.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.RLock()
        self._said: dict[str, Said] = {}
        self._oldest: deque[Said] = deque()
        """Of those that keep something, the one that began first is first."""
        self._kept = 0
        self._speaking: dict[str, Said] = {}
        """What models say in tasks, by their ids, in the order in which they began to; what spoke last is there."""
        self._last = ""
        """The task of what spoke last."""
        self._early: dict[str, list[Callable[[], bool]]] = {}
        self._context = contextvars.copy_context()

    def begin(self) -> None:
        """The graph is streamed from now on; called in the context of who streams it, before any task's."""
        self._early.clear()
        self._speaking.clear()
        self._last = ""
        self._context = contextvars.copy_context()

    @property
    def spoken(self) -> dict[str, str]:
        """What models are saying, as far as they have got, by task; where none says anything now, what one has said last.

        Since the graph is streamed, in the order in which they began to.
        """
        with self._run.lock:
            # None is known before the stream has said that it began.
            running = {id for id in tuple(self._speaking) if self._is_running(id)} or {self._last}
        found: dict[str, str] = {}
        for id, said in tuple(self._speaking.items()):
            if id not in running and id != self._last:
                self._speaking.pop(id, None)
            elif id in running and (text := next((one.text for one in reversed(said.messages) if one.text), "")):
                found[id] = text
        return found

    def _is_running(self, task_id: str) -> bool:
        task = self._run.state.current(task_id)
        return task is not None and task.status == "running"

    # ------------------------------------------------------------------ what tasks say

    def printed(self, task: AtWork, stream: Literal["stdout", "stderr"], text: str) -> None:
        self._add(task.id, Chunk(stream, text, time.time(), task.attempt))

    def logged(self, task: AtWork, text: str, level: str, logger: str) -> None:
        self._add(task.id, Chunk("log", text, time.time(), task.attempt, level, logger))

    def wrote(self, task: AtWork, chunk: Any) -> None:
        if (change := self._change_in(chunk)) is not None:
            self._tell(task.id, lambda: change(task.id))

    def tries_again(self, task: AtWork, error: BaseException | None) -> None:
        failure = one_line(error) if error is not None else None
        self._tell(task.id, lambda: self._run.state.attempt(task.id, task.attempt, failure))

    def _add(self, task_id: str, chunk: Chunk) -> None:
        said = self._of(task_id)
        with self._lock:
            self._grown(said, said.add(chunk))
        self._news()

    def _of(self, task_id: str) -> Said:
        if (said := self._said.get(task_id)) is not None:
            return said
        with self._run.lock:
            task = self._run.state.current(task_id)
            known = task.said if task is not None else None  # a handler's, which goes by two ids
            said = self._said.setdefault(task_id, known or Said(self._lock))
            if task is not None:
                task.said = said
        return said

    def _grown(self, said: Said, by: int) -> None:
        if by and said.kept == by:
            self._oldest.append(said)
        self._kept += by
        while self._kept > MOST and len(self._oldest) > 1:
            oldest = self._oldest.popleft()
            if oldest is said:  # it is at work still
                self._oldest.append(said)
            else:
                self._kept += oldest.drop()

    def _tell(self, task_id: str, change: Callable[[], bool]) -> None:
        """Change a task's record, now or as soon as the stream says that it runs."""
        with self._run.lock:
            task = self._run.state.current(task_id)
            is_running = task is not None and task.status == "running"
            if not is_running:
                early = self._early.setdefault(task_id, [])
                if len(early) < EARLY:
                    early.append(change)
                return
            is_news = change()
        if is_news:
            self._news()

    def _news(self) -> None:
        # Not in the task's own context: a timer that a listener starts would go on in it, and what that says be the
        # task's. The cell is known in ours too.
        self._context.copy().run(self._run.changed)

    # ------------------------------------------------------------------ what the stream says

    def apply(self, part: Mapping[str, Any]) -> bool:
        """A part of the stream, after the state has folded it; returns whether there is something more to see.

        Called with the run's lock.
        """
        data = part["data"]
        match part["type"]:
            case "tasks" if "triggers" in data:
                return self._started(data["id"])
            case "tasks" if data.get("error") is not None:
                return self._started(handling(data["id"]))
            case "custom":
                # Where LangGraph streams them (a remote graph's), a part names the graph, not the task: it is certain
                # where one task runs there, and left alone where several do.
                if (change := self._change_in(data)) is None:
                    return False
                running = self._run.state.running_in(part["ns"])
                return len(running) == 1 and change(running[0].id)
            case _:
                return False

    def _change_in(self, chunk: Any) -> Callable[[str], bool] | None:
        """What something that a task has written changes at its record, by the task's id."""
        state = self._run.state
        if (share := share_in(chunk)) is not None:
            return lambda task_id: state.progress(task_id, share)
        if (items := count_in(chunk)) is not None:
            return lambda task_id: state.counted(task_id, items)
        return None

    def _started(self, task_id: str) -> bool:
        said = self._said.get(task_id)
        if said is None and task_id not in self._early:
            return False
        task = self._run.state.current(task_id)
        if task is None:
            return False
        task.said = said
        for change in self._early.pop(task_id, ()):
            change()
        return True

    def message(self, message: Any, metadata: Mapping[str, Any]) -> bool:
        """A token, or a whole message: of a model that does not stream, or of a node's own making."""
        if not isinstance(message, AIMessage):
            return False
        task_id = str(metadata.get("langgraph_checkpoint_ns", "")).rpartition("|")[2].rpartition(":")[2]
        content = message.content
        text = content if isinstance(content, str) else str(message.text)
        is_chunk = isinstance(message, AIMessageChunk)
        calls = message.tool_call_chunks if is_chunk else message.tool_calls
        tools = [call["name"] for call in calls if call["name"]] if calls else ()
        if not task_id or not (text or tools):
            return False
        said = self._of(task_id)
        if not is_chunk and said.has_spoken(text):
            return False  # a model's, streamed before, to which the node has given another id
        with self._lock:
            by = said.speak(message.id or "", text, tools)
            self._grown(said, by)
            self._speaking.setdefault(task_id, said)
            self._last = task_id
        self._news()
        return True


def share_in(chunk: Any) -> float | None:
    """How far a task says that it is, in what it has written: `{"progress": 0.4}`, a number from 0 to 1.

    >>> share_in({"progress": 0.4}), share_in({"progress": 40}), share_in({"progress": True}), share_in("half")
    (0.4, None, None, None)
    """
    share = chunk.get("progress") if isinstance(chunk, Mapping) else None
    if isinstance(share, bool) or not isinstance(share, (int, float)):
        return None
    return float(share) if 0 <= share <= 1 else None


def count_in(chunk: Any) -> int | None:
    """How many items a task has gone through, as `hitl.progress` writes it where nobody knows how many there are.

    >>> count_in({"count": 37}), count_in({"count": 37, "word": "the"}), count_in({"count": True}), count_in({"count": -1})
    (37, None, None, None)
    """
    # Only that, whole: what other nodes count is another thing.
    if not isinstance(chunk, Mapping) or [*chunk] != ["count"]:  # pyright: ignore[reportUnknownArgumentType]
        return None
    count: object = chunk["count"]  # pyright: ignore[reportUnknownVariableType]
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
