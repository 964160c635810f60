"""A run that somebody watches: what its tasks print, log, stream and try again is heard while they work.

Knows LangGraph and Python's streams, and nothing of runs: what is heard is told to a `Listener`, by task id.

    watched.py   which runs are watched
    listener.py  who is told, and which task the calling code is at work for
    runtime.py   LangGraph's own `Runtime`, listened to: what it calls for each attempt, and what nodes write to it
    heard.py     what models say, and what nodes raise
    streams.py   `sys.stdout` and `sys.stderr`
    logs.py      `logging`
    progress.py  `hitl.progress`: how far a loop is
"""

from __future__ import annotations

from .listener import Listener, heard_by
from .runtime import WATCHED_MODES, watched_config
from .watched import is_watched, watched

__all__ = ["WATCHED_MODES", "Listener", "heard_by", "is_watched", "watched", "watched_config"]
