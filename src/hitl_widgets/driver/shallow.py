"""PostgreSQL savers that keep a thread's latest checkpoint alone: `ShallowPostgresSaver` and `AsyncShallowPostgresSaver`.

Where they save a checkpoint, they delete what tasks wrote at others. LangGraph saves beside the graph's work, so a step is
often saved when the next one has asked: its question is deleted, and the thread seems to stand at a breakpoint (alone with
LangGraph 1.2.24 and langgraph-checkpoint-postgres 3.2.0 nine runs of ten). Each step is saved before the next one there.
"""

from __future__ import annotations

import sys
from typing import Any


def is_shallow(checkpointer: Any) -> bool:
    """Whether a checkpointer is one of those."""
    # Who has made one has loaded its module.
    if "langgraph.checkpoint.postgres.shallow" not in sys.modules:
        return False
    from langgraph.checkpoint.postgres.shallow import AsyncShallowPostgresSaver, ShallowPostgresSaver

    return isinstance(checkpointer, AsyncShallowPostgresSaver | ShallowPostgresSaver)
