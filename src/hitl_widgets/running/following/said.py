"""What a task said while it worked: what it printed and logged, and what models told it token by token. Bounded."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

LONGEST = 20_000
"""How many characters of a task's output are kept, and as many of its tokens."""
FIRST = 5_000
"""How many of those are its first; the others are its latest."""
LONGEST_CHUNK = 2_000
"""Characters of one chunk, so that cutting and joining stay cheap."""
MOST_PARTS = 100
"""Pieces of a message: one that is a few letters long costs fifty bytes more."""
TOGETHER = 1.0
"""Seconds in which what is printed is one chunk."""

Stream = Literal["stdout", "stderr", "log", "note"]


@dataclass(slots=True)
class Chunk:
    """Some of a task's output.

    Attributes:
        stream: where it went; a `note` is ours and says that something is left out.
        text: what was printed, with its line ends; of a log record the message, and the traceback if it has one.
        at: when, in seconds since the epoch.
        attempt: in which call of its node, from 1.
        level: of a log record, `WARNING`.
        logger: its logger's name.
    """

    stream: Stream
    text: str
    at: float
    attempt: int = 1
    level: str | None = None
    logger: str | None = None


@dataclass(slots=True)
class Message:
    """What a model said in one message.

    Attributes:
        id: the message's; of what has none, its number in the task.
        parts: its text so far, in pieces.
        tools: the names of the tools that it calls.
    """

    id: str
    parts: list[str] = field(default_factory=list[str])
    tools: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        return "".join(self.parts)


class Said:
    r"""A task's output and tokens. Written by whatever thread the task works in.

    Args:
        lock: guards it; reentrant, since a finalizer may print at any time.

    >>> said = Said(threading.RLock())
    >>> said.add(Chunk("stdout", "hello", 0.0)), said.add(Chunk("stdout", "\n", 0.1))
    (5, 1)
    >>> [chunk.text for chunk in said.chunks], said.characters
    (['hello\n'], 6)
    """

    __slots__ = ("_first", "_kept", "_kept_last", "_last", "_lock", "_messages", "_spoken", "_unspoken", "characters")

    def __init__(self, lock: threading.RLock) -> None:
        self.characters = 0
        """How many it has printed or logged, those that are not kept among them."""
        self._lock = lock
        self._first: list[Chunk] = []
        # Made when there is something in it: a deque is half a kilobyte, and most tasks print a line.
        self._last: deque[Chunk] | None = None
        self._kept = 0
        self._kept_last = 0
        self._messages: dict[str, Message] | None = None
        self._spoken = 0
        """Characters of tokens that are kept."""
        self._unspoken = 0
        """And of those that are not."""

    @property
    def chunks(self) -> list[Chunk]:
        """What was printed and logged, in order; where some is left out, a `note` says how much."""
        with self._lock:
            left_out = self.characters - self._kept
            if not left_out:
                return [*self._first, *(self._last or ())]
            at = self._last[0].at if self._last else time.time()
            return [*self._first, Chunk("note", f"… {left_out:,} characters left out …\n", at), *(self._last or ())]

    @property
    def messages(self) -> list[Message]:
        """What models said, a message each."""
        with self._lock:
            return [replace(one, parts=[one.text], tools=[*one.tools]) for one in (self._messages or {}).values()]

    @property
    def tokens(self) -> str:
        """What models said so far, as one text: a paragraph a message, and a line for each tool that one calls."""
        paragraphs = [
            "\n".join(filter(None, [one.text, *(f"→ {tool}" for tool in one.tools)])) for one in self.messages
        ]
        if self._unspoken:
            paragraphs.insert(0, f"… {self._unspoken:,} characters left out …")
        return "\n\n".join(filter(None, paragraphs))

    @property
    def kept(self) -> int:
        """How many characters are kept of all this."""
        return self._kept + self._spoken

    # Each of these returns by how much `kept` has grown.

    def add(self, chunk: Chunk) -> int:
        """Something is printed or logged; the chunk is kept, and may be changed."""
        with self._lock:
            before, size = self._kept, len(chunk.text)
            self.characters += size
            if self._last is None and before + size <= FIRST:
                _append(self._first, chunk)
                self._kept += size
                return size
            if self._last is None:
                self._last = deque()
                room = FIRST - before
                # A record of a log stays one chunk: a secret with a half in each of two would be found in neither.
                if room and chunk.stream != "log":
                    _append(self._first, replace(chunk, text=chunk.text[:room]))
                    chunk.text = chunk.text[room:]
                    self._kept = FIRST
            chunk.text = chunk.text[-(LONGEST - FIRST) :]
            _append(self._last, chunk)
            self._kept += len(chunk.text)
            self._kept_last += len(chunk.text)
            self._cut(self._last, self._kept_last - (LONGEST - FIRST))
            return self._kept - before

    def speak(self, message: str, text: str, tools: Iterable[str] = ()) -> int:
        """A model has said some more of a message."""
        with self._lock:
            before = self._spoken
            if self._messages is None:
                self._messages = {}
            one = self._messages.get(message)
            if one is None:
                one = self._messages[message] = Message(message)
            if text:
                one.parts.append(text)
                if len(one.parts) > MOST_PARTS:
                    one.parts = [one.text]
                self._spoken += len(text)
            if tools and len(one.tools) < MOST_PARTS:
                one.tools.extend(tools)
            # A quarter at a time: joining the parts for every token would be slow.
            if self._spoken > LONGEST + LONGEST // 4:
                self._unspeak(self._messages, self._spoken - LONGEST)
            return self._spoken - before

    def has_spoken(self, text: str) -> bool:
        """Whether a model has said exactly this already."""
        with self._lock:
            return any(one.text == text for one in (self._messages or {}).values())

    def drop(self) -> int:
        """Let go of what is kept."""
        with self._lock:
            dropped = self.kept
            self._first, self._last, self._kept, self._kept_last = [], None, 0, 0
            self._unspoken += self._spoken
            self._messages, self._spoken = None, 0
            return -dropped

    def _cut(self, chunks: deque[Chunk], over: int) -> None:
        while over > 0:
            oldest = chunks[0]
            cut = min(over, len(oldest.text))
            if cut == len(oldest.text):
                chunks.popleft()
            else:
                oldest.text = oldest.text[cut:]
            over -= cut
            self._kept -= cut
            self._kept_last -= cut

    def _unspeak(self, messages: dict[str, Message], over: int) -> None:
        self._spoken -= over
        self._unspoken += over
        for id, message in [*messages.items()]:
            text = message.text
            message.parts = [text[over:]]
            over -= min(over, len(text))
            if not over:
                return
            del messages[id]


def _append(chunks: list[Chunk] | deque[Chunk], chunk: Chunk) -> None:
    """Add a chunk, or its text to the one before: `print` writes its line and its line's end apart."""
    before = chunks[-1] if chunks else None
    if (
        before is not None
        and before.stream == chunk.stream != "log"
        and before.attempt == chunk.attempt
        and chunk.at - before.at < TOGETHER
        and len(before.text) < LONGEST_CHUNK
    ):
        before.text += chunk.text
    else:
        chunks.append(chunk)
