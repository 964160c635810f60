"""What a task's record says beside its times: what it printed and streamed, and why it failed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..protocol import AttemptView, OutputChunk
from ..running.following.said import Chunk
from ..running.secrets import Secrets
from ..texts.clipped import clipped
from ..texts.jsonable import storable
from ..texts.moments import moment

LONGEST_OUTPUT = 24_000
"""Characters of what a task printed; its record keeps about as many."""
LONGEST_TOKENS = 24_000
LONGEST_ERROR = 4_000
_CUT = "…"

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""What terminals take for colours, cursors and titles."""
_OTHERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def output_chunks(chunks: Sequence[Chunk], secrets: Secrets) -> list[OutputChunk]:
    """What was printed and logged, as plain text: no colours, no secrets, the latest of it."""
    found: list[OutputChunk] = []
    for chunk in chunks:
        last = found[-1] if found else None
        goes_on = last is not None and chunk.stream in {"stdout", "stderr"} and last["stream"] == chunk.stream
        # A secret may be in two chunks, half and half.
        if last is not None and goes_on and last["attempt"] == chunk.attempt:
            last["text"] += chunk.text
            continue
        view: OutputChunk = {
            "stream": chunk.stream,
            "text": chunk.text,
            "at": moment(chunk.at),
            "attempt": chunk.attempt,
        }
        if chunk.level is not None:
            view["level"] = chunk.level
        if chunk.logger is not None:
            view["logger"] = secrets.mask(storable(clipped(chunk.logger, 200)))
        found.append(view)
    left = LONGEST_OUTPUT
    kept: list[OutputChunk] = []
    for at, view in reversed([*enumerate(found)]):
        text = _around_gaps(found, at, secrets)[-left:] if left > 0 else ""
        left -= len(text)
        if text:
            kept.append({**view, "text": text})
    kept.reverse()
    return kept


def _around_gaps(chunks: Sequence[OutputChunk], at: int, secrets: Secrets) -> str:
    """A chunk's text; what is left out beside it may have begun, or ended, in the midst of a secret."""
    before, after = (0 <= near < len(chunks) and chunks[near]["stream"] == "note" for near in (at - 1, at + 1))
    text = plain(f"{_CUT * before}{chunks[at]['text']}{_CUT * after}", secrets)
    return text[len(_CUT) * before : len(text) - len(_CUT) * after]


def printed_text(chunks: Sequence[Chunk], secrets: Secrets) -> str:
    """The same as one text."""
    return "".join(view["text"] for view in output_chunks(chunks, secrets))


def plain(text: str, secrets: Secrets) -> str:
    r"""A text as it was meant for people: a progress bar's line as it stood last, without what only terminals read.

    >>> plain("\x1b[31mred\x1b[0m 10%\r20%\n", Secrets())
    '20%\n'
    """
    text = _ESCAPES.sub("", secrets.mask(text))  # a secret may have such characters itself, or be coloured in its midst
    if "\r" in text:
        text = "\n".join(_as_left(line) for line in text.replace("\r\n", "\n").split("\n"))
    return storable(secrets.mask(_OTHERS.sub("", text)))


def _as_left(line: str) -> str:
    written = [part for part in line.split("\r") if part]
    return written[-1] if written else ""


def attempt_views(failures: Sequence[str], secrets: Secrets) -> list[AttemptView]:
    """The calls that failed, and were followed by another."""
    return [
        {"number": number, "error": plain(failure, secrets)[:LONGEST_ERROR]}
        for number, failure in enumerate(failures, 1)
    ]
